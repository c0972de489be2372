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

	"github.com/retrygen/retrygen/gen"
	"github.com/retrygen/retrygen/internal/grammar"
)

// explain is the command "retrygen explain".
func explain(args []string, stdout io.Writer) error {
	var opts options
	flags := opts.flags()
	asJSON := flags.Bool("json", false, "")
	short := flags.Bool("short", false, "")
	said := flags.String("error", "", "")
	overrides := flags.String("overrides", "", "")
	env := flags.String("env", "", "")
	var methods []string
	flags.Func("method", "", func(text string) error {
		methods = append(methods, splitNames(text)...)
		return nil
	})
	if err := opts.parse(flags, args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			_, err = io.WriteString(stdout, usage)
		}
		return err
	}
	switch {
	case *short && *asJSON:
		return errors.New("retrygen: use -short or -json, not both")
	case given(flags, "env") && *env == "":
		return errors.New("retrygen: -env needs the prefix of the variables\n\thint: -env RETRY_")
	case *short && *said != "":
		return errors.New("retrygen: use -short or -error, not both")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt kills the command at once
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	cfg := opts.config(dir)
	cfg.Error, cfg.OverridesPrefix = *said, *env
	control, err := readOverrides(&cfg, *overrides)
	if err != nil {
		return err
	}
	explanation, err := gen.Explain(ctx, cfg)
	if err != nil {
		return relative(dir, err)
	}
	if err := control.check(dir, explanation); err != nil {
		return err
	}
	if explanation, err = only(explanation, methods); err != nil {
		return err
	}
	switch {
	case *asJSON:
		return explainJSON(stdout, dir, explanation)
	case *said != "":
		_, err = io.WriteString(stdout, explainError(dir, explanation)+control.text())
	case *short:
		_, err = io.WriteString(stdout, explainShort(explanation)+control.text())
	default:
		_, err = io.WriteString(stdout, explainText(dir, explanation)+control.text())
	}
	return err
}

// given reports whether a flag is on the command line.
func given(flags *flag.FlagSet, name string) (found bool) {
	flags.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

// only returns the explanation of the methods with the given names, such as "Charge" or
// "PaymentClient.Charge", or of all methods if there are no names. A name that no method
// has is an error.
func only(all *gen.Explanation, methods []string) (*gen.Explanation, error) {
	if len(methods) == 0 {
		return all, nil
	}
	var some gen.Explanation
	var known []string
	found := make(map[string]bool)
	for _, iface := range all.Interfaces {
		var list []gen.ExplainedMethod
		for _, m := range iface.Methods {
			whole := iface.Name + "." + m.Name
			known = append(known, m.Name, whole)
			if slices.Contains(methods, m.Name) || slices.Contains(methods, whole) {
				list = append(list, m)
				found[m.Name], found[whole] = true, true
			}
		}
		if len(list) > 0 {
			iface.Methods = list
			some.Interfaces = append(some.Interfaces, iface)
		}
	}
	var errs []error
	for _, name := range methods {
		if found[name] {
			continue
		}
		err := fmt.Errorf("retrygen: -method %s: no method of that name", name)
		if near := grammar.Suggest(name, known); near != "" {
			err = fmt.Errorf("%w\n\thint: did you mean %q?", err, near)
		}
		errs = append(errs, err)
	}
	return &some, errors.Join(errs...)
}
