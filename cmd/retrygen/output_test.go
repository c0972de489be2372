package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReplace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "client_retry.go")
	require.NoError(t, replace(path, []byte("new")))
	require.NoError(t, os.Chmod(path, 0o600))
	require.NoError(t, replace(path, []byte("newer")))
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "newer", string(content))
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), "as it was")
	assertFiles(t, dir, "client_retry.go")
}

// What cannot be replaced stays as it was, and nothing lies around.
func TestReplaceThatFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "client_retry.go")
	require.NoError(t, os.MkdirAll(filepath.Join(path, "in the way"), 0o755))
	err := replace(path, []byte("new"))
	require.Error(t, err)
	assert.NotContains(t, reason(err).Error(), dir)
	assertFiles(t, dir, "client_retry.go")

	err = replace(filepath.Join(dir, "missing", "client_retry.go"), nil)
	assert.ErrorIs(t, reason(err), fs.ErrNotExist)
}

func assertFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	assert.Equal(t, want, names)
}
