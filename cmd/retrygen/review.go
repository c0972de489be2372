package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"github.com/retrygen/retrygen/gen"
)

// errAdvice ends a run of review -strict that has given advice.
var errAdvice = errors.New("advice is left")

const reviewUsage = `retrygen review answers what a design review asks about the policies of packages.

Usage:
	retrygen review [-type T,...] [-tags TAGS] [-overrides FILE] [-deadline TIME]
	                [-rate N/s] [-latency TIME] [-processes N]
	                [-md | -json] [-strict] [packages]

Flags:
	-type T,...     the interfaces to review; default: every interface with a directive
	-tags TAGS      build tags, separated by commas
	-overrides      review the policies with a file for retry.ParseOverrides applied
	-deadline TIME  how long the callers wait, as 2s
	-rate N/s       calls of each method from all processes together, as 100/s or 30/m
	-latency TIME   how long an attempt that succeeds takes; default: 0s
	-processes N    how many processes share the calls; default: 1
	-md             write Markdown, to attach to a pull request
	-json           write for a program; docs/review.md has the format
	-strict         exit 1 if there is advice

It writes nothing to disk. It shows for each method how long a call takes against the
deadline of its caller, how many attempts it makes through all layers, what it does to a
dependency that fails, and what an operator can change; and it gives advice, each with
its place, reason and source. docs/review.md explains the figures.
Silence advice with //retry:allow CODE REASON. Exit status: 0 done, 1 advice, 2 errors.
`

// reviewOptions are the flags of review alone.
type reviewOptions struct {
	options
	question  gen.Question
	overrides string
	md, json  bool
	strict    bool
}

// review is the command "retrygen review".
func review(args []string, stdout io.Writer) error {
	var opts reviewOptions
	flags := opts.flags()
	if err := opts.parse(flags, args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			_, err = io.WriteString(stdout, reviewUsage)
		}
		return err
	}
	if opts.md && opts.json {
		return errors.New("retrygen: use -md or -json, not both")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt kills the command at once
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	cfg := opts.config(dir)
	if _, err := readOverrides(&cfg, opts.overrides); err != nil {
		return err
	}
	reviewed, err := gen.Review(ctx, cfg, opts.question)
	if err != nil {
		return relative(dir, err)
	}
	page := reviewPage{dir: dir, question: opts.question, reviewed: reviewed}
	switch {
	case opts.json:
		err = page.json(stdout)
	case opts.md:
		_, err = io.WriteString(stdout, page.markdown())
	default:
		_, err = io.WriteString(stdout, page.text())
	}
	if err == nil && opts.strict && page.advice() > 0 {
		return errAdvice
	}
	return err
}

func (o *reviewOptions) flags() *flag.FlagSet {
	flags := o.options.flags()
	flags.BoolVar(&o.md, "md", false, "")
	flags.BoolVar(&o.json, "json", false, "")
	flags.BoolVar(&o.strict, "strict", false, "")
	flags.StringVar(&o.overrides, "overrides", "", "")
	flags.Func("deadline", "", positive(&o.question.Deadline))
	flags.Func("latency", "", positive(&o.question.Latency))
	flags.Func("rate", "", func(text string) (err error) {
		o.question.Rate, err = readRate(text)
		return err
	})
	flags.Func("processes", "", func(text string) error {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return errors.New("it is a number of processes, from 1 on")
		}
		o.question.Processes = n
		return nil
	})
	return flags
}

// positive reads a duration of more than zero.
func positive(d *time.Duration) func(string) error {
	return func(text string) error {
		value, err := time.ParseDuration(text)
		if err != nil || value <= 0 {
			return errors.New("it is a time of more than 0s, as 20ms or 2s")
		}
		*d = value
		return nil
	}
}

// readRate reads 100/s, 2.5/s, 30/m or 5/h as calls in a second.
func readRate(text string) (float64, error) {
	count, unit, _ := strings.Cut(text, "/")
	per := map[string]float64{"s": 1, "m": 60, "h": 3600}[unit]
	n, err := strconv.ParseFloat(count, 64)
	if err != nil || per == 0 || !(n > 0) || n > 1e9 {
		return 0, errors.New("it is a number of calls in a second, minute or hour, as 100/s, 30/m or 5/h")
	}
	return n / per, nil
}
