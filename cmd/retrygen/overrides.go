package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/retrygen/retrygen/fleet"
	"github.com/retrygen/retrygen/gen"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// readOverrides reads a file of overrides, if there is one, into a configuration. The file can
// also be a document of a fleet. Then it returns what the document says besides policies.
func readOverrides(cfg *gen.Config, path string) (*document, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, reason(err))
	}
	cfg.Overrides = string(text)
	if cfg.OverridesFile, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	if !isDocument(cfg.Overrides) {
		return nil, nil
	}
	return readDocument(cfg, path)
}

// isDocument reports whether a text has the start of a section, as no overrides have.
func isDocument(text string) bool {
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		before, _, _ := strings.Cut(line, ":")
		if words := strings.Fields(before); len(words) > 1 && strings.EqualFold(words[0], "for") {
			return true
		}
	}
	return false
}

// A document is what a document of a fleet says besides policies.
type document struct {
	file  string
	lines []documentLine
}

type documentLine struct {
	fleet.Line
	number  int // of the line in the file
	column  int
	section fleet.Section
}

// readDocument leaves only the lines about policies in the overrides of a configuration, where
// they were, and has the names of the others checked.
func readDocument(cfg *gen.Config, path string) (*document, error) {
	text := cfg.Overrides
	sections, err := fleet.ParseDocument(text)
	if err != nil {
		var faults gen.Errors
		for _, e := range policy.Errors(err) {
			fault := &gen.Error{Msg: e.Msg, Hint: e.Hint}
			fault.Pos.Filename = path
			fault.Pos.Line, fault.Pos.Column = e.Position(text)
			faults = append(faults, fault)
		}
		return nil, faults
	}
	d := &document{file: path}
	policies := []byte(blank(text))
	for _, section := range sections {
		for _, line := range section.Lines {
			if line.Kind == fleet.KindPolicy {
				rest, _, _ := strings.Cut(text[line.Offset:], "\n")
				copy(policies[line.Offset:], rest)
				continue
			}
			number, column := (&policy.Error{Offset: line.Offset}).Position(text)
			d.lines = append(d.lines, documentLine{line, number, column, section})
			if line.Name != fleet.All {
				cfg.OverridesNames = append(cfg.OverridesNames, gen.OverridesName{Name: line.Name, Offset: line.Offset})
			}
		}
	}
	cfg.Overrides = string(policies)
	return d, nil
}

// blank returns a text of the same length and lines that says nothing.
func blank(text string) string {
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		rest := strings.TrimRight(line, "\r\n")
		lines[i] = strings.Repeat(" ", len(rest)) + line[len(rest):]
	}
	return strings.Join(lines, "")
}

// check returns an error for each line that forces breakers where there are none.
func (d *document) check(dir string, e *gen.Explanation) error {
	if d == nil {
		return nil
	}
	var faults gen.Errors
	for _, line := range d.lines {
		if line.Kind != fleet.KindForce || hasBreaker(e, line.Name) {
			continue
		}
		fault := &gen.Error{Msg: line.Name + " has no breaker to force " + line.State.String(), Hint: "a forced state needs a breaker, as //retry:breaker gives one"}
		fault.Pos.Filename, fault.Pos.Line, fault.Pos.Column = shorten(dir, d.file), line.number, line.column
		faults = append(faults, fault)
	}
	if len(faults) > 0 {
		return faults
	}
	return nil
}

// hasBreaker reports whether a method of that name has a breaker.
func hasBreaker(e *gen.Explanation, name string) bool {
	for _, iface := range e.Interfaces {
		for _, m := range iface.Methods {
			covered := name == fleet.All || name == iface.Name || name == iface.Name+"."+m.Name
			if covered && m.PassesThrough == "" && m.Policy.Breaker != (policy.Breaker{}) && !m.Policy.Breaker.Off {
				return true
			}
		}
	}
	return false
}

// text lists what the document says besides policies.
func (d *document) text() string {
	if d == nil || len(d.lines) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s also says:\n", d.file)
	for _, line := range d.lines {
		fmt.Fprintf(&b, "  %s  for %s by %s, %s:%d\n", line.Line, grammar.FormatDuration(line.section.For), line.section.Author, d.file, line.number)
	}
	return b.String()
}
