package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// fixture writes a module whose mutants have known fates.
func fixture(t *testing.T) config {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/fixture.txtar")
	require.NoError(t, err)
	dir := t.TempDir()
	for _, f := range archive.Files {
		path := filepath.Join(dir, f.Name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, f.Data, 0o644))
	}
	out, err := exec.Command("git", "init", "-q", dir).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return config{
		dir: dir, mutate: []string{"clamp"}, suites: []string{"./..."}, seed: 1, workers: 2,
		match: regexp.MustCompile(""),
		listed: "clamp.Clamp: swap: n < low -> n <= low\n" +
			"clamp.Clamp: swap: n > high -> n >= high\n\tIt returns the same number.\n" +
			"clamp.Gone: drop: x++\n\tIt is no more.\n",
	}
}

func TestRun(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	c := fixture(t)
	packages, err := load(t.Context(), c.dir, c.mutate)
	require.NoError(t, err)
	packages[0].collect()
	require.NoError(t, packages[0].dropInvalid())
	all := number(packages)
	listed, err := parseEquivalents(c.listed)
	require.NoError(t, err)
	l, err := newLab(t.Context(), c, packages)
	require.NoError(t, err)
	chosen := choose(c, all, listed)
	require.NoError(t, l.try(t.Context(), chosen))

	fates := make(map[string]outcome)
	for _, m := range chosen {
		m.outcome.took = 0
		fates[m.key()] = m.outcome
	}
	byTest := func(suite, why string) outcome { return outcome{verdict: killed, suite: suite, why: why} }
	for key, want := range map[string]outcome{
		"clamp.Clamp: negate: n < low -> n >= low":                                                      byTest("clamp", "TestClamp"),
		"clamp.Clamp: swap: n < low -> n <= low":                                                        {verdict: equivalent},
		"clamp.Clamp: drop: return low":                                                                 byTest("clamp", "TestClamp"),
		"clamp.Clamp: zero: return n -> return 0":                                                       byTest("clamp", "TestClamp"),
		"clamp.Sum: swap: sum += i -> sum -= i":                                                         byTest("clamp", "TestSum"),
		"clamp.Sum: drop: i++":                                                                          byTest("clamp", "does not end"),
		"clamp.Sum: constant: 0 -> 1 in i := 0":                                                         {verdict: survived},
		"clamp.Sum: constant: 0 -> -1 in i := 0":                                                        byTest("clamp", "TestSum"),
		"clamp.Note: drop: *log = append(*log, text)":                                                   byTest("user", "TestUse"),
		`clamp.Level.Untested: drop: defer func() { names[0] = "" }()`:                                  {verdict: survived},
		"clamp.Level.Untested: negate: l == none -> l != none":                                          {verdict: survived},
		"clamp.Level.Untested: constant: none -> none + 1 in names[none]":                               {verdict: survived},
		`clamp.Level.Untested: zero: return names[1], nil -> return "", nil`:                            {verdict: survived},
		"clamp.Level.Untested: negate: l == none || len(names) == 0 -> !(l == none || len(names) == 0)": {verdict: survived},
	} {
		assert.Equal(t, want, fates[key], key)
	}
	assert.NotContains(t, fates, "clamp.Level.Untested: constant: none -> none - 1 in names[none]", "no uint8")
	for key := range fates {
		assert.NotRegexp(t, `^clamp\.names: `, key, "an index of an array literal must be constant")
	}

	var out bytes.Buffer
	c.min = 99
	require.ErrorContains(t, report(&out, c, l, all, chosen, listed), "less than 99 %")
	assert.Contains(t, out.String(), "not counted, because it fails without a mutant: clamp TestNotInstrumented/one\n")
	assert.Contains(t, out.String(), "equivalents.txt:5: there is no such mutant: clamp.Gone: drop: x++\n")
	assert.Contains(t, out.String(), "clamp/clamp.go:23:11: survived: clamp.Sum: constant: 0 -> 1 in i := 0\n")
	assert.Regexp(t, `mutants, seed 1: \d+ killed, \d+ survived, 2 equivalent; \d+\.\d % of those`, out.String())

	l.close()
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	require.NoError(t, err)
	for _, entry := range left {
		assert.NotContains(t, entry.Name(), "mutants-")
	}
}

// A listed equivalent that a test notices is listed wrongly.
func TestWrongEquivalent(t *testing.T) {
	c := fixture(t)
	c.only = true
	c.listed = "clamp.Clamp: swap: n < low -> n <= low\n\tTrue.\nclamp.Clamp: drop: return low\n\tNot true.\n"
	require.ErrorContains(t, run(t.Context(), c), "1 listed equivalents are killed")
}

// Only the tests of another package notice that Note does nothing.
func TestOwn(t *testing.T) {
	c := fixture(t)
	c.match, c.min, c.listed = regexp.MustCompile(`^clamp\.Note`), 100, ""
	require.NoError(t, run(t.Context(), c))
	c.own = true
	require.ErrorContains(t, run(t.Context(), c), "0.0 % are killed")
}

// The pattern matches the place or the change.
func TestMatch(t *testing.T) {
	all := []*mutant{
		{place: "a/one.go:3:1", line: "a.F: drop: x++", nth: 1},
		{place: "a/two.go:4:1", line: "a.G: drop: y++", nth: 1},
	}
	for pattern, want := range map[string]int{`^a/one\.go`: 1, `^a\.G`: 1, `drop`: 2, `^a/`: 2, `z`: 0} {
		assert.Len(t, choose(config{match: regexp.MustCompile(pattern)}, all, nil), want, pattern)
	}
}

// The same seed draws the same mutants, also when others come or go.
func TestDraw(t *testing.T) {
	var list []*mutant
	for i := range 100 {
		list = append(list, &mutant{line: string(rune('A' + i)), nth: 1})
	}
	first, again, other := draw(list, 20, 1), draw(list, 20, 1), draw(list, 20, 2)
	assert.Len(t, first, 20)
	assert.Equal(t, first, again)
	assert.NotEqual(t, first, other)
	assert.Len(t, draw(list, 0, 1), 100)
	fewer := draw(list[:90], 20, 1)
	kept := 0
	for _, m := range first {
		for _, f := range fewer {
			if m == f {
				kept++
			}
		}
	}
	assert.GreaterOrEqual(t, kept, 10, "the tenth that is gone is replaced, not all")
}

func TestParseEquivalents(t *testing.T) {
	list, err := parseEquivalents("# comment\na: x\nb: y\n\tOne reason\n\tof two lines.\n\nc: z\n\tAnother.\n")
	require.NoError(t, err)
	assert.Equal(t, equivalents{
		"a: x": {line: 4, text: "One reason of two lines."},
		"b: y": {line: 4, text: "One reason of two lines."},
		"c: z": {line: 8, text: "Another."},
	}, list)
	for text, want := range map[string]string{
		"a: x\n":                    "a: x has no reason",
		"\tA reason.\n":             "equivalents.txt:1: a reason without a mutant",
		"a: x\n\tA.\na: x\n\tB.\n":  "equivalents.txt:3: a: x is listed twice",
		"a: x\na: x\n\tA reason.\n": "equivalents.txt:2: a: x is listed twice",
	} {
		_, err := parseEquivalents(text)
		assert.ErrorContains(t, err, want)
	}
}

func TestWhy(t *testing.T) {
	tests := []struct{ name, output, want string }{
		{"fails", "--- FAIL: TestA (0.00s)\nFAIL\n", "TestA"},
		{"a case fails", "--- FAIL: TestA (0.00s)\n    --- FAIL: TestA/one (0.00s)\nFAIL\n", "TestA/one"},
		{"race", "WARNING: DATA RACE\n--- FAIL: TestA (0.00s)\nFAIL\n", "TestA (race)"},
		{"hangs", "panic: test timed out after 5s\n\trunning tests:\n\t\tTestA (5s)\n", "does not end"},
		{"crashes", "panic: boom\n\ngoroutine 1 [running]:\n", "crashes: boom"},
		{"goroutines left", "FAIL: the tests have left goroutines behind", "FAIL: the tests have left goroutines behind"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, why(tt.output)) })
	}
}

// Each listed equivalent has a reason.
func TestEquivalents(t *testing.T) {
	_, err := parseEquivalents(equivalentsText)
	require.NoError(t, err)
}
