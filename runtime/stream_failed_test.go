package retry_test

import (
	"context"
	"io"
	goruntime "runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// Streams that come beside errors: the caller can read that of the last attempt, though the
// timeouts have passed. Those before it are closed when the next attempt begins.
func TestStreamsBesideErrors(t *testing.T) {
	for name, own := range map[string]policy.Policy{
		"timeout":     {Timeout: policy.Timeout{Attempt: time.Second}},
		"both":        {Timeout: policy.Timeout{Attempt: time.Second, Total: 5 * time.Second}},
		"hedge":       {Hedge: policy.Hedge{After: time.Hour}},
		"one attempt": {Timeout: policy.Timeout{Attempt: time.Second}, Retry: attempts(1, 0)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if own.Retry.Attempts == 0 {
					own.Retry = attempts(3, time.Second)
				}
				m := setup{own: own, lends: true}.method().Method
				var made []*stream
				body, err := retry.Hedge(t.Context(), m, func(ctx context.Context) (io.ReadCloser, error) {
					for _, s := range made {
						assert.Equal(t, 1, s.closed, "when the next attempt begins")
						assert.Error(t, s.ctx.Err())
					}
					made = append(made, &stream{ctx: ctx})
					return retry.KeepReadCloser(ctx, made[len(made)-1]), errDown
				})
				require.ErrorIs(t, err, errDown)
				require.Len(t, made, own.Retry.Attempts)
				last := made[len(made)-1]
				time.Sleep(time.Minute)
				_, err = body.Read(make([]byte, 10))
				assert.NoError(t, err, "the timeouts are over")
				assert.Zero(t, last.closed)
				require.NoError(t, body.Close())
				assert.Error(t, last.ctx.Err())
			})
		})
	}
}

// Until there is another attempt, the results of the last one are the caller's: here the
// caller cancels the wait.
func TestStreamBesideTheErrorOfACancelledCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		m := setup{own: policy.Policy{Retry: attempts(3, time.Minute), Timeout: policy.Timeout{Attempt: time.Second}}, lends: true}.method().Method
		var inner *stream
		body, err := retry.Call(ctx, m, func(ctx context.Context) (io.ReadCloser, error) {
			require.Nil(t, inner)
			inner = &stream{ctx: ctx}
			return retry.KeepReadCloser(ctx, inner), errDown
		})
		require.ErrorIs(t, err, context.Canceled)
		assert.NotNil(t, body)
		assert.Zero(t, inner.closed)
	})
}

// A caller who gets an error does not close what comes beside it. Its context ends when it
// is collected, also where nothing tells when the result is done.
func TestStreamBesideAnErrorIsCollected(t *testing.T) {
	m := setup{own: timeouts(time.Hour, 0), lends: true}.method().Method
	var ended <-chan struct{}
	_, err := retry.Call(t.Context(), m, func(ctx context.Context) (func(), error) {
		ended = ctx.Done()
		return retry.Keep(ctx, func() {}), errDown
	})
	require.ErrorIs(t, err, errDown)
	for {
		goruntime.GC()
		select {
		case <-ended:
			return
		case <-time.After(time.Millisecond):
		}
	}
}

// A hedged call whose context ends before the second attempt answers does not return the
// result of the first one, which is closed.
func TestHedgeWithoutAnAnswerReturnsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := setup{own: policy.Policy{
			Retry: attempts(2, 0), Hedge: policy.Hedge{After: time.Hour}, Timeout: policy.Timeout{Total: 2 * time.Hour},
		}, lends: true}.method().Method
		body, err := retry.Hedge(t.Context(), m, func(ctx context.Context) (io.ReadCloser, error) {
			if retry.Attempt(ctx) > 1 {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return retry.KeepReadCloser(ctx, &stream{ctx: ctx}), errDown
		})
		require.ErrorIs(t, err, retry.ErrDeadline)
		assert.Nil(t, body)
	})
}

func TestDiscard(t *testing.T) {
	s := &stream{ctx: t.Context()}
	retry.Discard(s)
	assert.Equal(t, 1, s.closed)
	closed := 0
	retry.Discard[io.Closer](closer(func() error { closed++; return errDown }))
	assert.Equal(t, 1, closed)
	quiet := &quietly{}
	retry.Discard(quiet)
	assert.Equal(t, 1, quiet.closed)
	retry.Discard[*stream](nil)
	retry.Discard[io.Closer]((*stream)(nil))
	retry.Discard(1)
}

// quietly has a Close without a result.
type quietly struct{ closed int }

func (q *quietly) Close() { q.closed++ }
