package retry

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/breaker"
)

var (
	errListed = errors.New("listed")
	errRefuse = &net.OpError{Op: "dial", Err: errors.New("connection refused")}
)

type saysRetryable bool

func (s saysRetryable) Error() string   { return "says" }
func (s saysRetryable) Retryable() bool { return bool(s) }

// Every cell of the table in the package documentation: what an error means for
// the call and for the breaker, by what the contexts have become, what the error
// is, and what on and not say.
func TestJudgement(t *testing.T) {
	none := func(context.CancelFunc) {}
	tests := []struct {
		name    string
		err     error
		on, not error                    // nil: not given
		during  func(context.CancelFunc) // the attempt; it may cancel the caller
		timeout string                   // a directive
		within  time.Duration            // the caller's deadline
		takes   time.Duration            // the attempt

		attempts int
		cause    error // of the Error; nil: the error comes back as it is
		vote     breaker.Outcome
	}{
		{name: "anything else is retried", err: errFlaky, attempts: 2, cause: ErrExhausted, vote: breaker.Failure},

		{name: "the caller cancelled: whatever the error is", err: errFlaky,
			during: func(cancel context.CancelFunc) { cancel() }, attempts: 1, vote: breaker.Neutral},
		{name: "the caller cancelled: a network error too", err: errRefuse,
			during: func(cancel context.CancelFunc) { cancel() }, attempts: 1, vote: breaker.Neutral},
		{name: "the caller cancelled: an answer too", err: io.EOF,
			during: func(cancel context.CancelFunc) { cancel() }, attempts: 1, vote: breaker.Neutral},

		{name: "the caller's deadline passed: a hung dependency must open the breaker", err: context.DeadlineExceeded,
			within: time.Second, takes: time.Second, attempts: 1, cause: ErrDeadline, vote: breaker.Failure},
		{name: "the total timeout passed", err: errFlaky,
			timeout: "; timeout total=1s", takes: time.Second, attempts: 1, cause: ErrDeadline, vote: breaker.Failure},
		{name: "an attempt timed out, whatever its error", err: errFlaky,
			timeout: "; timeout attempt=1s", takes: time.Second, attempts: 2, cause: ErrExhausted, vote: breaker.Failure},
		{name: "an attempt timed out: closing its connection is no answer", err: net.ErrClosed,
			timeout: "; timeout attempt=1s", takes: time.Second, attempts: 2, cause: ErrExhausted, vote: breaker.Failure},
		{name: "an attempt timed out, and on does not list that", err: errFlaky, on: errListed,
			timeout: "; timeout attempt=1s", takes: time.Second, attempts: 1, vote: breaker.Failure},
		{name: "an attempt timed out, and on lists that", err: errFlaky, on: ErrAttemptTimeout,
			timeout: "; timeout attempt=1s", takes: time.Second, attempts: 2, cause: ErrExhausted, vote: breaker.Failure},
		{name: "an attempt timed out, and not forbids that", err: errFlaky, not: ErrAttemptTimeout,
			timeout: "; timeout attempt=1s", takes: time.Second, attempts: 1, vote: breaker.Failure},

		{name: "a timeout that claims to be the deadline is the network's", err: timeoutError{},
			within: time.Hour, attempts: 2, cause: ErrExhausted, vote: breaker.Failure},
		{name: "a network error", err: errRefuse, attempts: 2, cause: ErrExhausted, vote: breaker.Failure},
		{name: "a network error that on does not list is a failure all the same", err: errRefuse, on: errListed,
			attempts: 1, vote: breaker.Failure},
		{name: "a network error that not lists is one too", err: errRefuse, not: errRefuse,
			attempts: 1, vote: breaker.Failure},

		{name: "Permanent", err: Permanent(errFlaky), attempts: 1, vote: breaker.Success},
		{name: "Permanent wins over on", err: Permanent(errListed), on: errListed, attempts: 1, vote: breaker.Success},
		{name: "not", err: errListed, not: errListed, attempts: 1, vote: breaker.Success},
		{name: "not wins over on", err: errListed, on: errListed, not: errListed, attempts: 1, vote: breaker.Success},
		{name: "not does not match", err: errFlaky, not: errListed, attempts: 2, cause: ErrExhausted, vote: breaker.Failure},
		{name: "io.EOF", err: io.EOF, attempts: 1, vote: breaker.Success},
		{name: "fs.ErrNotExist", err: &fs.PathError{Op: "open", Err: fs.ErrNotExist}, attempts: 1, vote: breaker.Success},
		{name: "fs.ErrExist", err: fs.ErrExist, attempts: 1, vote: breaker.Success},
		{name: "fs.ErrPermission", err: fs.ErrPermission, attempts: 1, vote: breaker.Success},
		{name: "net.ErrClosed", err: net.ErrClosed, attempts: 1, vote: breaker.Success},
		{name: "a name that does not exist", err: &net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}, attempts: 1, vote: breaker.Success},
		{name: "Retryable says no", err: saysRetryable(false), attempts: 1, vote: breaker.Success},
		{name: "Retryable says no, whatever on lists", err: saysRetryable(false), on: saysRetryable(false), attempts: 1, vote: breaker.Success},
		{name: "Retryable says yes", err: saysRetryable(true), attempts: 2, cause: ErrExhausted, vote: breaker.Failure},
		{name: "an answer that on lists is none", err: io.EOF, on: io.EOF, attempts: 2, cause: ErrExhausted, vote: breaker.Failure},
		{name: "an answer that on does not list", err: io.EOF, on: errListed, attempts: 1, vote: breaker.Success},

		{name: "an open breaker further down", err: &Error{Cause: breaker.ErrOpen, Last: errFlaky}, attempts: 1, vote: breaker.Neutral},
		{name: "on does not match", err: errFlaky, on: errListed, attempts: 1, vote: breaker.Neutral},
		{name: "on matches", err: errListed, on: errListed, attempts: 2, cause: ErrExhausted, vote: breaker.Failure},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if tt.during == nil {
					tt.during = none
				}
				m := method(t, "simple attempts=2 delay=0s; breaker failures=9"+tt.timeout, func(s *MethodSpec, _ *Options) {
					if tt.on != nil {
						s.On = is(tt.on)
					}
					if tt.not != nil {
						s.Not = is(tt.not)
					}
				})
				before := m.guards.breaker // one failure is there already, for a success to forget
				permit, _ := before.Allow()
				permit.Done(breaker.Failure)

				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if tt.within > 0 {
					ctx, cancel = context.WithTimeout(ctx, tt.within)
					defer cancel()
				}
				attempts := 0
				err := m.Do(ctx, func(ctx context.Context) error {
					attempts++
					tt.during(cancel)
					if tt.takes > 0 {
						time.Sleep(tt.takes)
						<-ctx.Done()
					}
					return tt.err
				})
				assert.Equal(t, tt.attempts, attempts)
				if tt.cause == nil {
					assert.Equal(t, tt.err, err, "as it is")
				} else {
					requireError(t, err, tt.attempts, tt.cause, tt.err)
				}
				want := map[breaker.Outcome]int{breaker.Success: 0, breaker.Neutral: 1, breaker.Failure: 1 + attempts}
				assert.Equal(t, want[tt.vote], m.guards.breaker.Snapshot().Failures, "the breaker's failures")
			})
		})
	}
}

// timeoutError is what package net returns when a connection's own deadline has
// passed: it claims to be the context's.
type timeoutError struct{}

func (timeoutError) Error() string        { return "i/o timeout" }
func (timeoutError) Timeout() bool        { return true }
func (timeoutError) Temporary() bool      { return true }
func (timeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

func TestErrorTree(t *testing.T) {
	e := &Error{Method: "Client.Get", Attempts: 1, Cause: ErrDeadline, Last: errFlaky, ended: context.DeadlineExceeded}
	for _, target := range []error{ErrDeadline, errFlaky, context.DeadlineExceeded} {
		assert.ErrorIs(t, e, target)
	}
	assert.NotErrorIs(t, e, ErrBudget)
	assert.Equal(t, "Client.Get: gave up after 1 attempt: deadline leaves no time for another attempt: flaky", e.Error())
	assert.ErrorIs(t, ErrAttemptTimeout, context.DeadlineExceeded)
	assert.NotErrorIs(t, ErrExhausted, context.DeadlineExceeded)
	assert.Nil(t, Permanent(nil))
	assert.Equal(t, "flaky", Permanent(errFlaky).Error())
	assert.ErrorIs(t, Permanent(errFlaky), errFlaky)
}

func TestHungDependencyOpensTheBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := method(t, "simple attempts=3 delay=1s; breaker failures=3 cooldown=1m")
		for range 3 {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			err := m.Do(ctx, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
			cancel()
			requireError(t, err, 1, ErrDeadline, context.DeadlineExceeded)
		}
		assert.Equal(t, breaker.Open, m.guards.breaker.State())
	})
}

func TestCancelledCallersLeaveTheBreakerClosed(t *testing.T) {
	m := method(t, "breaker failures=1")
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		err := m.Do(ctx, func(ctx context.Context) error { cancel(); return ctx.Err() })
		assert.Equal(t, context.Canceled, err)
	}
	assert.Equal(t, breaker.Snapshot{Name: "Client.Get"}, m.guards.breaker.Snapshot())
}
