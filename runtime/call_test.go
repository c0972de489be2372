package retry

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
)

var errFlaky = errors.New("flaky")

// method makes a method of a wrapper of its own, with the policy that a text of
// the grammar says.
func method(t testing.TB, text string, change ...func(*MethodSpec, *Options)) *Method {
	t.Helper()
	p, err := policy.Parse(text)
	require.NoError(t, err)
	spec, opts := MethodSpec{Policy: p}, Options{}
	for _, f := range change {
		f(&spec, &opts)
	}
	return NewWrapper("Client", policy.Policy{}, &opts).Method("Get", spec)
}

func on(f func(error) bool) func(*MethodSpec, *Options) {
	return func(s *MethodSpec, _ *Options) { s.On = f }
}

func not(f func(error) bool) func(*MethodSpec, *Options) {
	return func(s *MethodSpec, _ *Options) { s.Not = f }
}

func is(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

// A script is a method that returns the errors in their order, the last one for
// ever, and notes when it was called.
type script struct {
	errs  []error
	calls []time.Duration // since the script was made
	start time.Time
}

func returns(errs ...error) *script { return &script{errs: errs, start: time.Now()} }

func (s *script) call(context.Context) error {
	s.calls = append(s.calls, time.Since(s.start))
	return s.errs[min(len(s.calls), len(s.errs))-1]
}

func millis(ns ...int) []time.Duration {
	list := make([]time.Duration, len(ns))
	for i, n := range ns {
		list[i] = time.Duration(n) * time.Millisecond
	}
	return list
}

// requireError asserts the shape of an Error.
func requireError(t *testing.T, err error, attempts int, cause, last error) *Error {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	require.True(t, ok, "%T: %v", err, err)
	assert.Equal(t, "Client.Get", e.Method)
	assert.Equal(t, attempts, e.Attempts)
	assert.ErrorIs(t, e.Cause, cause)
	assert.Equal(t, last, e.Last)
	return e
}

func TestWaitsAreThoseOfTheStrategy(t *testing.T) {
	for text, want := range map[string][]time.Duration{
		"simple attempts=4 delay=10ms":                          millis(0, 10, 20, 30),
		"linear attempts=4 base=10ms":                           millis(0, 10, 30, 60),
		"incremental attempts=4 base=10ms step=5ms":             millis(0, 10, 25, 45),
		"exponential attempts=5 base=10ms factor=3":             millis(0, 10, 40, 130, 400),
		"exponential attempts=5 base=10ms max=20ms":             millis(0, 10, 30, 50, 70),
		"fibonacci attempts=6 base=10ms":                        millis(0, 10, 20, 40, 70, 120),
		"schedule 5ms 1s":                                       millis(0, 5, 1005),
		"randomized-exponential attempts=3 base=10ms spread=0%": millis(0, 10, 30),
		"simple attempts=1":                                     millis(0),
	} {
		t.Run(text, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := returns(errFlaky)
				assert.ErrorIs(t, method(t, text).Do(t.Context(), f.call), errFlaky)
				assert.Equal(t, want, f.calls)
			})
		})
	}
}

func TestResultIsThatOfTheLastAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := method(t, "simple attempts=3 delay=10ms")
		n := 0
		got, err := Call(t.Context(), m, func(context.Context) (int, error) {
			if n++; n < 3 {
				return n, errFlaky
			}
			return n, nil
		})
		require.NoError(t, err)
		assert.Equal(t, 3, got)

		n = 0
		got, err = Call(t.Context(), m, func(context.Context) (int, error) { n++; return n, errFlaky })
		e := requireError(t, err, 3, ErrExhausted, errFlaky)
		assert.Equal(t, 3, got, "what comes with the last error comes through")
		assert.Equal(t, 20*time.Millisecond, e.Elapsed, "since the first failure")
		assert.Equal(t, "Client.Get: gave up after 3 attempts in 20ms: attempts exhausted: flaky", err.Error())
	})
}

func TestDeadContextIsNotCalled(t *testing.T) {
	why := errors.New("shutting down")
	cancelled, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	expired, stop := context.WithTimeout(t.Context(), 0)
	defer stop()
	for name, m := range map[string]*Method{
		"direct":       method(t, "simple attempts=3 delay=0s"),
		"with timeout": method(t, "timeout total=1s"),
	} {
		t.Run(name, func(t *testing.T) {
			f := returns(nil)
			err := m.Do(cancelled, f.call)
			e := requireError(t, err, 0, why, nil)
			assert.Zero(t, e.Elapsed)
			assert.ErrorIs(t, err, context.Canceled, "with a custom cause too")
			assert.Equal(t, "Client.Get: not attempted: shutting down", err.Error())

			err = m.Do(expired, f.call)
			requireError(t, err, 0, ErrDeadline, nil)
			assert.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Empty(t, f.calls)
		})
	}
}

func TestCancelDuringTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := method(t, "simple attempts=3 delay=1s; budget burst=1")
		why := errors.New("user left")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(300*time.Millisecond, func() { cancel(why) })
		f := returns(errFlaky)
		err := m.Do(ctx, f.call)
		e := requireError(t, err, 1, why, errFlaky)
		assert.Equal(t, 300*time.Millisecond, e.Elapsed)
		assert.ErrorIs(t, err, context.Canceled)
		assert.ErrorIs(t, err, errFlaky)
		assert.Equal(t, int64(wholeToken), m.guards.budget.tokens.Load(), "the token is back")
	})
}

// A deadline that would pass during the wait ends the call before it.
func TestWaitThatWouldPassTheDeadlineIsNotBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, m := range map[string]*Method{
			"the caller's": method(t, "simple attempts=3 delay=100ms"),
			"the total":    method(t, "simple attempts=3 delay=100ms; timeout total=150ms"),
		} {
			ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
			f := returns(errFlaky)
			err := m.Do(ctx, f.call)
			cancel()
			e := requireError(t, err, 2, ErrDeadline, errFlaky)
			assert.Equal(t, 100*time.Millisecond, e.Elapsed, name)
			assert.Equal(t, millis(0, 100), f.calls, name)
			assert.ErrorIs(t, err, context.DeadlineExceeded, name)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		err := method(t, "simple attempts=3 delay=100ms").Do(ctx, returns(errFlaky).call)
		requireError(t, err, 1, ErrDeadline, errFlaky) // nor one that would end with it
	})
}

func TestAttemptTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := method(t, "simple attempts=3 delay=10ms; timeout attempt=50ms")
		start := time.Now()
		var causes []error
		n := 0
		err := m.Do(t.Context(), func(ctx context.Context) error {
			if n++; n == 3 {
				return nil
			}
			<-ctx.Done()
			causes = append(causes, context.Cause(ctx))
			return ctx.Err()
		})
		require.NoError(t, err)
		assert.Equal(t, 120*time.Millisecond, time.Since(start))
		assert.Equal(t, []error{ErrAttemptTimeout, ErrAttemptTimeout}, causes)
	})
}

// The context of an attempt ends with it.
func TestAttemptContextIsReleased(t *testing.T) {
	m := method(t, "simple attempts=2 delay=0s; timeout attempt=1h total=2h")
	var seen []context.Context
	_ = m.Do(t.Context(), func(ctx context.Context) error {
		for _, earlier := range seen {
			assert.ErrorIs(t, earlier.Err(), context.Canceled)
		}
		seen = append(seen, ctx)
		assert.NoError(t, ctx.Err())
		return errFlaky
	})
	require.Len(t, seen, 2)
	assert.ErrorIs(t, seen[1].Err(), context.Canceled)
}

func TestTotalTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := method(t, "simple attempts=9 delay=10ms; timeout attempt=50ms total=100ms")
		start := time.Now()
		err := m.Do(t.Context(), func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		})
		requireError(t, err, 2, ErrDeadline, context.DeadlineExceeded)
		assert.Equal(t, 100*time.Millisecond, time.Since(start))
	})
}

// What the context has become does not take a success away.
func TestSuccessAsTheContextEndsIsKept(t *testing.T) {
	for _, text := range []string{"simple attempts=3 delay=0s", "timeout total=1h"} {
		ctx, cancel := context.WithCancel(t.Context())
		got, err := Call(ctx, method(t, text), func(context.Context) (string, error) {
			cancel()
			return "paid", nil
		})
		require.NoError(t, err)
		assert.Equal(t, "paid", got)
	}
}

// A select between a timer and a context that are both ready takes either; here no
// attempt may start once the context has ended.
func TestNoAttemptStartsAfterCancel(t *testing.T) {
	for _, text := range []string{"simple attempts=3 delay=0s", "simple attempts=3 delay=0s; timeout attempt=1h"} {
		m := method(t, text)
		for range 50_000 {
			ctx, cancel := context.WithCancel(t.Context())
			calls := 0
			err := m.Do(ctx, func(context.Context) error {
				calls++
				cancel()
				return errFlaky
			})
			require.Equal(t, 1, calls)
			require.Equal(t, errFlaky, err)
		}
	}
}

// The same, where timer and cancel are ready at the same moment.
func TestNoAttemptStartsWhenTimerAndCancelMeet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := method(t, "simple attempts=2 delay=10ms")
		for range 1000 {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(10*time.Millisecond, cancel)
			f := returns(errFlaky)
			err := m.Do(ctx, f.call)
			if len(f.calls) == 1 {
				requireError(t, err, 1, context.Canceled, errFlaky)
			} else {
				// The timer was first, and the attempt began before the cancel.
				require.Len(t, f.calls, 2)
			}
			cancel()
		}
	})
}

func TestUnlimitedAttemptsEndWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := method(t, "simple attempts=unlimited delay=1s; budget off")
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		f := returns(errFlaky)
		err := m.Do(ctx, f.call)
		requireError(t, err, 3600, ErrDeadline, errFlaky)
		assert.Len(t, f.calls, 3600)
	})
}

func TestRetryAfter(t *testing.T) {
	tests := []struct {
		name, text string
		asks       time.Duration
		want       []time.Duration // nil: ErrRetryAfter at once
	}{
		{"it raises the delay", "simple attempts=2 delay=10ms max=1s", 300 * time.Millisecond, millis(0, 300)},
		{"it does not shorten it", "simple attempts=2 delay=500ms max=1s", 300 * time.Millisecond, millis(0, 500)},
		{"at most max", "simple attempts=2 delay=10ms max=1s", time.Second, millis(0, 1000)},
		{"beyond max nobody hammers", "simple attempts=2 delay=10ms max=1s", time.Second + 1, nil},
		{"a negative one is none", "simple attempts=2 delay=10ms max=1s", -time.Second, millis(0, 10)},
		{"a jittered delay comes on top", "linear-jitter attempts=2 base=100ms spread=0.0001% max=1s", 300 * time.Millisecond, millis(0, 400)},
		{"within max", "linear-jitter attempts=2 base=900ms spread=0.0001% max=1s", 300 * time.Millisecond, millis(0, 1000)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				asks := asking(tt.asks)
				f := returns(asks, nil)
				err := method(t, tt.text).Do(t.Context(), f.call)
				if tt.want == nil {
					requireError(t, err, 1, ErrRetryAfter, asks)
					return
				}
				require.NoError(t, err)
				require.Len(t, f.calls, len(tt.want))
				for i, want := range tt.want {
					assert.InDelta(t, want, f.calls[i], float64(time.Microsecond))
				}
			})
		})
	}
}

// asking is an error of a server that says when to come back.
type asking time.Duration

func (a asking) Error() string             { return "busy" }
func (a asking) RetryAfter() time.Duration { return time.Duration(a) }

func TestBreakerOpenedByTheCallEndsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := method(t, "simple attempts=5 delay=1s; breaker failures=2 cooldown=10s")
		f := returns(errFlaky)
		err := m.Do(t.Context(), f.call)
		e := requireError(t, err, 2, breaker.ErrOpen, errFlaky)
		assert.Equal(t, time.Second, e.Elapsed, "without the wait that leads to a refusal")

		_, err = Call(t.Context(), m, func(context.Context) (int, error) { return 1, nil })
		_, ok := err.(*breaker.OpenError)
		assert.True(t, ok, "a call refused before its first attempt gets the breaker's error itself")
		assert.Len(t, f.calls, 2)
	})
}

func TestDelayThatOutlastsTheCooldownIsWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := method(t, "simple attempts=3 delay=1s; breaker failures=1 cooldown=1s")
		f := returns(errFlaky, nil)
		require.NoError(t, m.Do(t.Context(), f.call))
		assert.Equal(t, millis(0, 1000), f.calls)
		assert.Equal(t, breaker.Closed, m.guards.breaker.State())
	})
}

func TestRefusedAfterTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := method(t, "simple attempts=3 delay=1s; breaker failures=9 cooldown=1m; budget burst=1")
		time.AfterFunc(500*time.Millisecond, m.guards.breaker.ForceOpen)
		err := m.Do(t.Context(), returns(errFlaky).call)
		requireError(t, err, 1, breaker.ErrOpen, errFlaky)
		assert.Equal(t, int64(wholeToken), m.guards.budget.tokens.Load(), "a retry that did not take place costs nothing")
	})
}
