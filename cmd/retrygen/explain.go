package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"os/signal"

	"github.com/retrygen/retrygen/gen"
)

// explain is the command "retrygen explain".
func explain(args []string, stdout io.Writer) error {
	var opts options
	flags := opts.flags()
	asJSON := flags.Bool("json", false, "")
	if err := opts.parse(flags, args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			_, err = io.WriteString(stdout, usage)
		}
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	explanation, err := gen.Explain(ctx, opts.config(dir))
	if err != nil {
		return relative(dir, err)
	}
	if *asJSON {
		return explainJSON(stdout, dir, explanation)
	}
	_, err = io.WriteString(stdout, explainText(dir, explanation))
	return err
}
