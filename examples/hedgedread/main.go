// Hedgedread shows a read from a store that is now and then slow. When a read has no
// answer after the usual time, the wrapper starts a second one beside it and takes
// whichever comes first.
//
//	go run ./examples/hedgedread
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"sync/atomic"
	"time"

	retry "github.com/retrygen/retrygen/runtime"
)

//go:generate go tool retrygen -type=Store

// Store keeps values.
//
//retry:timeout total=1s
type Store interface {
	// Get only reads, so two at a time do no harm. Nearly all reads take less than
	// 20ms: about one in twenty-five is made twice.
	//
	//retry:hedge after=20ms
	Get(ctx context.Context, key string) (string, error)

	// Put changes something, so it has no hedge.
	Put(ctx context.Context, key, value string) error
}

func main() { demo(os.Stdout) }

// demo makes the same reads without and with the wrapper, and prints how long they took.
func demo(w io.Writer) {
	plain := new(slowStore)
	measure(w, "without", plain, plain)

	below, copies := new(slowStore), 0
	hooks := retry.Hooks{HedgeStarted: func(context.Context, retry.HedgeEvent) { copies++ }}
	measure(w, "with a hedge", NewResilientStore(below, &retry.Options{Hooks: hooks}), below)
	fmt.Fprintf(w, "%d reads were made twice\n", copies)
}

func measure(w io.Writer, name string, store Store, below *slowStore) {
	const reads = 100
	var took []time.Duration
	for range reads {
		began := time.Now()
		if _, err := store.Get(context.Background(), "answer"); err != nil {
			fmt.Fprintln(w, err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	at := func(percent int) time.Duration { return took[reads*percent/100-1].Round(time.Millisecond) }
	fmt.Fprintf(w, "%-12s  p50 %4v  p95 %4v  p99 %5v  %d reads reached the store\n", name, at(50), at(95), at(99), below.reads.Load())
}

// A slowStore takes 2ms for most reads, and 200ms for each 25th.
type slowStore struct{ reads atomic.Int64 }

func (s *slowStore) Get(ctx context.Context, key string) (string, error) {
	takes := 2 * time.Millisecond
	if s.reads.Add(1)%25 == 0 {
		takes = 200 * time.Millisecond
	}
	select {
	case <-time.After(takes):
		return "42", nil
	case <-ctx.Done():
		return "", context.Cause(ctx) // the other read was faster
	}
}

func (s *slowStore) Put(context.Context, string, string) error { return nil }
