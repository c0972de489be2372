package retrytest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// updateVariable is the environment variable that lets Golden write.
const updateVariable = "RETRYTEST_UPDATE"

// Golden compares the policies that are in force in a group with a file, and fails the test if
// they differ. The file shows each method with its policy, whose guards it shares, what overrides
// and Group.SetPolicy have changed, and what chaos disturbs. So a review sees the policies
// that a program runs with, and the test fails when an override or a preset changes one.
//
// "retrygen explain" is about the source; Golden is about the wrappers that the program has made.
// Make them as the program does, with its Options, and pass the Group that they share, or the
// Group method of one of them. Golden makes no calls.
//
// The path is relative to the folder of the package. To write the file, run the test with
// RETRYTEST_UPDATE=1 in the environment. It is not a flag, because a flag would have to exist
// in every test binary that go test runs.
func Golden(t T, group *retry.Group, path string) {
	t.Helper()
	got := inForce(group.Snapshot())
	if os.Getenv(updateVariable) != "" {
		if err := write(path, got); err != nil {
			t.Errorf("%v", err)
		}
		return
	}
	update := fmt.Sprintf("%s=1 go test -run '^%s$'", updateVariable, strings.ReplaceAll(t.Name(), "/", "$/^"))
	content, err := os.ReadFile(path)
	switch want := strings.ReplaceAll(string(content), "\r\n", "\n"); {
	case errors.Is(err, fs.ErrNotExist):
		t.Errorf("%s does not exist; to write it, run\n  %s", path, update)
	case err != nil:
		t.Errorf("%v", err)
	case want != got:
		t.Errorf("the policies in force are not those of the file:\n--- %s\n+++ in force\n%sif they are right, run\n  %s", path, diff(want, got), update)
	}
}

// write writes a file, and its folder if there is none.
func write(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o666)
}

// inForce describes the policies of a group.
func inForce(g retry.GroupSnapshot) string {
	var b strings.Builder
	if g.Name != "" {
		fmt.Fprintf(&b, "group %s\n\n", g.Name)
	}
	if !g.Enabled {
		b.WriteString("switched off: calls go straight to the wrapped methods\n\n")
	}
	for i, m := range g.Methods {
		if i > 0 {
			b.WriteByte('\n')
		}
		if m.Instance == g.Name {
			m.Instance = "" // the first line says it
		}
		b.WriteString(called(m.Method, m.Instance) + "\n")
		for _, line := range linesOf(m) {
			b.WriteString("  " + line + "\n")
		}
	}
	return b.String()
}

// linesOf describes what is in force for a method.
func linesOf(m retry.MethodSnapshot) (lines []string) {
	for name, only := range m.Policy.Concerns() {
		lines = append(lines, only.String()+whose(m, name))
	}
	if m.Budget != nil && m.Policy.Budget == (policy.Budget{}) {
		lines = append(lines, fmt.Sprintf("budget burst=%d%s", m.Budget.Burst, whose(m, "budget")))
	}
	if len(lines) == 0 {
		lines = append(lines, "none")
	}
	before := m.Declared
	for _, layer := range m.Layers {
		lines = append(lines, fmt.Sprintf("%s: %s", layer.Name, layer.Text), "  instead of: "+only(before, layer.Concerns))
		before = layer.Policy
	}
	if m.Chaos != "" {
		lines = append(lines, "chaos: "+m.Chaos)
	}
	return lines
}

// whose says which guard a concern of a method uses, if it is not one that works for this method
// alone.
func whose(m retry.MethodSnapshot, concern string) (text string) {
	name, mode := m.Method, breaker.On
	switch {
	case concern == "breaker" && m.Keys != nil:
		name, mode, text = m.Keys.Rest.Name, m.Keys.Rest.Mode, ", one for each key"
	case concern == "breaker" && m.Breaker != nil:
		name, mode = m.Breaker.Name, m.Breaker.Mode
	case concern == "budget" && m.Budget != nil:
		name = m.Budget.Name
	case concern == "limit" && m.Limit != nil:
		name = m.Limit.Name
	}
	if name != m.Method {
		text += ", shared by " + name
	}
	if mode != breaker.On {
		text += ", mode " + mode.String()
	}
	return text
}

// only returns the text of some concerns of a policy.
func only(p policy.Policy, concerns []string) string {
	var texts []string
	for name, one := range p.Concerns() {
		if slices.Contains(concerns, name) {
			texts = append(texts, one.String())
		}
	}
	if len(texts) == 0 {
		return "nothing"
	}
	return strings.Join(texts, "; ")
}
