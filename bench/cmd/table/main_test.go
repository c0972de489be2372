package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const output = "BenchmarkSuccess/direct-2 100 1.5 ns/op 0 B/op 0 allocs/op\n"

func TestRun(t *testing.T) {
	folder := t.TempDir()
	in, svg := filepath.Join(folder, "in"), filepath.Join(folder, "out.svg")
	require.NoError(t, os.WriteFile(in, []byte(output), 0o666))
	for _, test := range []struct {
		name string
		args []string
	}{
		{"a file", []string{"-in", in, "-svg", svg}},
		{"stdin", []string{"-in", "-"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var stdout strings.Builder
			require.NoError(t, run(test.args, strings.NewReader(output), &stdout, io.Discard))
			assert.Contains(t, stdout.String(), "direct")
			assert.Contains(t, stdout.String(), "not measured")
			assert.NotContains(t, stdout.String(), "  met ")
		})
	}
	picture, err := os.ReadFile(svg)
	require.NoError(t, err)
	assert.Contains(t, string(picture), "<svg")
}

func TestRunErrors(t *testing.T) {
	for _, test := range []struct {
		name  string
		args  []string
		stdin string
		want  string
	}{
		{"an argument", []string{"x"}, "", "usage: table"},
		{"no round", []string{"-count", "0"}, "", "usage: table"},
		{"two choices", []string{"-build", "-goals"}, "", "usage: table"},
		{"an unknown flag", []string{"-x"}, "", "not defined: -x"},
		{"no file", []string{"-in", "missing"}, "", "missing"},
		{"no benchmark", []string{"-in", "-"}, "PASS\n", "no benchmark in the input"},
		{"a failure", []string{"-in", "-"}, "FAIL\n", "the run has failed"},
		{"an allocation too many", []string{"-in", "-", "-strict"}, "BenchmarkSuccess/retrygen_retry+breaker+budget-2 1 1 ns/op 1 allocs/op\n", "missed: a success allocates nothing: 1 allocs/op, at most 0"},
		{"an allocation that is not counted", []string{"-in", "-", "-strict"}, output, "not measured: a success allocates nothing"},
		{"nothing to draw", []string{"-in", "-", "-svg", "x.svg"}, "BenchmarkThird/x 1 1 ns/op\n", "nothing of Success was measured"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := run(test.args, strings.NewReader(test.stdin), io.Discard, io.Discard)
			require.ErrorContains(t, err, test.want)
		})
	}
}
