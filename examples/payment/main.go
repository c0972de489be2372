package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

// seed draws the faults, the same in both runs.
const seed = 7

func main() {
	serving := flag.Bool("serve", false, "serve a page that shows what the wrapper does, until interrupted")
	address := flag.String("address", "127.0.0.1:8080", "where to serve it; port 0 is a free one")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	if *serving {
		err = serve(ctx, loopback, *address, os.Stdout)
	} else {
		err = compare(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func compare(ctx context.Context) error {
	without, err := run(ctx, loopback, false, seed)
	if err != nil {
		return err
	}
	with, err := run(ctx, loopback, true, seed)
	if err != nil {
		return err
	}
	return report(os.Stdout, without, with)
}
