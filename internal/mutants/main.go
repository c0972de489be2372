// Mutants breaks the packages that programs link in many small ways, one at a time,
// and runs their tests, which are to notice each of them.
//
//	go run ./internal/mutants            # all, in a few minutes
//	go run ./internal/mutants -only NAME # one of them
//
// It works on copies of the files that git knows, in a temporary folder. It prints a
// table, and fails when a mutant survives, when one no longer fits the source, or
// when the tests fail without any.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"text/tabwriter"
	"time"
)

func main() {
	only := flag.String("only", "", "the `name` of the one mutant to try")
	workers := flag.Int("workers", 2, "how many mutants are tried at a time")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *only, *workers); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, only string, workers int) error {
	var chosen []mutant
	for _, m := range mutants() {
		if only == "" || m.name == only {
			chosen = append(chosen, m)
		}
	}
	if len(chosen) == 0 {
		return fmt.Errorf("there is no mutant %q", only)
	}
	results, err := try(ctx, chosen, workers)
	if err != nil {
		return err
	}
	return report(chosen, results)
}

// report prints the table, and returns an error unless all mutants were caught.
func report(tried []mutant, results []result) error {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "mutant\tfile\tcaught by\ttime")
	caught := 0
	for i, r := range results {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", tried[i].name, tried[i].file, r.what(), r.took.Round(100*time.Millisecond))
		if r.verdict == caughtBy {
			caught++
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Printf("%d of %d caught\n", caught, len(tried))
	if caught < len(tried) {
		return fmt.Errorf("%d are not", len(tried)-caught)
	}
	return nil
}
