package retry_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// poll calls a method whose result is good from the n-th call on, as generated code
// does.
func poll(ctx context.Context, m *retry.Method, n int) (calls int, err error) {
	calls, err = retry.Call(ctx, m, func(context.Context) (int, error) {
		calls++
		return calls, retry.NotYet(calls < n, nil)
	})
	return calls, err
}

func TestResult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := setup{own: policy.Policy{Retry: attempts(5, 10*ms)}}.method()
		began := time.Now()
		calls, err := poll(t.Context(), m.Method, 4)
		assert.NoError(t, err)
		assert.Equal(t, 4, calls)
		assert.Equal(t, 30*ms, time.Since(began))
	})
}

// Polling does not drain the budget, and the breaker sees a dependency that works.
func TestPollingTakesNoTokens(t *testing.T) {
	m := setup{
		shared: policy.Policy{Breaker: policy.Breaker{Failures: 2}, Budget: policy.Budget{Burst: 1}},
		own:    policy.Policy{Retry: attempts(100, 0)},
	}.method(fail(errDown), succeed)
	for range 10 {
		calls, err := poll(t.Context(), m.Method, 100)
		require.NoError(t, err)
		assert.Equal(t, 100, calls)
	}
	assert.Zero(t, m.snapshot().Failures)
	assert.NoError(t, m.do(t.Context()), "the token is there for an error")
}

func TestResultThatIsNeverGood(t *testing.T) {
	tests := []struct {
		name     string
		attempts int
		err      error // beside the results
		text     string
	}{
		{"without an error", 3, nil, "Client.Get: gave up after 3 attempts in 0s: attempts exhausted: result is not good yet"},
		{"with one", 3, errDown, "Client.Get: gave up after 3 attempts in 0s: attempts exhausted: down"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := setup{own: policy.Policy{Retry: attempts(tt.attempts, 0)}}.method()
			n := 0
			result, err := retry.Call(t.Context(), m.Method, func(context.Context) (int, error) { n++; return n, retry.NotYet(true, tt.err) })
			assert.Equal(t, tt.attempts, result, "that of the last attempt")
			e, ok := errors.AsType[*retry.Error](err)
			require.True(t, ok)
			assert.Equal(t, retry.ErrExhausted, e.Cause)
			assert.Equal(t, tt.err, e.Last)
			assert.EqualError(t, err, tt.text)
		})
	}
}

// The only attempt that is allowed comes back as it is.
func TestResultOfTheOnlyAttempt(t *testing.T) {
	m := setup{}.method()
	calls, err := poll(t.Context(), m.Method, 2)
	assert.NoError(t, err)
	assert.Equal(t, 1, calls)
}

// A caller who cancels does not get a result that is not good yet for a good one.
func TestResultOfACancelledCall(t *testing.T) {
	m := setup{own: policy.Policy{Retry: attempts(3, time.Hour)}}.method()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := retry.Call(ctx, m.Method, func(context.Context) (int, error) { cancel(); return 0, retry.NotYet(true, nil) })
	assert.ErrorIs(t, err, context.Canceled)
	assert.EqualError(t, err, "Client.Get: gave up after 1 attempt: context canceled: result is not good yet")
}

// Polling in a retry of the wrapper above goes on; polling multiplies nothing, so
// that below a look at a result the attempts are as many as ever.
func TestResultInLayers(t *testing.T) {
	outer := setup{own: policy.Policy{Retry: attempts(2, 0)}}.method()
	inner := setup{own: policy.Policy{Retry: attempts(3, 0)}}.method()
	calls := 0
	err := outer.Do(t.Context(), func(ctx context.Context) error {
		if retry.Attempt(ctx) == 1 {
			return errDown
		}
		var err error
		calls, err = poll(ctx, inner.Method, 3)
		return err
	})
	assert.NoError(t, err)
	assert.Equal(t, 3, calls)

	calls = 0
	looks := 0
	err = outer.Do(t.Context(), func(ctx context.Context) error {
		looks++
		return retry.NotYet(looks == 1, inner.Do(ctx, func(context.Context) error { calls++; return errDown }))
	})
	assert.ErrorIs(t, err, retry.ErrExhausted)
	assert.Equal(t, 6, calls)

	calls, err = poll(retry.WithoutRetry(t.Context()), inner.Method, 3)
	assert.NoError(t, err)
	assert.Equal(t, 1, calls, "one attempt, whatever the policy says")
}

// fallBack calls a method and its fallback, as generated code does.
func fallBack(ctx context.Context, m *method, fallback func(error) error) error {
	err := m.do(ctx)
	if !m.FallsBack(ctx, nil, err) {
		return err
	}
	return retry.FallbackError(fallback(err), err)
}

func TestFallback(t *testing.T) {
	errOffline := errors.New("offline")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	expired, cancelExpired := context.WithTimeout(t.Context(), 0)
	defer cancelExpired()
	tests := []struct {
		name   string
		ctx    context.Context
		answer answer
		own    error   // of the fallback
		called bool    // is it?
		want   []error // what the caller's error matches; none: there is no error
	}{
		{"success", t.Context(), succeed, nil, false, nil},
		{"failure", t.Context(), fail(errDown), nil, true, nil},
		{"an answer", t.Context(), fail(io.EOF), nil, false, []error{io.EOF}},
		{"a mark", t.Context(), fail(retry.Permanent(errDown)), nil, false, []error{errDown}},
		{"both fail", t.Context(), fail(errDown), errOffline, true, []error{errDown, errOffline, retry.ErrExhausted}},
		{"cancelled", cancelled, succeed, nil, false, []error{context.Canceled}},
		{"too late", expired, succeed, nil, true, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := setup{own: policy.Policy{Retry: attempts(2, 0)}}.method(tt.answer)
			called := false
			err := fallBack(tt.ctx, m, func(error) error { called = true; return tt.own })
			assert.Equal(t, tt.called, called)
			if tt.want == nil {
				assert.NoError(t, err)
			}
			for _, want := range tt.want {
				assert.ErrorIs(t, err, want)
			}
		})
	}
}

// A fallback may hand on the error of the call, and a group that is switched off has
// none.
func TestFallbackThatDoesNotAct(t *testing.T) {
	m := setup{}.method(fail(errDown))
	assert.Same(t, errDown, fallBack(t.Context(), m, func(err error) error { return err }))
	m.group.SetEnabled(false)
	assert.Same(t, errDown, fallBack(t.Context(), m, func(error) error { return nil }))
}

// put reads all of a reader in each attempt, as generated code with rewind does.
func put(m *method, body io.ReadSeeker) (got []string, err error) {
	rewind := retry.NewRewind("body", body)
	err = m.Do(context.Background(), func(ctx context.Context) error {
		if err := rewind.Begin(); err != nil {
			return err
		}
		content, _ := io.ReadAll(body)
		got = append(got, string(content))
		return m.next(ctx)
	})
	return got, err
}

func TestRewind(t *testing.T) {
	m := setup{own: policy.Policy{Retry: attempts(3, 0)}}.method(fail(errDown), fail(errDown), succeed)
	body := strings.NewReader("not this, but this")
	_, err := body.Seek(int64(len("not this, ")), io.SeekStart)
	require.NoError(t, err)
	got, err := put(m, body)
	assert.NoError(t, err)
	assert.Equal(t, []string{"but this", "but this", "but this"}, got)
}

// brokenSeeker cannot seek any more after some calls.
type brokenSeeker struct {
	io.ReadSeeker
	left int
}

var errSeek = errors.New("broken pipe of the tests")

func (s *brokenSeeker) Seek(offset int64, whence int) (int64, error) {
	if s.left--; s.left < 0 {
		return 0, errSeek
	}
	return s.ReadSeeker.Seek(offset, whence)
}

func TestRewindThatFails(t *testing.T) {
	for left := range 2 {
		m := setup{
			shared: policy.Policy{Breaker: policy.Breaker{Failures: 2}},
			own:    policy.Policy{Retry: attempts(3, 0)},
		}.method(fail(errDown))
		_, err := put(m, &brokenSeeker{strings.NewReader("body"), left})
		assert.ErrorIs(t, err, errSeek)
		assert.ErrorIs(t, err, errDown)
		assert.EqualError(t, err, "Client.Get: gave up after 1 attempt: rewind body: broken pipe of the tests: down")
		assert.Equal(t, 1, m.calls(), "the first attempt needs no rewinding")
		assert.Equal(t, 1, m.snapshot().Failures, "the breaker hears of the method's failures only")
		assert.Equal(t, breaker.Closed, m.snapshot().State)
	}
}
