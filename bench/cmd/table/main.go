// Table runs the benchmarks of the runtime, or reads the output of an earlier run, and
// prints medians, ratios and goals. It runs in the module bench:
//
//	go run ./cmd/table                          # 15 rounds, some minutes
//	go run ./cmd/table -build                   # also what wrappers add to a build
//	go run ./cmd/table -goals                   # only what the goals compare, a minute
//	go run ./cmd/table -in FILE -svg OUT.svg    # from an earlier run; - is stdin
//	go run ./cmd/table -strict                  # fail if a goal for allocations is missed
//
// It makes many short rounds rather than few long ones: on a machine that does other work
// too, their medians are steadier.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"

	"github.com/retrygen/retrygen/bench/report"
)

// Which benchmarks to run.
const (
	calls  = "^Benchmark(Success|Told|Third|Refused|Parallel|Timeout|Wait)$"
	builds = "^Benchmark(Success|Told|Third|Refused|Parallel|Timeout|Wait|Build)$"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "table:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	count     int
	benchtime string
	build     bool
	goals     bool
	strict    bool
	in, svg   string
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	var o options
	flags := flag.NewFlagSet("table", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&o.count, "count", 15, "how many rounds; each runs all benchmarks once, and the medians are of the rounds")
	flags.StringVar(&o.benchtime, "benchtime", "50ms", "how long each benchmark runs in a round")
	flags.BoolVar(&o.build, "build", false, "measure the build of a program with wrappers too")
	flags.BoolVar(&o.goals, "goals", false, "run only the benchmarks that the goals compare")
	flags.BoolVar(&o.strict, "strict", false, "fail when a goal of allocations is missed; those of times are never a failure")
	flags.StringVar(&o.in, "in", "", "read the output of go test -bench from this file, or stdin for -, instead of running it")
	flags.StringVar(&o.svg, "svg", "", "write a picture of the calls that succeed to this file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 || o.count < 1 || o.build && o.goals {
		return fmt.Errorf("usage: table [-count 15] [-benchtime 50ms] [-build | -goals] [-strict] [-in FILE] [-svg FILE]")
	}
	in, err := o.input(stdin, stderr)
	if err != nil {
		return err
	}
	measured, err := report.Parse(bytes.NewReader(in))
	if err != nil {
		return err
	}
	if len(measured.Keys) == 0 {
		return fmt.Errorf("no benchmark in the input")
	}
	if err := report.Print(stdout, measured, report.Goals); err != nil {
		return err
	}
	if o.svg != "" {
		var picture bytes.Buffer
		if err := report.Picture(&picture, measured, "Success"); err != nil {
			return err
		}
		if err := os.WriteFile(o.svg, picture.Bytes(), 0o666); err != nil {
			return err
		}
	}
	if o.strict {
		return allocations(measured)
	}
	return nil
}

// allocations returns an error for each missed goal for allocations. Other work on the
// machine does not change their number.
func allocations(measured *report.Run) error {
	var errs []error
	for _, g := range report.Goals {
		if j := g.Judge(measured); g.Unit == report.Allocations && j.Verdict != report.Met {
			errs = append(errs, fmt.Errorf("%s: %s", j.Verdict, j))
		}
	}
	return errors.Join(errs...)
}

// input returns the output of the benchmarks, of a new run or an earlier one.
func (o options) input(stdin io.Reader, stderr io.Writer) ([]byte, error) {
	switch o.in {
	case "":
		return o.measure(stderr)
	case "-":
		return io.ReadAll(stdin)
	default:
		return os.ReadFile(o.in)
	}
}

// measure runs the rounds. Each runs all benchmarks in turn, so that other work on the
// machine disturbs one value of many and not all values of one benchmark.
func (o options) measure(stderr io.Writer) ([]byte, error) {
	pattern := calls
	switch {
	case o.build:
		pattern = builds
	case o.goals:
		pattern = report.Pattern(report.Goals)
	}
	var out bytes.Buffer
	if err := versions(io.MultiWriter(&out, stderr)); err != nil {
		return nil, err
	}
	for range o.count {
		cmd := exec.Command("go", "test", "-run", "^$", "-bench", pattern, "-benchtime", o.benchtime, "github.com/retrygen/retrygen/bench")
		cmd.Stdout, cmd.Stderr = io.MultiWriter(&out, stderr), stderr
		if err := cmd.Run(); err != nil {
			return nil, fmt.Errorf("%s: %w", cmd, err)
		}
	}
	return out.Bytes(), nil
}

// peers are the modules of the other libraries.
var peers = []string{
	"github.com/afex/hystrix-go", "github.com/avast/retry-go/v5", "github.com/cenkalti/backoff/v5", "github.com/eapache/go-resiliency",
	"github.com/failsafe-go/failsafe-go", "github.com/sethvargo/go-retry", "github.com/sony/gobreaker/v2",
}

// versions writes the versions of all modules, in lines that report.Parse copies.
func versions(w io.Writer) error {
	fmt.Fprintln(w, "go:", runtime.Version())
	list := exec.Command("go", append([]string{"list", "-m", "-f", "peer: {{.Path}} {{.Version}}"}, peers...)...)
	list.Stdout, list.Stderr = w, os.Stderr
	if err := list.Run(); err != nil {
		return fmt.Errorf("%s: %w", list, err)
	}
	return nil
}
