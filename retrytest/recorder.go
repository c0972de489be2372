package retrytest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/retrygen/retrygen/backoff"
	retry "github.com/retrygen/retrygen/runtime"
)

// A Recorder keeps what calls do: attempts, waits, chaos and outcomes, call by call. The zero
// Recorder is ready to use, and safe for concurrent use. It must not be copied.
type Recorder struct {
	mu      sync.Mutex
	calls   []*record
	skipped map[string]backoff.Strategy // whose delays NoWait has taken away, by method
}

// A record is one call.
type record struct {
	method string
	began  time.Time
	steps  []string // as Expect compares them
	times  []string // the timeline
}

// recordKey finds the record of a call in its context.
type recordKey struct{ *Recorder }

// Hooks returns hooks that record. Use retry.JoinHooks to add others.
func (r *Recorder) Hooks() retry.Hooks {
	return retry.Hooks{
		CallStart: func(ctx context.Context, e retry.CallStartEvent) context.Context {
			c := &record{method: e.Method, began: time.Now()}
			r.mu.Lock()
			defer r.mu.Unlock()
			r.calls = append(r.calls, c)
			return context.WithValue(ctx, recordKey{r}, c)
		},
		CallDone: func(ctx context.Context, e retry.CallEvent) {
			text := "call ends: " + string(e.Outcome)
			if e.Err != nil {
				text += ": " + e.Err.Error()
			}
			r.note(ctx, "=> "+string(e.Outcome), text)
		},
		AttemptStart: func(ctx context.Context, e retry.AttemptStartEvent) context.Context {
			r.note(ctx, "", numbered(e.Attempt, e.Copy)+" begins")
			return ctx
		},
		AttemptDone: func(ctx context.Context, e retry.AttemptEvent) {
			text := numbered(e.Attempt, e.Copy) + " ends: " + string(e.Ruling)
			if e.Err != nil {
				text += ": " + e.Err.Error()
			}
			r.note(ctx, string(e.Ruling), text)
		},
		Retry: func(ctx context.Context, e retry.RetryEvent) {
			if e.Delay > 0 {
				r.note(ctx, "wait "+e.Delay.String(), "waited "+e.Delay.String())
			} else if skipped := r.skippedWait(e.Method, e.Attempt-1); skipped != "" {
				r.note(ctx, "wait "+skipped, "did not wait "+skipped)
			}
		},
		Disturbed: func(ctx context.Context, e retry.ChaosEvent) { r.note(ctx, "", "chaos: "+string(e.Kind)) },
	}
}

// numbered names an attempt or a copy of one.
func numbered(attempt, copies int) string {
	if copies > 0 {
		return fmt.Sprintf("copy %d of attempt %d", copies, attempt)
	}
	return fmt.Sprintf("attempt %d", attempt)
}

// note adds to the record of a call. An empty step is for the timeline only.
func (r *Recorder) note(ctx context.Context, step, text string) {
	c, ok := ctx.Value(recordKey{r}).(*record)
	if !ok {
		return // a hook of the program has replaced the context
	}
	at := time.Since(c.began)
	r.mu.Lock()
	defer r.mu.Unlock()
	if step != "" {
		c.steps = append(c.steps, step)
	}
	c.times = append(c.times, fmt.Sprintf("%8v  %s", at, text))
}

// Calls returns a line for each call, in the order in which they began, with the rulings of
// its attempts, the waits between them, and the outcome:
//
//	PaymentClient.Charge: retry, wait 100ms, success => success
func (r *Recorder) Calls() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var lines []string
	for _, c := range r.calls {
		lines = append(lines, c.line())
	}
	return lines
}

func (c *record) line() string {
	return strings.Replace(c.method+": "+strings.Join(c.steps, ", "), ", =>", " =>", 1)
}

// String returns the timeline: each call with all that happened in it, and the time since the
// call began.
func (r *Recorder) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b strings.Builder
	for _, c := range r.calls {
		fmt.Fprintf(&b, "%s\n", c.method)
		for _, line := range c.times {
			fmt.Fprintf(&b, "%s\n", line)
		}
	}
	return b.String()
}

// A T is a *testing.T, or another test.
type T interface {
	Name() string
	Helper()
	Errorf(format string, args ...any)
}

// Expect fails the test unless the calls so far are those of the lines, as Calls returns them.
// The failure shows what was expected, what came, and the timeline.
func (r *Recorder) Expect(t T, calls ...string) {
	t.Helper()
	if got := r.Calls(); !slices.Equal(got, calls) {
		t.Errorf("expected calls:\n  %s\ngot:\n  %s\ntimeline:\n%s",
			strings.Join(calls, "\n  "), strings.Join(got, "\n  "), r)
	}
}
