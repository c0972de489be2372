package main

import (
	"context"
	"fmt"
	"os"
)

// seed draws the faults, the same in both runs.
const seed = 7

func main() {
	if err := compare(context.Background()); err != nil {
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
