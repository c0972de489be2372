package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// errReadOnly refuses a file that its owner has made read-only. A rename would replace it
// anyway.
var errReadOnly = errors.New("it is read-only")

// replace writes a temporary file next to a file and renames it, so that a reader always
// finds either the old content or the new one. If the file is a link, it replaces the
// target, as other Go tools do.
//
// It does not wait for the disk, because that took as long as generating. A power cut can
// leave an empty file, which the next run reports.
func replace(path string, content []byte) error {
	path, err := target(path)
	if err != nil {
		return err
	}
	mode, err := modeOf(path)
	if err != nil {
		return err
	}
	temp := tempName(path)
	file, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return fmt.Errorf("no new file in its folder: %w", reason(err))
	}
	if mode != 0 {
		err = os.Chmod(temp, mode)
	}
	if err == nil {
		_, err = file.Write(content)
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		os.Remove(temp)
	}
	return err
}

// target follows links to their target, which need not exist.
func target(path string) (string, error) {
	for range 40 { // Linux follows as many
		link, err := os.Readlink(path)
		if err != nil {
			return path, nil // not a link, or it does not exist
		}
		if !filepath.IsAbs(link) {
			// Not Join: what ".." means depends on the links before it.
			link = filepath.Dir(path) + string(filepath.Separator) + link
		}
		path = link
	}
	return "", errors.New("too many links")
}

// modeOf returns the permissions of a file, 0 for one that does not exist. It is an
// error if the file may not be written: a rename asks the folder only.
func modeOf(path string) (fs.FileMode, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, nil
	case err != nil:
		return 0, err
	case !info.Mode().IsRegular():
		return 0, errors.New("it is no regular file")
	case info.Mode().Perm()&0o222 == 0: // the superuser could write it
		return 0, errReadOnly
	}
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return 0, err
	}
	return info.Mode().Perm(), file.Close()
}

// tempName returns the name of a temporary file that no other run uses. The go command
// ignores files whose names begin with a dot.
func tempName(path string) string {
	dir, name := filepath.Split(path)
	return filepath.Join(dir, fmt.Sprintf(".%s.%d.%d", name, os.Getpid(), rand.Uint64()))
}
