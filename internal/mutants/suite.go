package main

import (
	"context"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/tools/go/packages"
)

// A suite is the tests of a package.
type suite struct {
	folder  string          // in the module
	path    string          // of the package
	imports map[string]bool // paths of what its tests link
	rapid   bool            // its tests draw inputs with rapid
	binary  string
	dir     string // where its tests run
	skip    []string
	broken  map[string]bool // tests that fail without a mutant
	stages  []stage
}

// A stage is a part of the tests.
type stage struct {
	args     []string
	patience time.Duration
}

const (
	quick    = 50 * time.Millisecond // tests that take longer wait for the second stage
	patience = 10 * time.Minute      // for all tests without a mutant
)

// findSuites lists the packages with tests.
func findSuites(ctx context.Context, c config, root string) ([]*suite, error) {
	loaded, err := packages.Load(&packages.Config{
		Context: ctx, Dir: root, Tests: true,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedForTest | packages.NeedModule,
	}, c.suites...)
	if err != nil {
		return nil, err
	}
	found := make(map[string]*suite)
	for _, p := range loaded {
		if p.ForTest == "" {
			continue
		}
		folder, err := filepath.Rel(p.Module.Dir, p.Dir)
		if err != nil {
			return nil, err
		}
		if slices.Contains(c.without, filepath.ToSlash(folder)) {
			continue
		}
		s := found[p.ForTest]
		if s == nil {
			s = &suite{folder: filepath.ToSlash(folder), path: p.ForTest, dir: p.Dir, imports: make(map[string]bool)}
			if pattern := c.skip[s.folder]; pattern != "" {
				s.skip = append(s.skip, pattern)
			}
			found[p.ForTest] = s
		}
		s.rapid = s.rapid || p.Imports["pgregory.net/rapid"] != nil
		s.link(p)
	}
	return slices.SortedFunc(maps.Values(found), func(a, b *suite) int { return strings.Compare(a.path, b.path) }), nil
}

// link notes all that a package imports.
func (s *suite) link(p *packages.Package) {
	if s.imports[p.ID] {
		return
	}
	s.imports[p.ID], s.imports[p.PkgPath] = true, true
	for _, dep := range p.Imports {
		s.link(dep)
	}
}

// build compiles the tests.
func (s *suite) build(ctx context.Context, root, out string, race bool) error {
	args := []string{"test", "-c", "-vet=off", "-ldflags=-s -w", "-o", out} // without debugging symbols it links faster
	if race {
		args = append(args, "-race")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, s.path)...)
	cmd.Dir = root
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s with its mutants: %w\n%s", s.folder, err, text)
	}
	s.binary = out
	return nil
}

// args are the flags for a run without some tests.
func (s *suite) args(without ...string) []string {
	args := []string{"-test.v", "-test.paniconexit0"}
	if s.rapid {
		args = append(args, "-rapid.nofailfile")
	}
	skip := slices.Concat(s.skip, without)
	for name := range s.broken {
		skip = append(skip, exactly(name))
	}
	if len(skip) > 0 {
		slices.Sort(skip)
		args = append(args, "-test.skip="+strings.Join(skip, "|"))
	}
	return args
}

// exactly is the pattern of one test.
func exactly(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return strings.Join(parts, "/")
}

var verdictLine = regexp.MustCompile(`(?m)^\s*--- (PASS|FAIL): (\S+) \(([0-9.]+)s\)$`)

// baseline runs the tests without a mutant. It reports false when some fail: these are
// left out from now on.
func (s *suite) baseline(ctx context.Context, env []string) (bool, error) {
	r := execute(ctx, s, stage{args: s.args(), patience: patience}, env)
	if r.err != nil {
		return false, r.err
	}
	var slow, failed []string
	var ofSlow time.Duration
	for _, m := range verdictLine.FindAllStringSubmatch(r.output, -1) {
		name := m[2]
		if m[1] == "FAIL" {
			failed = append(failed, name)
		}
		seconds, _ := strconv.ParseFloat(m[3], 64)
		if took := time.Duration(seconds * float64(time.Second)); !strings.Contains(name, "/") && took > quick {
			slow = append(slow, exactly(name))
			ofSlow += took
		}
	}
	if r.failed {
		if len(failed) == 0 {
			return false, fmt.Errorf("%s: the tests fail without a mutant:\n%s", s.folder, r.output)
		}
		s.leaveOut(failed)
		return false, nil
	}
	s.split(slow, ofSlow, max(r.took-ofSlow, 0))
	return true, nil
}

// leaveOut notes tests that fail without a mutant: the innermost ones, because the
// others of a table still count.
func (s *suite) leaveOut(failed []string) {
	if s.broken == nil {
		s.broken = make(map[string]bool)
	}
	for _, name := range failed {
		inner := slices.ContainsFunc(failed, func(other string) bool { return strings.HasPrefix(other, name+"/") })
		if !inner {
			s.broken[name] = true
		}
	}
}

// split makes a stage of the quick tests, and one of those that took longer.
func (s *suite) split(slow []string, ofSlow, ofQuick time.Duration) {
	most := func(took time.Duration) time.Duration { return 3*took + 5*time.Second }
	s.stages = []stage{{args: s.args(slow...), patience: most(ofQuick)}}
	if len(slow) > 0 {
		s.stages = append(s.stages, stage{args: append(s.args(), "-test.run="+strings.Join(slow, "|")), patience: most(ofSlow)})
	}
}
