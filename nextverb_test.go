package retrygen_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mostFiles is how many hand-written files the next verb may need.
const mostFiles = 12

// The next verb is pace, which takes a duration and does nothing. retrygen reads it,
// prints it, lays it over other policies, explains it and generates code for it, and the
// runtime has it in its plan. These are all the changes that this needs outside tests and
// prose.
var nextVerb = []struct {
	folder string // the anchor is in one of the Go files in or below it
	anchor string // a regular expression for the line that the text follows
	text   string
}{
	{"internal/grammar", `^\tConcernLimit +Concern = `, "\tConcernPace Concern = \"pace\"\n"},
	{"internal/grammar", `^var guardVerbs = `, `	{
		Name: "pace", Concern: ConcernPace, Place: OnType | OnMethod, Numeric: true,
		Keys:    []Key{{Name: "every", Kind: KindDuration, Default: "1s", Help: "how long a step takes"}},
		Off:     true,
		Help:    "does nothing",
		Meaning: "Does nothing.",
		Example: "pace every=2s",
	},
`},
	{"policy", `^\tHedge +Hedge$`, "\tPace Pace\n"},
	{"policy", `^var concerns = `, `	part[Pace]{
		name: grammar.ConcernPace,
		of:   func(p *Policy) (*Pace, *bool) { return &p.Pace, &p.Pace.Off },
		put:  func(v grammar.Values) Pace { return Pace{Every: v.Duration("every")} },
		get:  func(p Pace) grammar.Values { return grammar.Values{"every": p.Every} },
	}.row(),
`},
	{"gen", `= \[\]grammar\.Concern\{$`, "\tgrammar.ConcernPace,\n"},
	{"gen", `^\taboutKey$`, "\taboutPace\n"},
	{"gen", `^\tvar rules \[\]Rule`, "\tif p := m.Policy.Pace; p.Every > 0 {\n\t\trules = append(rules, Rule{aboutPace, \"goes at the pace of \" + p.Every.String()})\n\t}\n"},
	{"runtime", `^\thedge +policy\.Hedge`, "\tpace policy.Pace\n"},
	{"runtime", `^\t\thedge: +p\.Hedge,`, "\t\tpace: p.Pace,\n"},
}

// newFiles are written into the copy. Those of the verb count, too.
var newFiles = map[string]string{
	"policy/pace.go": `package policy

import "time"

// Pace does nothing.
type Pace struct {
	Every time.Duration
	Off   bool
}
`,
}

// tryFiles try the verb out.
var tryFiles = map[string]string{
	"runtime/pace_test.go": `package retry

import (
	"testing"
	"time"

	"github.com/retrygen/retrygen/policy"
)

func TestPace(t *testing.T) {
	if made := newPlan(policy.Policy{Pace: policy.Pace{Every: time.Second}}, false); made.pace.Every != time.Second {
		t.Fatal(made.pace)
	}
}
`,
	"paced/client.go": `package paced

import "context"

//retry:simple
//retry:pace every=3s
type Client interface {
	Get(ctx context.Context) error
	//retry:pace off
	Put(ctx context.Context) error
}
`,
	"overrides.txt": "Client.Put: pace every=5s\n",
}

// TestNextVerb writes a verb into a copy of the module, tries it out there, and counts
// the files that had to change.
func TestNextVerb(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds a copy of the module")
	}
	dir := t.TempDir()
	copyModule(t, dir)
	changed := make(map[string]bool)
	for _, edit := range nextVerb {
		changed[insert(t, dir, edit.folder, edit.anchor, edit.text)] = true
	}
	for name, text := range newFiles {
		writeFile(t, filepath.Join(dir, name), text)
		changed[name] = true
	}
	for name, text := range tryFiles {
		writeFile(t, filepath.Join(dir, name), text)
	}

	goIn(t, dir, "build", "./...")
	goIn(t, dir, "test", "./internal/grammar", "-update") // writes the reference
	goIn(t, dir, "vet", "./internal/grammar", "./policy", "./runtime", "./gen/...", "./cmd/...")
	goIn(t, dir, "test", "./internal/grammar", "./policy")
	goIn(t, dir, "test", "-run", "^TestPace$", "./runtime")
	goIn(t, dir, "run", "./cmd/retrygen", "./paced")
	goIn(t, dir, "vet", "./paced")
	written, err := os.ReadFile(filepath.Join(dir, "paced", "client_retry.go"))
	require.NoError(t, err)
	assert.Regexp(t, `Pace(: +| = )policy\.Pace\{Every: 3 \* time\.Second\}`, string(written))
	assert.Contains(t, string(written), "at the pace of 3s")
	explained := goIn(t, dir, "run", "./cmd/retrygen", "explain", "./paced")
	assert.Regexp(t, `pace +every=3s +interface`, explained)
	assert.Regexp(t, `pace +off +method`, explained)
	explained = goIn(t, dir, "run", "./cmd/retrygen", "explain", "-overrides", "overrides.txt", "./paced")
	assert.Regexp(t, `pace +every=5s +override`, explained)

	var names []string
	for name := range changed {
		names = append(names, name)
	}
	slices.Sort(names)
	t.Logf("the next verb needs changes in %d files: %s", len(names), strings.Join(names, " "))
	assert.LessOrEqual(t, len(names), mostFiles, "the next verb needs changes in too many files")
}

// copyModule copies the files of this module, without those of modules in it.
func copyModule(t *testing.T, to string) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			_, module := os.Stat(filepath.Join(path, "go.mod"))
			if path != "." && (strings.HasPrefix(entry.Name(), ".") || module == nil) {
				return filepath.SkipDir
			}
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		writeFile(t, filepath.Join(to, path), string(content))
		return nil
	})
	require.NoError(t, err)
}

// insert puts a text after the line that matches an anchor, and returns its file.
func insert(t *testing.T, dir, folder, anchor, text string) (name string) {
	t.Helper()
	line := regexp.MustCompile("(?m)" + anchor + ".*\n?")
	err := filepath.WalkDir(filepath.Join(dir, folder), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || name != "" || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if at := line.FindIndex(content); at != nil {
			name, err = filepath.Rel(dir, path)
			writeFile(t, path, string(content[:at[1]])+text+string(content[at[1]:]))
		}
		return err
	})
	require.NoError(t, err)
	require.NotEmpty(t, name, "no line of a Go file below %s matches %s: give nextVerb an anchor that does", folder, anchor)
	return filepath.ToSlash(name)
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
}

// goIn runs the go command in a folder. With -trimpath, the build cache works although
// the folder has another name each time.
func goIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-trimpath -mod=mod", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "go %s\n%s", strings.Join(args, " "), out)
	return string(out)
}
