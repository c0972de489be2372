package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/retrygen/retrygen/gen"
)

// An output writes the result of a run to disk, or compares the two.
type output struct {
	dir    string // paths are shown from here
	result *gen.Result
	stdout io.Writer
	stderr io.Writer
}

// write replaces the files that are stale or missing. It goes on after one that it
// cannot write. When ctx ends, the remaining files stay as they are.
func (o *output) write(ctx context.Context) error {
	var errs []error
	for _, file := range o.result.Files {
		if ctx.Err() != nil {
			return errors.Join(append(errs, errInterrupted)...)
		}
		old, err := os.ReadFile(file.Path)
		if err == nil && sameText(old, file.Content) {
			continue
		}
		if err := replace(file.Path, file.Content); err != nil {
			errs = append(errs, o.cannot("write", file.Path, err))
		}
	}
	o.sweep()
	return errors.Join(errs...)
}

// cannot returns an error that says what could not be done with a file, and why.
func (o *output) cannot(what, path string, err error) error {
	path = shorten(o.dir, path)
	if errors.Is(err, errReadOnly) {
		return fmt.Errorf("%s: cannot %s: %w\n\thint: chmod u+w %[1]s", path, what, err)
	}
	return fmt.Errorf("%s: cannot %s: %w", path, what, reason(err))
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
			return o.cannot("read", file.Path, err)
		case !sameText(old, file.Content):
			say(file.Path, "stale")
		}
	}
	for _, path := range o.result.Orphans {
		say(path, "orphaned: "+orphaned)
	}
	if stale {
		return errStale
	}
	return nil
}

// orphaned explains what an orphan is and how to get rid of it.
const orphaned = "nothing in the source generates it; remove it with retrygen -prune"

// diff shows what write would change, and the orphans as deleted.
func (o *output) diff() error {
	stale := false
	show := func(path string, content []byte) error {
		old, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return o.cannot("read", path, err)
		}
		if sameText(old, content) {
			return nil
		}
		stale = true
		name := filepath.ToSlash(shorten(o.dir, path))
		_, err = o.stdout.Write(diff.Diff("a/"+name, unixLines(old), "b/"+name, content))
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

// warn names the orphans after a run that leaves them in place. An orphan often no
// longer compiles, so the user should hear of it before the compiler says so.
func (o *output) warn() {
	for _, path := range o.result.Orphans {
		fmt.Fprintf(o.stderr, "%s: orphaned: %s\n", shorten(o.dir, path), orphaned)
	}
}

// sameText reports whether a file on disk has the content that it should have. Line
// ends do not count: a checkout on Windows may have turned each one into "\r\n".
func sameText(old, content []byte) bool {
	return bytes.Equal(unixLines(old), content)
}

// unixLines returns text with "\n" for every "\r\n".
func unixLines(text []byte) []byte {
	return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
}

// reason returns an error without its paths, because the path of a temporary file does not
// help.
func reason(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}
