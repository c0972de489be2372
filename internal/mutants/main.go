// Mutants breaks the packages that programs link in many small ways, one at a time, and
// runs their tests. Each change that no test notices is a survivor: either a test is
// missing, or the change makes no difference.
//
//	go run ./internal/mutants -n 300 -seed 1             # 300 mutants, drawn by the seed
//	go run ./internal/mutants -n 300 -seed 1 -race       # try survivors with the race detector, too
//	go run ./internal/mutants -n 0 -match keyed.go       # all mutants of the files with that name
//	go run ./internal/mutants -n 0 -own -match ^policy/  # all of a package, with its own tests alone
//
// It works on a copy of the module in a temporary folder. All mutants are compiled into
// the same test binaries, and an environment variable switches one of them on. A mutant
// is killed when the tests of its package fail, or those of a package that imports it.
//
// The file equivalents.txt lists mutants that make no difference, each with the reason.
// They are not tried and do not count, except with -equivalents, which tries them alone.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"slices"
)

// A config says what to break and how to try it.
type config struct {
	dir     string            // of the module
	mutate  []string          // folders of the packages to break
	suites  []string          // patterns of the packages whose tests are run
	without []string          // folders of some that are not
	skip    map[string]string // by folder, the pattern of tests that are not run
	listed  string            // the text of equivalents.txt
	n       int               // how many mutants to draw; 0 is all
	seed    uint64
	match   *regexp.Regexp
	race    bool
	own     bool // try a mutant with the tests of its own package only
	only    bool // the equivalents
	verbose bool
	min     float64 // percent
	workers int
}

// ours is the configuration for this module.
func ours() config {
	return config{
		dir:     ".",
		mutate:  []string{"backoff", "breaker", "internal/grammar", "policy", "runtime", "httpretry"},
		suites:  []string{"./backoff", "./breaker", "./internal/grammar", "./policy", "./runtime", "./httpretry", "./golden/..."},
		without: []string{"golden"},                         // it tests the generator; the packages below it test wrappers
		skip:    map[string]string{"runtime": `^TestSoak$`}, // it loads the machine for seconds
		listed:  equivalentsText,
	}
}

func main() {
	c := ours()
	flag.IntVar(&c.n, "n", 300, "how many mutants to draw; 0 draws all")
	flag.Uint64Var(&c.seed, "seed", 1, "the seed of the drawing; the same seed draws the same mutants while their code is the same")
	flag.Float64Var(&c.min, "min", 0, "fail when less than this `percent` of the mutants that are not equivalent are killed")
	flag.BoolVar(&c.race, "race", false, "try what survives once more with the race detector")
	flag.BoolVar(&c.own, "own", false, "run only the tests of the package that a mutant is in, which is quicker")
	flag.BoolVar(&c.only, "equivalents", false, "try the listed equivalents, and fail when one is killed")
	flag.BoolVar(&c.verbose, "v", false, "print each mutant that is tried, and what killed it")
	match := flag.String("match", "", "draw only mutants whose place or change matches this `regexp`")
	flag.IntVar(&c.workers, "workers", runtime.NumCPU(), "how many mutants to try at a time")
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := func() (err error) {
		if c.match, err = regexp.Compile(*match); err != nil {
			return err
		}
		return run(ctx, c)
	}()
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, c config) error {
	packages, err := load(ctx, c.dir, c.mutate)
	if err != nil {
		return err
	}
	for _, p := range packages {
		p.collect()
		if err := p.dropInvalid(); err != nil {
			return err
		}
	}
	all := number(packages)
	listed, err := parseEquivalents(c.listed)
	if err != nil {
		return err
	}
	chosen := choose(c, all, listed)
	if c.own {
		c.suites = nil
		for _, m := range chosen {
			if suite := "./" + m.folder; !slices.Contains(c.suites, suite) {
				c.suites = append(c.suites, suite)
			}
		}
	}
	lab, err := newLab(ctx, c, packages)
	if err != nil {
		return err
	}
	defer lab.close()
	tried := lab.try(ctx, chosen)
	if err := report(os.Stdout, c, lab, all, chosen, listed); err != nil && tried == nil {
		return err
	}
	return tried // an interrupt, for example, after which the report tells what is known
}
