package main

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Editors and watchers start runs that overlap, while the source changes. At any
// moment there is a whole output of some version of the source.
func TestRunsAtOnce(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, writeModule(dir, root, sums))
	t.Chdir(dir)
	t.Setenv("GOFLAGS", "-mod=mod")
	t.Setenv("GOPROXY", "off")

	const source, made = "client.go", "client_retry.go"
	var versions [][]byte
	setVersion := func(i int) {
		content := "package shop\n\n//retry:simple attempts=" + strconv.Itoa(i+2) + "\ntype Client interface{ A() error }\n"
		assert.NoError(t, replace(filepath.Join(dir, source), []byte(content)))
	}
	retrygen := func() { assert.NoError(t, run(nil, io.Discard, io.Discard)) }
	for i := range 3 {
		setVersion(i)
		retrygen()
		content, err := os.ReadFile(made)
		require.NoError(t, err)
		versions = append(versions, content)
	}

	var over atomic.Bool
	var runs, reader sync.WaitGroup
	reader.Go(func() {
		for !over.Load() {
			content, err := os.ReadFile(made)
			if !assert.NoError(t, err) || !assert.True(t, isOne(versions, content), "no version:\n%s", content) {
				return
			}
		}
	})
	for i := range 6 {
		runs.Go(func() {
			for j := range 2 {
				setVersion((i + j) % len(versions))
				retrygen()
			}
		})
	}
	runs.Wait()
	over.Store(true)
	reader.Wait()
	retrygen()
	assert.NoError(t, run([]string{"-check"}, io.Discard, io.Discard), "the last one to run has the last word")
	assertFiles(t, dir, source, made, "go.mod", "go.sum")
}
