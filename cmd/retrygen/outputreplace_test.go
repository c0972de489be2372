package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReplace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "client_retry.go")
	require.NoError(t, replace(path, []byte("new")))
	for _, mode := range []fs.FileMode{0o600, 0o666} { // one with less than the umask leaves, one with more
		require.NoError(t, os.Chmod(path, mode))
		require.NoError(t, replace(path, []byte("newer")))
		assertContent(t, path, "newer")
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, mode, info.Mode().Perm(), "as it was")
	}
	assertFiles(t, dir, "client_retry.go")
}

// A link is kept, and the file that it leads to is replaced or made.
func TestReplaceThroughLinks(t *testing.T) {
	tests := []struct {
		name  string
		links map[string]string // beside each other in the folder in
		at    string            // the file that they lead to
	}{
		{"beside", map[string]string{"client_retry.go": "real.go"}, "in/real.go"},
		{"another folder", map[string]string{"client_retry.go": "../out/real.go"}, "out/real.go"},
		{"one after the other", map[string]string{"client_retry.go": "second.go", "second.go": "../out/real.go"}, "out/real.go"},
		{"up from a linked folder", map[string]string{"client_retry.go": "far/../real.go", "far": "../out/deep"}, "out/real.go"},
	}
	for _, tt := range tests {
		for _, old := range []string{"", "old"} {
			t.Run(strings.TrimSpace(tt.name+" "+old), func(t *testing.T) {
				dir := t.TempDir()
				require.NoError(t, os.MkdirAll(filepath.Join(dir, "in"), 0o755))
				require.NoError(t, os.MkdirAll(filepath.Join(dir, "out", "deep"), 0o755))
				for name, to := range tt.links {
					require.NoError(t, os.Symlink(to, filepath.Join(dir, "in", name)))
				}
				at := filepath.Join(dir, filepath.FromSlash(tt.at))
				if old != "" {
					require.NoError(t, os.WriteFile(at, []byte(old), 0o644))
				}
				require.NoError(t, replace(filepath.Join(dir, "in", "client_retry.go"), []byte("new")))
				info, err := os.Lstat(at)
				require.NoError(t, err)
				assert.True(t, info.Mode().IsRegular())
				assertContent(t, at, "new")
				for name, to := range tt.links {
					got, err := os.Readlink(filepath.Join(dir, "in", name))
					require.NoError(t, err)
					assert.Equal(t, to, got)
				}
			})
		}
	}
}

// What cannot be replaced stays as it was, and nothing lies around.
func TestReplaceThatFails(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(path string) error
		want    string
	}{
		{"a folder in the way", func(path string) error { return os.Mkdir(path, 0o755) }, "it is no regular file"},
		{"a read-only file", func(path string) error { return os.WriteFile(path, []byte("old"), 0o444) }, "it is read-only"},
		{"a link to itself", func(path string) error { return os.Symlink(path, path) }, "too many links"},
		{"a link into nowhere", func(path string) error { return os.Symlink("missing/real.go", path) }, "no new file in its folder: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "client_retry.go")
			require.NoError(t, tt.prepare(path))
			before, err := os.Lstat(path)
			require.NoError(t, err)

			err = replace(path, []byte("new"))
			require.ErrorContains(t, err, tt.want)
			assert.NotContains(t, reason(err).Error(), dir)
			assertFiles(t, dir, "client_retry.go")
			after, err := os.Lstat(path)
			require.NoError(t, err)
			assert.True(t, os.SameFile(before, after))
			assert.Equal(t, before.Size(), after.Size())
		})
	}
}

func assertContent(t *testing.T, path, want string) {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, want, string(content))
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
