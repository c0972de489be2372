package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/internal/simulate"
)

// errStuck ends a run of simulate -fail-if stuck that found a policy that gets stuck.
var errStuck = errors.New("a policy gets stuck")

// simulateUsage is followed by the scenarios and their settings.
const simulateUsage = `retrygen simulate runs policies against a simulated dependency, in virtual time.

Usage:
	retrygen simulate [packages] [-type T,...] [-method M,...] [-tags TAGS]
	                  [-overrides FILE] [-policy TEXT]... SCENARIO [key=value...]
	                  [-seed N] [-svg FILE] [-json] [-fail-if stuck]

Flags:
	-type T,...     simulate the methods of these interfaces
	-method M,...   simulate these methods only, as Charge or PaymentClient.Charge
	-tags TAGS      build tags, separated by commas
	-overrides      simulate the policies with a file for retry.ParseOverrides applied
	-policy TEXT    simulate this policy, as "linear attempts=3; budget off"; several are
	                compared. With packages, -type or -method, the text changes the
	                policies of the methods, and they are compared with what it makes
	-seed N         other random numbers; default: 1
	-svg FILE       also write a picture
	-json           write for a program; docs/simulate.md has the format
	-fail-if stuck  exit 1 if the dependency does not recover under one of the policies

Without -policy, it simulates the policies of the methods in the packages; the default is
the package in the working directory. The same seed always gives the same result.
Exit status: 0 done, 1 stuck, 2 errors. docs/simulate.md explains the scenarios.

Scenarios and their settings, with the defaults:
`

// simulateOptions are the command line of simulate.
type simulateOptions struct {
	options
	methods   []string
	overrides string
	policies  []string
	seed      uint64
	svg       string
	json      bool
	failIf    string
	scenario  *simulate.Scenario
	settings  []string
	named     bool // the command line names packages, types or methods
}

// simulated is the command "retrygen simulate".
func simulated(args []string, stdout, stderr io.Writer) error {
	var opts simulateOptions
	if err := opts.parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return helpSimulate(stdout)
		}
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt kills the command at once
	contenders, err := opts.contenders(ctx)
	if err != nil {
		return err
	}
	progress := newProgress(stderr)
	report, err := opts.scenario.Run(ctx, simulate.Config{
		Contenders: contenders, Settings: opts.settings, Seed: opts.seed, Progress: progress.show,
	})
	progress.clear()
	if err != nil {
		return fmt.Errorf("retrygen: %w", err)
	}
	if opts.svg != "" {
		if err := os.WriteFile(opts.svg, []byte(simulate.SVG(report)), 0o644); err != nil {
			return fmt.Errorf("%s: %w", opts.svg, reason(err))
		}
	}
	if opts.json {
		err = simulate.WriteJSON(stdout, report)
	} else {
		_, err = io.WriteString(stdout, simulate.Text(report))
	}
	switch {
	case err != nil:
		return err
	case report.Partly != "":
		return errInterrupted
	case opts.failIf == "stuck" && report.Stuck():
		return errStuck
	}
	return nil
}

// parse reads the command line. Flags may stand anywhere.
func (o *simulateOptions) parse(args []string) error {
	flags := o.flags()
	var words []string
	for {
		if err := flags.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return err
			}
			if name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); ok && isSetting(name) {
				return fmt.Errorf("retrygen: %s is a setting of the scenario\n\thint: %[1]s=VALUE, after the scenario", name)
			}
			return badFlag(err)
		}
		if args = flags.Args(); len(args) == 0 {
			break
		}
		words, args = append(words, args[0]), args[1:]
	}
	if o.failIf != "" && o.failIf != "stuck" {
		return fmt.Errorf("retrygen: -fail-if %s: it can only be stuck", o.failIf)
	}
	for len(words) > 0 && strings.Contains(words[len(words)-1], "=") {
		o.settings = append([]string{words[len(words)-1]}, o.settings...)
		words = words[:len(words)-1]
	}
	if len(words) == 0 {
		return errors.New("retrygen: simulate needs a scenario\n\thint: one of " + scenarioNames())
	}
	name := words[len(words)-1]
	o.packages = words[:len(words)-1]
	scenario, near := simulate.Find(name)
	switch {
	case scenario != nil:
	case near != "":
		return fmt.Errorf("retrygen: unknown scenario %q\n\thint: did you mean %q?", name, near)
	default:
		return fmt.Errorf("retrygen: unknown scenario %q\n\thint: packages come first, then one of %s", name, scenarioNames())
	}
	o.scenario = scenario
	o.named = len(o.packages) > 0 || len(o.types) > 0 || len(o.methods) > 0 || o.overrides != ""
	return nil
}

func (o *simulateOptions) flags() *flag.FlagSet {
	flags := o.options.flags()
	flags.Func("method", "", func(text string) error {
		o.methods = append(o.methods, splitNames(text)...)
		return nil
	})
	flags.Func("policy", "", func(text string) error {
		o.policies = append(o.policies, text)
		return nil
	})
	flags.StringVar(&o.overrides, "overrides", "", "")
	flags.Uint64Var(&o.seed, "seed", 1, "")
	flags.StringVar(&o.svg, "svg", "", "")
	flags.BoolVar(&o.json, "json", false, "")
	flags.StringVar(&o.failIf, "fail-if", "", "")
	return flags
}

// isSetting reports whether a scenario has a setting of that name.
func isSetting(name string) bool {
	for s := range simulate.Scenarios() {
		if slices.Contains(s.Keys(), name) {
			return true
		}
	}
	return false
}

func scenarioNames() string {
	var names []string
	for s := range simulate.Scenarios() {
		names = append(names, s.Name())
	}
	return strings.Join(names, ", ")
}

func helpSimulate(stdout io.Writer) error {
	var b strings.Builder
	b.WriteString(simulateUsage)
	for s := range simulate.Scenarios() {
		fmt.Fprintf(&b, "\n%s\n    %s\n    %s\n%s", s.Name(), s.Question(), s.Help(), s.Usage())
	}
	_, err := io.WriteString(stdout, b.String())
	return err
}
