package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/retrygen/retrygen/gen"
)

// An output brings the result of a run to the disk, or compares the two.
type output struct {
	dir    string // paths are shown from here
	result *gen.Result
	stdout io.Writer
}

// write replaces the files that are not as they should be. Each is replaced
// whole: whoever reads one meanwhile finds the old one or the new one.
func (o *output) write() error {
	for _, file := range o.result.Files {
		old, err := os.ReadFile(file.Path)
		if err == nil && bytes.Equal(old, file.Content) {
			continue
		}
		if err := replace(file.Path, file.Content); err != nil {
			return fmt.Errorf("%s: cannot write: %w", shorten(o.dir, file.Path), reason(err))
		}
	}
	return nil
}

// check lists what write would change, and the orphans.
func (o *output) check() error {
	stale := false
	say := func(path, what string) {
		stale = true
		fmt.Fprintf(o.stdout, "%s: %s\n", shorten(o.dir, path), what)
	}
	for _, file := range o.result.Files {
		old, err := os.ReadFile(file.Path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			say(file.Path, "missing")
		case err != nil:
			return fmt.Errorf("retrygen: %w", err)
		case !bytes.Equal(old, file.Content):
			say(file.Path, "stale")
		}
	}
	for _, path := range o.result.Orphans {
		say(path, "orphaned, nothing in the source makes it")
	}
	if stale {
		return errStale
	}
	return nil
}

// diff shows what write would change, and the orphans as deleted.
func (o *output) diff() error {
	stale := false
	show := func(path string, content []byte) error {
		old, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("retrygen: %w", err)
		}
		if bytes.Equal(old, content) {
			return nil
		}
		stale = true
		name := filepath.ToSlash(shorten(o.dir, path))
		_, err = o.stdout.Write(diff.Diff("a/"+name, old, "b/"+name, content))
		return err
	}
	for _, file := range o.result.Files {
		if err := show(file.Path, file.Content); err != nil {
			return err
		}
	}
	for _, path := range o.result.Orphans {
		if err := show(path, nil); err != nil {
			return err
		}
	}
	if stale {
		return errStale
	}
	return nil
}

// reason leaves the path of a temporary file out of an error.
func reason(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}

// replace writes a file by way of a temporary one beside it. The go command
// ignores a file whose name begins with a dot.
func replace(path string, content []byte) (err error) {
	dir, name := filepath.Split(path)
	mode := fs.FileMode(0o666) // less the umask
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	temp := filepath.Join(dir, fmt.Sprintf(".%s.%d.%d", name, os.Getpid(), time.Now().UnixNano()))
	file, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(temp)
		}
	}()
	_, err = file.Write(content)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(temp, path)
}
