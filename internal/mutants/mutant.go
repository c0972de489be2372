package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A mutant is one way to break the source.
type mutant struct {
	name     string
	file     string // in the module
	from, to string // what is replaced, which is there once, and by what
	packages []string
}

// in makes mutants of one file, whose package's tests are to notice them, or those of
// other packages too.
func in(file string, list []mutant, others ...string) []mutant {
	for i := range list {
		list[i].file = file
		list[i].packages = append([]string{"./" + filepath.ToSlash(filepath.Dir(file))}, others...)
	}
	return list
}

// apply breaks the source below a folder, and returns a func that mends it.
func (m mutant) apply(root string) (mend func() error, err error) {
	path := filepath.Join(root, m.file)
	source, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if n := strings.Count(string(source), m.from); n != 1 {
		return nil, fmt.Errorf("%s: %q is there %d times, not once", m.file, m.from, n)
	}
	broken := strings.Replace(string(source), m.from, m.to, 1)
	if err := os.WriteFile(path, []byte(broken), 0o644); err != nil {
		return nil, err
	}
	return func() error { return os.WriteFile(path, source, 0o644) }, nil
}

// A result is what became of a mutant.
type result struct {
	verdict verdict
	detail  string
	took    time.Duration
}

type verdict int

const (
	survived verdict = iota
	caughtBy         // detail is the test
	unfit            // detail says why the mutant is none
)

func (r result) what() string {
	switch r.verdict {
	case caughtBy:
		return r.detail
	case unfit:
		return "UNFIT: " + r.detail
	}
	return "SURVIVED"
}
