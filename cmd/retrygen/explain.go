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

	"github.com/retrygen/retrygen/gen"
)

// explain is the command "retrygen explain".
func explain(args []string, stdout io.Writer) error {
	var opts options
	flags := opts.flags()
	asJSON := flags.Bool("json", false, "")
	overrides := flags.String("overrides", "", "")
	if err := opts.parse(flags, args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			_, err = io.WriteString(stdout, usage)
		}
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt kills the command at once
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	cfg := opts.config(dir)
	if *overrides != "" {
		text, err := os.ReadFile(*overrides)
		if err != nil {
			return fmt.Errorf("%s: %w", *overrides, reason(err))
		}
		if cfg.OverridesFile, err = filepath.Abs(*overrides); err != nil {
			return err
		}
		cfg.Overrides = string(text)
	}
	explanation, err := gen.Explain(ctx, cfg)
	if err != nil {
		return relative(dir, err)
	}
	if *asJSON {
		return explainJSON(stdout, dir, explanation)
	}
	_, err = io.WriteString(stdout, explainText(dir, explanation))
	return err
}
