package retry_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// declined is an error type of a user's.
type declined struct{ code int }

func (d *declined) Error() string { return "declined" }

var errShutdown = errors.New("shutdown")

// every error that this package or a context may put into a tree.
var known = []error{
	retry.ErrExhausted, retry.ErrDeadline, retry.ErrBudget, retry.ErrRetryAfter, retry.ErrAttemptTimeout,
	context.Canceled, context.DeadlineExceeded, breaker.ErrOpen, errShutdown,
}

func TestErrorTree(t *testing.T) {
	last := &declined{7}
	failing := func(context.Context) error { return last }
	tests := []struct {
		name    string
		setup   setup
		context func(*testing.T) context.Context
		answer  answer
		want    retry.Error
		is      []error // of the known ones
		text    string
		reason  string
	}{
		{
			"exhausted", setup{own: policy.Policy{Retry: attempts(3, 100*ms)}}, (*testing.T).Context, failing,
			retry.Error{Attempts: 3, Elapsed: 200 * ms, Cause: retry.ErrExhausted, Last: last},
			[]error{retry.ErrExhausted},
			"Client.Get: gave up after 3 attempts in 200ms: attempts exhausted: declined", "no context has ended",
		},
		{
			"deadline in an attempt", setup{own: policy.Policy{Retry: attempts(3, 100*ms)}}, deadlineIn(150 * ms), hang,
			retry.Error{Attempts: 1, Cause: retry.ErrDeadline, Last: context.DeadlineExceeded},
			[]error{retry.ErrDeadline, context.DeadlineExceeded},
			"Client.Get: gave up after 1 attempt: the caller's deadline passed: context deadline exceeded",
			"both words for it match",
		},
		{
			"deadline in an attempt that does not tell", setup{own: policy.Policy{Retry: attempts(3, 100*ms)}}, deadlineIn(150 * ms), then(hang, failing),
			retry.Error{Attempts: 1, Cause: retry.ErrDeadline, Last: last},
			[]error{retry.ErrDeadline, context.DeadlineExceeded},
			"Client.Get: gave up after 1 attempt: the caller's deadline passed: declined",
			"callers that ask for the context's error get it all the same",
		},
		{
			"deadline ahead", setup{own: policy.Policy{Retry: attempts(3, 100*ms)}}, deadlineIn(150 * ms), failing,
			retry.Error{Attempts: 2, Elapsed: 100 * ms, Cause: retry.ErrDeadline, Last: last},
			[]error{retry.ErrDeadline, context.DeadlineExceeded},
			"Client.Get: gave up after 2 attempts in 100ms: no time for another attempt before the caller's deadline: declined",
			"the context is alive, and the reason is its deadline",
		},
		{
			"cancelled in the wait", setup{own: policy.Policy{Retry: attempts(3, 100*ms)}}, cancelledIn(150*ms, nil), failing,
			retry.Error{Attempts: 2, Elapsed: 150 * ms, Cause: context.Canceled, Last: last},
			[]error{context.Canceled},
			"Client.Get: gave up after 2 attempts in 150ms: context canceled: declined", "neither error is lost",
		},
		{
			"cancelled in the wait with a cause", setup{own: policy.Policy{Retry: attempts(3, 100*ms)}}, cancelledIn(150*ms, errShutdown), failing,
			retry.Error{Attempts: 2, Elapsed: 150 * ms, Cause: errShutdown, Last: last},
			[]error{errShutdown, context.Canceled},
			"Client.Get: gave up after 2 attempts in 150ms: shutdown: declined", "nor the context's own",
		},
		{
			"cancelled before", setup{}, cancelledIn(0, nil), failing,
			retry.Error{Cause: context.Canceled},
			[]error{context.Canceled},
			"Client.Get: not attempted: context canceled", "there is no last error",
		},
		{
			"budget", setup{own: policy.Policy{Retry: attempts(3, 100*ms), Budget: policy.Budget{Burst: 1}}}, (*testing.T).Context, failing,
			retry.Error{Attempts: 2, Elapsed: 100 * ms, Cause: retry.ErrBudget, Last: last},
			[]error{retry.ErrBudget},
			"Client.Get: gave up after 2 attempts in 100ms: retry budget spent: declined", "one token for one retry",
		},
		{
			"breaker", setup{own: policy.Policy{Retry: attempts(3, 100*ms), Breaker: policy.Breaker{Failures: 1, Cooldown: time.Second}}}, (*testing.T).Context, failing,
			retry.Error{Attempts: 1, Last: last}, // Cause is the breaker's to make
			[]error{breaker.ErrOpen},
			`Client.Get: gave up after 1 attempt: circuit breaker "Client.Get" is open for another 1s: declined`,
			"refusing hides no error",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			throughEntries(t, func(t *testing.T, e entry) {
				tt.setup.general = e.general
				err := e.call(t, tt.setup.method(tt.answer), tt.context(t))
				got := gaveUp(t, err)
				if tt.want.Cause == nil {
					require.IsType(t, new(breaker.OpenError), got.Cause)
					tt.want.Cause = got.Cause
				}
				assert.Equal(t, tt.want.Cause, got.Cause, tt.reason)
				assert.Equal(t, tt.want.Last, got.Last, tt.reason)
				assert.Equal(t, tt.want.Attempts, got.Attempts)
				assert.Equal(t, tt.want.Elapsed, got.Elapsed)
				assert.Equal(t, tt.text, err.Error())
				for _, target := range known {
					assert.Equal(t, contains(tt.is, target), errors.Is(err, target), "errors.Is %v: %s", target, tt.reason)
				}
				found, ok := errors.AsType[*declined](err)
				assert.Equal(t, tt.want.Last == error(last), ok)
				if ok {
					assert.Same(t, last, found)
				}
				for _, branch := range got.Unwrap() {
					assert.NotNil(t, branch, "a tree has no empty branches")
				}
			})
		})
	}
}

// contains asks by ==, where errors.Is would see through.
func contains(list []error, target error) bool {
	for _, err := range list {
		if err == target {
			return true
		}
	}
	return false
}

func deadlineIn(d time.Duration) func(*testing.T) context.Context {
	return func(t *testing.T) context.Context {
		ctx, cancel := context.WithTimeout(t.Context(), d)
		t.Cleanup(cancel)
		return ctx
	}
}

func cancelledIn(d time.Duration, cause error) func(*testing.T) context.Context {
	return func(t *testing.T) context.Context {
		ctx, cancel := context.WithCancelCause(t.Context())
		if d == 0 {
			cancel(cause)
		} else {
			time.AfterFunc(d, func() { cancel(cause) })
		}
		return ctx
	}
}

// then is what a method does that returns an error of its own when the first
// answer is there.
func then(first, second answer) answer {
	return func(ctx context.Context) error {
		_ = first(ctx)
		return second(ctx)
	}
}

func TestTimeoutsAreDeadlines(t *testing.T) {
	for _, err := range []error{retry.ErrDeadline, retry.ErrAttemptTimeout} {
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.NotErrorIs(t, context.DeadlineExceeded, err, "the other way round says too much")
		asNet, ok := errors.AsType[net.Error](err)
		require.True(t, ok)
		assert.True(t, asNet.Timeout())
		assert.True(t, retry.Transient(err), "they tend to go away")
	}
	assert.NotErrorIs(t, retry.ErrDeadline, retry.ErrAttemptTimeout)
	assert.NotErrorIs(t, retry.ErrAttemptTimeout, retry.ErrDeadline)
}

// The method can tell by context.Cause whose time is over.
func TestContextCauses(t *testing.T) {
	tests := []struct {
		name    string
		timeout policy.Timeout
		context func(*testing.T) context.Context
		want    error
		reason  string
	}{
		{"attempt", policy.Timeout{Attempt: time.Second, Total: time.Minute}, (*testing.T).Context, retry.ErrAttemptTimeout, "the shorter one"},
		{"total", policy.Timeout{Attempt: time.Minute, Total: time.Second}, (*testing.T).Context, retry.ErrDeadline, "the shorter one"},
		{"caller's deadline", policy.Timeout{Attempt: time.Minute, Total: time.Minute}, deadlineIn(time.Second), context.DeadlineExceeded, "the caller's own"},
		{"caller's cancel", policy.Timeout{Attempt: time.Minute, Total: time.Minute}, cancelledIn(time.Second, errShutdown), errShutdown, "with the caller's cause"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			throughEntries(t, func(t *testing.T, e entry) {
				var cause error
				m := setup{own: policy.Policy{Timeout: tt.timeout}, general: e.general}.method(func(ctx context.Context) error {
					defer func() { cause = context.Cause(ctx) }()
					return hang(ctx)
				})
				require.Error(t, e.call(t, m, tt.context(t)))
				assert.Equal(t, tt.want, cause, tt.reason)
				assert.Equal(t, time.Second, time.Since(m.made))
			})
		})
	}
}

// On and not see more than the method has returned, and the caller sees just that.
func TestWhatPredicatesSeeOfAnAttemptTimeout(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		var seen error
		m := setup{
			own:     policy.Policy{Retry: attempts(3, 0), Timeout: policy.Timeout{Attempt: time.Second}},
			not:     func(err error) bool { seen = err; return true },
			general: e.general,
		}.method(then(hang, fail(errDown)))
		assert.Same(t, errDown, e.call(t, m, t.Context()))
		assert.ErrorIs(t, seen, retry.ErrAttemptTimeout)
		assert.ErrorIs(t, seen, context.DeadlineExceeded)
		assert.ErrorIs(t, seen, errDown)
		assert.EqualError(t, seen, "attempt timed out: down")
	})
}

// A method may return results beside an error, and the last attempt's are what the
// caller gets, as without a wrapper.
func TestResultsBesideAnError(t *testing.T) {
	m := setup{own: policy.Policy{Retry: attempts(3, 0)}}.method(fail(errDown))
	result, err := retry.Call(t.Context(), m.Method, func(ctx context.Context) (string, error) {
		if err := m.next(ctx); m.calls() < 3 {
			return "early", err
		}
		return "partial", errDown
	})
	assert.Equal(t, "partial", result)
	assert.ErrorIs(t, err, retry.ErrExhausted)
}

// Each attempt may fail in its own way: what counts is how it ended.
func TestLastIsTheLastError(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		var told []error
		s := setup{own: policy.Policy{Retry: attempts(3, 0)}, general: e.general}
		s.options.Hooks.Retry = func(_ context.Context, e retry.RetryEvent) { told = append(told, e.Err) }
		first, second := errors.New("first"), errors.New("second")
		err := e.call(t, s.method(fail(first), fail(second), fail(errDown)), t.Context())
		assert.Same(t, errDown, gaveUp(t, err).Last)
		assert.NotErrorIs(t, err, second)
		assert.Equal(t, []error{first, second}, told, "a retry is told why it takes place")
	})
}

// The only attempt that a policy allows fails as a direct call would.
func TestOnlyAttemptFailsAsItIs(t *testing.T) {
	for _, n := range []int{-1, 0, 1} {
		throughEntries(t, func(t *testing.T, e entry) {
			m := setup{own: policy.Policy{Retry: attempts(n, time.Second)}, general: e.general}.method(fail(errDown))
			assert.Same(t, errDown, e.call(t, m, t.Context()))
			assert.Equal(t, 1, m.calls())
			assert.Zero(t, time.Since(m.made))
		})
	}
}

func TestPermanent(t *testing.T) {
	assert.NoError(t, retry.Permanent(nil), "so that a method can return Permanent(err) in any case")
	err := retry.Permanent(&declined{7})
	assert.Equal(t, "declined", err.Error(), "it is a mark, not a message")
	found, ok := errors.AsType[*declined](err)
	require.True(t, ok)
	assert.Equal(t, 7, found.code)
}

// Elapsed begins with the first failure, because a clock that is read before would
// be read by every success.
func TestElapsedBeginsWithTheFirstFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(context.Context) error { time.Sleep(time.Second); return errDown }
		m := setup{own: policy.Policy{Retry: attempts(3, 100*ms)}}.method(slow)
		got := gaveUp(t, m.do(t.Context()))
		assert.Equal(t, 3*time.Second+200*ms, time.Since(m.made))
		assert.Equal(t, 2*time.Second+200*ms, got.Elapsed)
	})
}

// The first failure is when the method returned, also if the hook AttemptDone then takes
// its time.
func TestElapsedBeginsBeforeTheHook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := setup{
			own:     policy.Policy{Retry: attempts(2, 100*ms)},
			options: retry.Options{Hooks: retry.Hooks{AttemptDone: func(context.Context, retry.AttemptEvent) { time.Sleep(time.Second) }}},
		}.method(fail(errDown))
		assert.Equal(t, 2*time.Second+100*ms, gaveUp(t, m.do(t.Context())).Elapsed)
	})
}

// The text says whose deadline it was, and whether it had passed. What matches is the
// same.
func TestDeadlinesInWords(t *testing.T) {
	tests := []struct {
		name    string
		own     policy.Policy
		context func(*testing.T) context.Context
		answer  answer
		want    string
	}{
		{
			"the caller's, before", policy.Policy{Timeout: policy.Timeout{Total: time.Second}}, deadlineIn(0), hang,
			"Client.Get: not attempted: the caller's deadline passed",
		},
		{
			"the total timeout, waiting for a place", policy.Policy{
				Timeout: policy.Timeout{Total: time.Second},
				Limit:   policy.Limit{Concurrent: 1, Wait: time.Hour},
			}, (*testing.T).Context, hang,
			"Client.Get: not attempted: the total timeout passed",
		},
		{
			"the total timeout, in an attempt", policy.Policy{Timeout: policy.Timeout{Total: time.Second}}, (*testing.T).Context, hang,
			"Client.Get: gave up after 1 attempt: the total timeout passed: context deadline exceeded",
		},
		{
			"the sooner one is the total timeout", policy.Policy{Timeout: policy.Timeout{Total: time.Second}}, deadlineIn(2 * time.Second), hang,
			"Client.Get: gave up after 1 attempt: the total timeout passed: context deadline exceeded",
		},
		{
			"the sooner one is the caller's", policy.Policy{Timeout: policy.Timeout{Total: 2 * time.Second}}, deadlineIn(time.Second), hang,
			"Client.Get: gave up after 1 attempt: the caller's deadline passed: context deadline exceeded",
		},
		{
			"the total timeout, ahead", policy.Policy{Retry: attempts(3, 2*time.Second), Timeout: policy.Timeout{Total: time.Second}}, (*testing.T).Context, fail(errDown),
			"Client.Get: gave up after 1 attempt: no time for another attempt before the total timeout: down",
		},
		{
			"the caller's, ahead", policy.Policy{Retry: attempts(3, 2*time.Second)}, deadlineIn(time.Second), fail(errDown),
			"Client.Get: gave up after 1 attempt: no time for another attempt before the caller's deadline: down",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			throughEntries(t, func(t *testing.T, e entry) {
				m := setup{own: tt.own, general: e.general}.method(tt.answer)
				if tt.own.Limit.Concurrent > 0 {
					busy := setup{own: tt.own, options: retry.Options{Group: m.group}}.method(func(ctx context.Context) error {
						time.Sleep(time.Minute)
						return nil
					})
					go busy.do(t.Context())
					synctest.Wait()
					defer time.Sleep(time.Minute) // until it has returned
				}
				err := e.call(t, m, tt.context(t))
				assert.EqualError(t, err, tt.want)
				assert.Equal(t, retry.ErrDeadline, gaveUp(t, err).Cause)
				assert.ErrorIs(t, err, context.DeadlineExceeded)
			})
		})
	}
	assert.EqualError(t, &retry.Error{Method: "Client.Get", Cause: retry.ErrDeadline}, "Client.Get: not attempted: no time left before the deadline")
}
