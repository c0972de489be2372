package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every mutant has a name of its own and fits the source as it is.
func TestMutantsFit(t *testing.T) {
	names := make(map[string]bool)
	for _, m := range mutants() {
		t.Run(m.name, func(t *testing.T) {
			assert.False(t, names[m.name], "the name is taken")
			names[m.name] = true
			assert.NotEqual(t, m.from, m.to)
			source, err := os.ReadFile(filepath.Join("..", "..", m.file))
			require.NoError(t, err)
			dir := t.TempDir()
			path := filepath.Join(dir, m.file)
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
			require.NoError(t, os.WriteFile(path, source, 0o644))
			mend, err := m.apply(dir)
			require.NoError(t, err)
			broken, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.NotEqual(t, source, broken)
			require.NoError(t, mend())
			mended, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, source, mended)
		})
	}
	assert.GreaterOrEqual(t, len(names), 40)
}

func TestJudge(t *testing.T) {
	failure := errors.New("exit status 1")
	tests := []struct {
		name, out string
		failure   error
		want      result
	}{
		{"passes", "ok  \texample.com/a\t0.1s\n", nil, result{}},
		{"fails", "--- FAIL: TestA (0.00s)\n    --- FAIL: TestA/one (0.00s)\nFAIL\n", failure, result{verdict: caughtBy, detail: "TestA/one"}},
		{"hangs", "panic: test timed out after 1m30s\n\trunning tests:\n\t\tTestA (1m30s)\n", failure, result{verdict: caughtBy, detail: "hangs"}},
		{"crashes", "panic: boom\n\ngoroutine 1 [running]:\n", failure, result{verdict: caughtBy, detail: "crashes: boom"}},
		{"does not compile", "# example.com/a\na.go:1:1: no\nFAIL\texample.com/a [build failed]\n", failure, result{verdict: unfit, detail: "it does not compile"}},
		{"something else", "go: no such tool\n", failure, result{verdict: unfit, detail: "go test fails otherwise: exit status 1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, judge(tt.out, tt.failure)) })
	}
}
