package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/retrygen/retrygen/gen"
	"github.com/retrygen/retrygen/internal/grammar"
)

var (
	// errStale ends a run of -check or -diff that found differences.
	errStale = errors.New("outputs are stale")

	errInterrupted = errors.New("retrygen: interrupted")
)

const usage = `retrygen writes resilient wrappers for annotated interfaces.

Usage:
	retrygen [-type T,...] [-tags TAGS] [-check | -diff | -prune] [packages]
	retrygen explain [-type T,...] [-method M,...] [-tags TAGS] [-overrides FILE]
	                 [-env PREFIX] [-error CODE] [-short | -json] [packages]
	retrygen init    (retrygen help init has its forms and flags)
	retrygen review [packages]    (retrygen help review has its flags)
	retrygen simulate [packages] SCENARIO    (retrygen help simulate has its flags)
	retrygen fleet get | set | clear | watch    (retrygen fleet help has their flags)
	retrygen help [directives | VERB]
	retrygen -version

Flags:
	-type T,...    the interfaces to wrap; default: every interface with a directive
	-tags TAGS     build tags, separated by commas
	-check         write nothing; list stale, missing and orphaned files, exit 1 if any
	-diff          write nothing; show what would change, exit 1 if anything
	-prune         after writing, remove the orphaned files
	-method M,...  explain these methods only, as Charge or PaymentClient.Charge
	-overrides     check a file for retry.ParseOverrides or a document of a fleet, and
	               explain what it makes
	-env PREFIX    check the variables for retry.EnvOverrides, and explain what they make
	-error CODE    explain what happens when this error comes, as NotFound, 40001 or 503
	-short         explain with one line for each method
	-json          explain for a program; docs/explain.md has the format
	-version       print the version

Name packages as for the go command; the default is the package in the working
directory. Exit status: 0 done, 1 stale, 2 errors.
"retrygen init" adds retrygen to a module, and writes interfaces for its clients.
"retrygen explain" writes nothing. It shows for each method which policy is in force,
which directive says so, how long the waits are and how long a call can take.
"retrygen review" writes nothing. It shows figures for a design review, and gives advice.
"retrygen simulate" runs the policies through an outage, and says whether they recover.
"retrygen fleet" shows and changes what is in force in all processes of a fleet.
"retrygen help directives" explains the //retry: comments, and "retrygen help VERB"
one of them.
`

// options are the command line.
type options struct {
	types       []string
	tags        string
	check, diff bool
	prune       bool
	version     bool
	packages    []string
}

// run runs the command. Main turns its error into the exit status.
func run(args []string, stdout, stderr io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "help":
			return help(args[1:], stdout)
		case "explain":
			return explain(args[1:], stdout)
		case "init":
			return initialize(args[1:], stdout, stderr)
		case "review":
			return review(args[1:], stdout)
		case "simulate":
			return simulated(args[1:], stdout, stderr)
		case "fleet":
			return runFleet(args[1:], stdout, stderr)
		}
	}
	var opts options
	flags := opts.flags()
	flags.BoolVar(&opts.check, "check", false, "")
	flags.BoolVar(&opts.diff, "diff", false, "")
	flags.BoolVar(&opts.prune, "prune", false, "")
	flags.BoolVar(&opts.version, "version", false, "")
	err := opts.parse(flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, err = io.WriteString(stdout, usage)
		return err
	case err != nil:
		return err
	case opts.check && opts.diff:
		return errors.New("retrygen: use -check or -diff, not both")
	case opts.prune && (opts.check || opts.diff):
		return errors.New("retrygen: -prune removes files, but -check and -diff change nothing\n\thint: -check alone lists the files that -prune removes")
	case opts.version:
		_, err = fmt.Fprintln(stdout, moduleVersion())
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt kills the command at once
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	result, err := gen.Generate(ctx, opts.config(dir))
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case err != nil:
		return relative(dir, orCommand(args, err))
	}
	out := &output{dir: dir, result: result, stdout: stdout, stderr: stderr}
	switch {
	case opts.check:
		return out.check()
	case opts.diff:
		return out.diff()
	}
	if err := out.write(ctx); err != nil {
		return err
	}
	if opts.prune {
		return out.prune()
	}
	out.warn()
	return nil
}

// flags returns the flags that all forms of the command have.
func (o *options) flags() *flag.FlagSet {
	flags := flag.NewFlagSet("retrygen", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Func("type", "", func(text string) error {
		o.types = append(o.types, splitNames(text)...)
		return nil
	})
	flags.StringVar(&o.tags, "tags", "", "")
	return flags
}

// splitNames splits a list of names at its commas.
func splitNames(text string) []string {
	var list []string
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			list = append(list, name)
		}
	}
	return list
}

// badFlag returns the error for a mistake that package flag found.
func badFlag(err error) error {
	switch name, _ := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); name {
	case "env", "error", "json", "method", "overrides", "short":
		return fmt.Errorf("retrygen: -%s is for retrygen explain\n\thint: retrygen explain -%[1]s", name)
	case "from", "methods", "n", "name", "o":
		return fmt.Errorf("retrygen: -%s is for retrygen init\n\thint: retrygen init -%[1]s", name)
	case "deadline", "latency", "md", "processes", "rate", "strict":
		return fmt.Errorf("retrygen: -%s is for retrygen review\n\thint: retrygen review -%[1]s", name)
	case "fail-if", "policy", "seed", "svg":
		return fmt.Errorf("retrygen: -%s is for retrygen simulate\n\thint: retrygen help simulate", name)
	case "check", "diff", "prune", "version":
		return fmt.Errorf("retrygen: -%s is not for this command\n\thint: retrygen -%[1]s", name)
	}
	return fmt.Errorf("retrygen: %w\n\thint: retrygen help", err)
}

// orCommand adds a hint to the error about a first argument that is not a package: it may
// have been meant as a command.
func orCommand(args []string, err error) error {
	list, _ := errors.AsType[gen.Errors](err)
	for _, e := range list {
		if len(args) > 0 && e.Msg == "package "+args[0]+" is not in std" {
			e.Hint += "; the commands are init, explain, review, simulate, fleet and help, and the version is -version"
		}
	}
	return err
}

func (o *options) parse(flags *flag.FlagSet, args []string) error {
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return err
	case err != nil:
		return badFlag(err)
	}
	o.packages = flags.Args()
	for _, arg := range o.packages {
		if strings.HasPrefix(arg, "-") {
			return fmt.Errorf("retrygen: flag %s after a package\n\thint: flags come first", arg)
		}
	}
	return nil
}

func (o *options) config(dir string) gen.Config {
	return gen.Config{Dir: dir, Patterns: o.packages, Types: o.types, Tags: o.tags}
}

func help(args []string, stdout io.Writer) error {
	var err error
	switch {
	case len(args) == 0:
		_, err = io.WriteString(stdout, usage)
	case len(args) == 1 && args[0] == "simulate":
		err = helpSimulate(stdout)
	case len(args) == 1 && args[0] == "init":
		_, err = io.WriteString(stdout, initUsage)
	case len(args) == 1 && args[0] == "fleet":
		err = runFleet([]string{"help"}, stdout, io.Discard)
	case len(args) == 1 && args[0] == "review":
		_, err = io.WriteString(stdout, reviewUsage)
	case len(args) == 1 && args[0] == "directives":
		_, err = io.WriteString(stdout, grammar.Help())
	default:
		err = helpOn(strings.Join(args, " "), stdout)
	}
	return err
}

// helpOn prints the help on one verb.
func helpOn(verb string, stdout io.Writer) error {
	text, meant, ok := grammar.HelpOn(strings.TrimPrefix(verb, "//retry:"))
	if ok {
		_, err := io.WriteString(stdout, text)
		return err
	}
	hint := "retrygen help directives"
	if meant != "" {
		hint = fmt.Sprintf("did you mean %q?", meant)
	}
	return fmt.Errorf("retrygen: no help on %q\n\thint: %s", verb, hint)
}

// moduleVersion returns the version of the module that the command was built from.
func moduleVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "retrygen (unknown version)"
	}
	return "retrygen " + info.Main.Version + " " + info.GoVersion
}

// relative makes the paths in an error relative to dir.
func relative(dir string, err error) error {
	list, ok := errors.AsType[gen.Errors](err)
	if !ok {
		return fmt.Errorf("retrygen: %w", err)
	}
	short := make(gen.Errors, len(list))
	for i, e := range list {
		at := *e
		at.Pos.Filename = shorten(dir, at.Pos.Filename)
		short[i] = &at
	}
	return short
}

// shorten returns path relative to dir, unless it is far away.
func shorten(dir, path string) string {
	rel, err := filepath.Rel(dir, path)
	if path == "" || err != nil || strings.HasPrefix(rel, filepath.Join("..", "..", "..")) {
		return path
	}
	return rel
}
