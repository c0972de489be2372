package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A disk that fills up in the middle of a file looks to a process as the limit on
// the size of its files does: some bytes are written, then no more. The limit holds
// for all files of a process, the log of its tests among them, so it gets one of
// its own.
func TestReplaceOnAFullDisk(t *testing.T) {
	const limited = "RETRYGEN_TEST_LIMITED"
	if os.Getenv(limited) == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestReplaceOnAFullDisk$", "-test.v")
		cmd.Env = append(os.Environ(), limited+"=1")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.Contains(t, string(out), "--- PASS: TestReplaceOnAFullDisk")
		return
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "client_retry.go")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o644))
	var before syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before))
	full := before
	full.Cur = 4096
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &full))
	err := replace(path, bytes.Repeat([]byte("new "), 4096))
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before))

	require.ErrorIs(t, err, syscall.EFBIG)
	assertContent(t, path, "old")
	assertFiles(t, dir, "client_retry.go")
}

func TestReplaceWithoutPermission(t *testing.T) {
	tests := []struct {
		name         string
		folder, file os.FileMode
		want         string
	}{
		{"the folder is closed", 0o555, 0o666, "no new file in its folder: permission denied"},
		{"the file is open to others only", 0o777, 0o442, "permission denied"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "client_retry.go")
			require.NoError(t, os.WriteFile(path, []byte("old"), tt.file))
			require.NoError(t, os.Chmod(path, tt.file))
			require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755)) // closed to nobody as it comes
			require.NoError(t, os.Chmod(dir, tt.folder))
			var err error
			asNobody(func() { err = replace(path, []byte("new")) })
			require.NoError(t, os.Chmod(dir, 0o755))
			require.Error(t, err)
			assert.Equal(t, tt.want, reason(err).Error())
			assertContent(t, path, "old")
			assertFiles(t, dir, "client_retry.go")
		})
	}
}

// asNobody does something without the superuser's right to write everywhere.
func asNobody(do func()) {
	if os.Geteuid() != 0 {
		do()
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked, so that the thread ends with its rights
		const nobody = 65534
		if _, _, errno := syscall.RawSyscall(syscall.SYS_SETFSUID, nobody, 0, 0); errno == 0 {
			do()
		}
	}()
	<-done
}
