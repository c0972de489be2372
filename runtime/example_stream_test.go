package retry_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// A download may take longer than the timeout of the call that began it: that is for
// the call alone. Its context ends when it is closed.
func ExampleKeepReadCloser() {
	w := retry.NewWrapper("Files", policy.Policy{}, nil)
	open := w.Method("Open", retry.MethodSpec{
		Policy: policy.Policy{Timeout: policy.Timeout{Attempt: time.Minute}},
		Lends:  true,
	})
	var attempt context.Context
	file, err := retry.Call(context.Background(), open, func(ctx context.Context) (io.ReadCloser, error) {
		attempt = ctx
		return retry.KeepReadCloser(ctx, io.NopCloser(strings.NewReader("a large file"))), nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	data, _ := io.ReadAll(file)
	fmt.Println(string(data), attempt.Err())
	fmt.Println(file.Close(), attempt.Err())
	// Output:
	// a large file <nil>
	// <nil> context canceled
}

// What feeds a channel needs its context after the call. Nobody closes a channel that
// he only reads, so it lives until the caller's context ends.
func ExampleKeep() {
	w := retry.NewWrapper("Config", policy.Policy{}, nil)
	watch := w.Method("Watch", retry.MethodSpec{
		Policy: policy.Policy{Timeout: policy.Timeout{Attempt: time.Minute}},
		Lends:  true,
	})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	changes, err := retry.Call(ctx, watch, func(ctx context.Context) (<-chan string, error) {
		changes := make(chan string)
		go func() {
			defer close(changes)
			for ctx.Err() == nil {
				select {
				case changes <- "level=debug":
				case <-ctx.Done():
				}
			}
		}()
		return retry.Keep(ctx, (<-chan string)(changes)), nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(<-changes)
	cancel()
	for range changes {
	}
	fmt.Println("ended")
	// Output:
	// level=debug
	// ended
}

// A resultSet is one with a Close of its own kind.
type resultSet struct {
	ctx     context.Context
	release func()
}

func (c *resultSet) Close() { c.release() }

// What is put around a result, or into it, releases the hold when it is closed. Where
// there is nothing to hold, that is not done.
func ExampleKeepAs() {
	w := retry.NewWrapper("Database", policy.Policy{}, nil)
	query := w.Method("Query", retry.MethodSpec{
		Policy: policy.Policy{Timeout: policy.Timeout{Attempt: time.Minute}},
		Lends:  true,
	})
	rows, err := retry.Call(context.Background(), query, func(ctx context.Context) (*resultSet, error) {
		return retry.KeepAs(ctx, &resultSet{ctx: ctx, release: func() {}}, func(c *resultSet, hold *retry.Hold) *resultSet {
			c.release = hold.Release
			return c
		}), nil
	})
	fmt.Println(err, rows.ctx.Err())
	rows.Close()
	fmt.Println(rows.ctx.Err())
	// Output:
	// <nil> <nil>
	// context canceled
}
