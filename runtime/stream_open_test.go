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

// A stream is open from the end of its call until it is closed or its caller's context ends.
func TestSnapshotCountsOpenStreams(t *testing.T) {
	for name, p := range map[string]policy.Policy{"timeout": timeouts(time.Second, 0), "hedge": hedge(time.Second, 1)} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				group, m := lender(p)
				group.SetCounting(true)
				open := func() int64 { return group.Snapshot().Methods[0].Streams }
				ctx, cancel := context.WithCancel(t.Context())
				closed, left := body(t, ctx, m), body(t, ctx, m)
				assert.Equal(t, int64(2), open())
				require.NoError(t, closed.Close())
				require.NoError(t, closed.Close())
				assert.Equal(t, int64(1), open())
				cancel()
				synctest.Wait()
				assert.Zero(t, open(), "nobody can read it any more")
				require.NoError(t, left.Close())
				assert.Zero(t, open())
			})
		})
	}
}

// Only what a caller forgets to close is an open stream.
func TestOpenStreamsLeaveOut(t *testing.T) {
	for name, call := range map[string]func(context.Context) (io.ReadCloser, error){
		"no result": func(context.Context) (io.ReadCloser, error) { return nil, nil },
		"a result beside an error": func(ctx context.Context) (io.ReadCloser, error) {
			return retry.KeepReadCloser(ctx, &stream{ctx: ctx}), retry.Permanent(errDown)
		},
		"what does not say when it is done": func(ctx context.Context) (io.ReadCloser, error) {
			return retry.Keep[io.ReadCloser](ctx, &stream{ctx: ctx}), nil
		},
		"what is collected": func(ctx context.Context) (io.ReadCloser, error) {
			return retry.KeepUntilCollected[io.ReadCloser](ctx, &stream{ctx: ctx}), nil
		},
		"what the method has closed": func(ctx context.Context) (io.ReadCloser, error) {
			kept := retry.KeepReadCloser(ctx, &stream{ctx: ctx})
			return kept, kept.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				group, m := lender(timeouts(time.Second, 0))
				group.SetCounting(true)
				_, _ = retry.Call(t.Context(), m, call)
				assert.Zero(t, group.Snapshot().Methods[0].Streams)
			})
		})
	}
	group, m := lender(timeouts(time.Second, 0))
	defer body(t, t.Context(), m).Close()
	assert.Zero(t, group.Snapshot().Methods[0].Streams, "the group does not count")
}

// lender returns a method whose results are streams, and its group.
func lender(p policy.Policy) (*retry.Group, *retry.Method) {
	group := new(retry.Group)
	w := retry.NewWrapper("Client", policy.Policy{}, &retry.Options{Group: group})
	return group, w.Method("Get", retry.MethodSpec{Policy: p, Lends: true})
}

// body makes a call that succeeds, and returns what the caller has to close.
func body(t *testing.T, ctx context.Context, m *retry.Method) io.ReadCloser {
	t.Helper()
	_, outer, err := open(ctx, m)
	require.NoError(t, err)
	return outer
}
