package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// patience is how long the tests of one mutant may take: several times what they
// take without. A mutant that hangs them is caught.
const patience = 90 * time.Second

// try tries mutants, some at a time, each on a copy of the module.
func try(ctx context.Context, list []mutant, workers int) ([]result, error) {
	root, err := os.MkdirTemp("", "mutants-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(root)
	results, errs := make([]result, len(list)), make([]error, workers)
	next := make(chan int)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			dir := filepath.Join(root, fmt.Sprint(w))
			errs[w] = copyModule(ctx, dir)
			if w == 0 && errs[w] == nil {
				errs[w] = healthy(ctx, dir, list)
			}
			for i := range next {
				if errs[w] == nil {
					results[i], errs[w] = list[i].tryIn(ctx, dir)
				}
			}
		})
	}
	for i := range list {
		next <- i
	}
	close(next)
	group.Wait()
	return results, errors.Join(errs...)
}

// copyModule copies the files that git knows.
func copyModule(ctx context.Context, to string) error {
	list, err := exec.CommandContext(ctx, "git", "ls-files", "-z").Output()
	if err != nil {
		return fmt.Errorf("git ls-files: %w", err)
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(list), "\x00"), "\x00") {
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		path := filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// healthy makes sure that the tests pass as long as nothing is broken: otherwise
// they would catch everything.
func healthy(ctx context.Context, dir string, list []mutant) error {
	var packages []string
	for _, m := range list {
		packages = append(packages, m.packages...)
	}
	slices.Sort(packages)
	out, err := test(ctx, dir, slices.Compact(packages))
	if err != nil {
		return fmt.Errorf("the tests fail without a mutant: %w\n%s", err, out)
	}
	return nil
}

// tryIn tries a mutant on the copy in a folder.
func (m mutant) tryIn(ctx context.Context, dir string) (r result, err error) {
	began := time.Now()
	defer func() { r.took = time.Since(began) }()
	mend, err := m.apply(dir)
	if err != nil {
		return result{verdict: unfit, detail: err.Error()}, nil
	}
	defer func() { err = errors.Join(err, mend()) }()
	out, failure := test(ctx, dir, m.packages)
	if ctx.Err() != nil {
		return result{}, ctx.Err()
	}
	return judge(out, failure), nil
}

var (
	failed   = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)
	compiled = regexp.MustCompile(`(?m)^FAIL\s+\S+ \[(build|setup) failed\]`)
	hung     = regexp.MustCompile(`(?m)^panic: test timed out|^fatal error: all goroutines are asleep`)
	crashed  = regexp.MustCompile(`(?m)^(panic|fatal error): (.*)`)
)

// judge reads the output of go test.
func judge(out string, failure error) result {
	switch tests := failed.FindAllStringSubmatch(out, -1); {
	case failure == nil:
		return result{verdict: survived}
	case compiled.MatchString(out):
		return result{verdict: unfit, detail: "it does not compile"}
	case hung.MatchString(out):
		return result{verdict: caughtBy, detail: "hangs"}
	case len(tests) > 0:
		return result{verdict: caughtBy, detail: tests[len(tests)-1][1]}
	case crashed.MatchString(out):
		return result{verdict: caughtBy, detail: "crashes: " + crashed.FindStringSubmatch(out)[2]}
	}
	return result{verdict: unfit, detail: "go test fails otherwise: " + failure.Error()}
}

// test runs the tests of packages.
func test(ctx context.Context, dir string, packages []string) (output string, err error) {
	args := append([]string{"test", "-failfast", "-vet=off", "-timeout", patience.String()}, packages...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}
