package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"
)

// A lab is a copy of the module with all mutants in it.
type lab struct {
	config
	root   string // of the temporary folder
	suites []*suite
	racing []*suite // the same with the race detector; nil until something survives
	mu     sync.Mutex
	done   int
	began  time.Time
}

type verdict int

const (
	untried verdict = iota
	killed
	survived
	equivalent
)

// An outcome is what became of a mutant.
type outcome struct {
	verdict verdict
	suite   string
	why     string
	took    time.Duration
}

// newLab copies the module, breaks the copy in all ways, and makes sure that its tests
// pass while no mutant is on.
func newLab(ctx context.Context, c config, packages []*target) (_ *lab, err error) {
	l := &lab{config: c}
	if l.root, err = os.MkdirTemp("", "mutants-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			l.close()
		}
	}()
	if err := os.Mkdir(l.temp(), 0o755); err != nil {
		return nil, err
	}
	if err := copyModule(ctx, c.dir, l.module()); err != nil {
		return nil, err
	}
	for _, p := range packages {
		if err := p.writeTo(l.module()); err != nil {
			return nil, err
		}
	}
	if l.suites, err = findSuites(ctx, c, l.module()); err != nil {
		return nil, err
	}
	l.say("building")
	if err := l.prepare(ctx, l.suites, false); err != nil {
		return nil, err
	}
	return l, nil
}

func (l *lab) module() string { return filepath.Join(l.root, "module") }
func (l *lab) temp() string   { return filepath.Join(l.root, "temp") }

func (l *lab) close() {
	l.say("")
	if err := os.RemoveAll(l.root); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
	}
}

// prepare builds suites, and runs them without a mutant: until they have passed twice,
// with as many at a time as later.
func (l *lab) prepare(ctx context.Context, suites []*suite, race bool) error {
	err := l.each(ctx, len(suites), func(ctx context.Context, i int) error {
		name := fmt.Sprintf("%d.test", i)
		if race {
			name = "race" + name
		}
		return suites[i].build(ctx, l.module(), filepath.Join(l.root, name), race)
	})
	if err != nil {
		return err
	}
	const passes, most = 2, 8
	return l.each(ctx, len(suites), func(ctx context.Context, i int) error {
		passed := 0
		for range most {
			ok, err := suites[i].baseline(ctx, l.environment(0))
			if err != nil {
				return err
			}
			if ok {
				passed++
			} else {
				passed = 0
			}
			if passed == passes {
				return nil
			}
		}
		return fmt.Errorf("%s: other tests fail in each run without a mutant", suites[i].folder)
	})
}

func (l *lab) environment(number int) []string {
	return []string{environment + "=" + strconv.Itoa(number), "TMPDIR=" + l.temp(), "TMP=" + l.temp()}
}

// each calls a func for the numbers below n, some at a time, until one fails.
func (l *lab) each(ctx context.Context, n int, f func(context.Context, int) error) error {
	whole := ctx
	ctx, cancel := context.WithCancel(whole)
	defer cancel()
	next := make(chan int)
	errs := make([]error, max(1, l.workers))
	var group sync.WaitGroup
	for w := range errs {
		group.Go(func() {
			for i := range next {
				if errs[w] == nil {
					if errs[w] = f(ctx, i); errs[w] != nil {
						cancel()
					}
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	group.Wait()
	if err := whole.Err(); err != nil {
		return err // an interrupt
	}
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return err // the first cause: the others were cancelled for it
		}
	}
	return nil
}

// try runs the tests with each mutant.
func (l *lab) try(ctx context.Context, chosen []*mutant) error {
	chosen = slices.DeleteFunc(slices.Clone(chosen), func(m *mutant) bool { return m.outcome.verdict == equivalent })
	if err := l.round(ctx, chosen, l.suites); err != nil || !l.race {
		return err
	}
	left := slices.DeleteFunc(chosen, func(m *mutant) bool { return m.outcome.verdict == killed })
	if len(left) == 0 {
		return nil
	}
	l.say("building with the race detector")
	for _, s := range l.suites {
		racing := *s
		racing.broken = nil
		l.racing = append(l.racing, &racing)
	}
	if err := l.prepare(ctx, l.racing, true); err != nil {
		return err
	}
	return l.round(ctx, left, l.racing)
}

func (l *lab) round(ctx context.Context, list []*mutant, suites []*suite) error {
	l.began, l.done = time.Now(), 0
	return l.each(ctx, len(list), func(ctx context.Context, i int) error {
		o, err := l.one(ctx, list[i], suites)
		if err != nil {
			return err
		}
		list[i].outcome = o
		l.count(list[i], len(list))
		return nil
	})
}

// one tries a mutant: with the tests of its package, then with those of the packages
// that import it.
func (l *lab) one(ctx context.Context, m *mutant, suites []*suite) (o outcome, err error) {
	began := time.Now()
	for _, s := range l.inOrder(m, suites) {
		for _, stage := range s.stages {
			r := execute(ctx, s, stage, l.environment(m.number))
			switch {
			case r.err != nil:
				return o, r.err
			case r.failed:
				return outcome{verdict: killed, suite: s.folder, why: r.why, took: time.Since(began)}, nil
			}
		}
	}
	return outcome{verdict: survived, took: time.Since(began)}, nil
}

// inOrder returns the suites that link a mutant, its own first.
func (l *lab) inOrder(m *mutant, suites []*suite) []*suite {
	var own, others []*suite
	for _, s := range suites {
		switch {
		case s.folder == m.folder:
			own = append(own, s)
		case s.imports[m.path] && !l.own:
			others = append(others, s)
		}
	}
	return append(own, others...)
}

// count tells how far the round is, and what became of a mutant if that is asked for.
func (l *lab) count(m *mutant, of int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.verbose {
		l.say("")
		fate := "survived"
		if m.outcome.verdict == killed {
			fate = fmt.Sprintf("killed by %s: %s", m.outcome.suite, m.outcome.why)
		}
		fmt.Printf("%s: %s\n\t%s (%v)\n", m.place, m.key(), fate, m.outcome.took.Round(10*time.Millisecond))
	}
	l.done++
	took := time.Since(l.began)
	left := took / time.Duration(l.done) * time.Duration(of-l.done)
	l.say(fmt.Sprintf("%d of %d, about %v left", l.done, of, left.Round(time.Second)))
}

// say replaces the line of progress on a terminal.
func (l *lab) say(text string) {
	info, err := os.Stderr.Stat()
	if err == nil && info.Mode()&os.ModeCharDevice != 0 {
		fmt.Fprintf(os.Stderr, "\r\x1b[K%s", text)
	}
}
