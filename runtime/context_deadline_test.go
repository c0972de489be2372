package retry_test

import (
	"context"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// left returns the time until the deadline of ctx, or -1 if there is none.
func left(ctx context.Context) time.Duration {
	at, ok := retry.Deadline(ctx)
	if !ok {
		return -1
	}
	return time.Until(at)
}

func TestDeadline(t *testing.T) {
	tests := []struct {
		name    string
		policy  policy.Policy
		caller  time.Duration // timeout of the caller; 0 is none
		streams bool
		want    time.Duration // in the attempt
	}{
		{name: "no timeout", want: -1},
		{name: "no timeout of a stream", streams: true, want: -1},
		{name: "the caller's", caller: time.Minute, want: time.Minute},
		{name: "the attempt's", policy: timeouts(time.Second, 0), want: time.Second},
		{name: "the attempt's, hidden by a stream", policy: timeouts(time.Second, 0), streams: true, want: time.Second},
		{name: "the call's, hidden by a stream", policy: timeouts(time.Minute, time.Second), streams: true, want: time.Second},
		{name: "the attempt's before the caller's", policy: timeouts(time.Second, 0), caller: time.Minute, streams: true, want: time.Second},
		{name: "the caller's before the attempt's", policy: timeouts(time.Minute, 0), caller: time.Second, streams: true, want: time.Second},
		{name: "in a hedge", policy: hedge(time.Hour, 1), streams: true, want: time.Minute, caller: time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := retry.NewWrapper("Client", policy.Policy{}, nil).Method("Get", retry.MethodSpec{Policy: tt.policy, Lends: tt.streams})
				ctx := t.Context()
				if tt.caller > 0 {
					timed, cancel := context.WithTimeout(ctx, tt.caller)
					defer cancel()
					ctx = timed
				}
				_, err := retry.Hedge(ctx, m, func(ctx context.Context) (struct{}, error) {
					assert.Equal(t, tt.want, left(ctx))
					derived, cancel := context.WithCancel(ctx)
					defer cancel()
					assert.Equal(t, tt.want, left(derived))
					return struct{}{}, nil
				})
				require.NoError(t, err)
			})
		})
	}
	var none context.Context
	assert.PanicsWithValue(t, "retry: nil context", func() { retry.Deadline(none) })
}

// A stream that the caller reads has no deadline any more.
func TestDeadlineOfAStreamThatIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := retry.NewWrapper("Client", policy.Policy{}, nil).Method("Open", retry.MethodSpec{Policy: timeouts(time.Second, 0), Lends: true})
		inner, outer, err := open(t.Context(), m)
		require.NoError(t, err)
		defer outer.Close()
		assert.Equal(t, time.Duration(-1), left(inner.ctx))
	})
}

// Of nested wrappers whose results are streams, the earliest deadline counts.
func TestDeadlineOfNestedStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		method := func(timeout time.Duration) *retry.Method {
			return retry.NewWrapper("Client", policy.Policy{}, nil).Method("Open", retry.MethodSpec{Policy: timeouts(timeout, 0), Lends: true})
		}
		for _, order := range [][2]time.Duration{{time.Second, time.Minute}, {time.Minute, time.Second}} {
			_, err := retry.Call(t.Context(), method(order[0]), func(ctx context.Context) (io.Reader, error) {
				return retry.Call(ctx, method(order[1]), func(ctx context.Context) (io.Reader, error) {
					assert.Equal(t, time.Second, left(ctx))
					return nil, nil
				})
			})
			require.NoError(t, err)
		}
	})
}
