package errorin_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/golden/errorin"
	retry "github.com/retrygen/retrygen/runtime"
)

var errDown = errors.New("down")

// A redis fails the first times. Its values count the calls.
type redis struct {
	failures, calls int
	seen            []string
}

func (r *redis) next() error {
	if r.calls++; r.calls <= r.failures {
		return errDown
	}
	return nil
}

func (r *redis) number() *errorin.IntCmd {
	cmd := new(errorin.IntCmd)
	cmd.SetErr(r.next())
	return cmd
}

func (r *redis) text() *errorin.StringCmd {
	cmd := new(errorin.StringCmd)
	cmd.SetErr(r.next())
	return cmd
}

func (r *redis) Get(context.Context, string) *errorin.StringCmd   { return r.text() }
func (r *redis) Stale(context.Context, string) *errorin.StringCmd { return r.text() }
func (r *redis) Pop(context.Context, string) *errorin.StringCmd   { return r.text() }
func (r *redis) Incr(context.Context, string) *errorin.IntCmd     { return r.number() }
func (r *redis) Name() string                                     { return "redis" }
func (r *redis) Close() error                                     { return nil }

func (r *redis) Put(_ context.Context, body io.ReadSeeker) *errorin.StringCmd {
	read, _ := io.ReadAll(body)
	r.seen = append(r.seen, string(read))
	return r.text()
}

func (r *redis) Pair(context.Context, string) (string, *errorin.IntCmd) { return "pair", r.number() }

// A command whose error goes away is retried. One whose error stays comes back as the
// client returned it.
func TestCommands(t *testing.T) {
	calls := map[string]func(errorin.Commands, context.Context) error{
		"Get":  func(c errorin.Commands, ctx context.Context) error { return c.Get(ctx, "key").Err() },
		"Incr": func(c errorin.Commands, ctx context.Context) error { return c.Incr(ctx, "key").Err() },
		"Put":  func(c errorin.Commands, ctx context.Context) error { return c.Put(ctx, bytes.NewReader(nil)).Err() },
		"Pair": func(c errorin.Commands, ctx context.Context) error {
			_, cmd := c.Pair(ctx, "key")
			return cmd.Err()
		},
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			next := &redis{failures: 2}
			require.NoError(t, call(errorin.NewResilientCommands(next, nil), t.Context()))
			assert.Equal(t, 3, next.calls)

			next = &redis{failures: 9}
			c := errorin.NewResilientCommands(next, nil)
			assert.Equal(t, errDown, call(c, t.Context()), "as the client returned it")
			assert.Equal(t, 3, next.calls)
			assert.Equal(t, errDown, call(c, t.Context()), "the breaker opens after one more")
			assert.Equal(t, 4, next.calls)

			assert.ErrorIs(t, call(c, t.Context()), breaker.ErrOpen)
			ended, cancel := context.WithCancel(t.Context())
			cancel()
			assert.ErrorIs(t, call(errorin.NewResilientCommands(next, nil), ended), context.Canceled)
			assert.Equal(t, 4, next.calls, "nothing was called")
		})
	}
}

func TestFuncThatMakesResults(t *testing.T) {
	c := errorin.NewResilientCommands(&redis{}, nil)
	c.Group().Breaker().ForceOpen()
	value, cmd := c.Pair(t.Context(), "key")
	assert.Equal(t, "none", value)
	assert.ErrorIs(t, cmd.Err(), breaker.ErrOpen)
}

// A fallback returns the result of a method without an error.
func TestFallbackOfACommand(t *testing.T) {
	c := errorin.NewResilientCommands(&redis{failures: 9}, nil)
	assert.Equal(t, "stale key", c.Stale(t.Context(), "key").Val())
	c.Group().Breaker().ForceOpen()
	assert.Equal(t, "stale key", c.Stale(t.Context(), "key").Val())
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, c.Stale(cancelled, "key").Err(), context.Canceled)
}

// The hooks hear of that call once, when the fallback has returned.
func TestHooksOfAFallbackOfACommand(t *testing.T) {
	var calls []retry.CallEvent
	c := errorin.NewResilientCommands(&redis{failures: 9}, &retry.Options{Hooks: retry.Hooks{
		CallDone: func(_ context.Context, e retry.CallEvent) { calls = append(calls, e) },
	}})
	assert.Equal(t, "stale key", c.Stale(t.Context(), "key").Val())
	require.Len(t, calls, 1)
	assert.True(t, calls[0].FallbackUsed)
	assert.Equal(t, retry.OutcomeExhausted, calls[0].Outcome)
}

// Polling ends with an error, because the results are not good.
func TestPollingOfACommand(t *testing.T) {
	next := new(redis)
	assert.ErrorIs(t, errorin.NewResilientCommands(next, nil).Pop(t.Context(), "key").Err(), retry.ErrExhausted)
	assert.Equal(t, 3, next.calls)
	next = &redis{failures: 9}
	assert.Equal(t, errDown, errorin.NewResilientCommands(next, nil).Pop(t.Context(), "key").Err())
}

// once seeks back never.
type once struct{ io.ReadSeeker }

var errSeek = errors.New("cannot seek back")

func (o once) Seek(_ int64, whence int) (int64, error) {
	if whence == io.SeekStart {
		return 0, errSeek
	}
	return 0, nil
}

func TestRewindOfACommand(t *testing.T) {
	next := &redis{failures: 2}
	require.NoError(t, errorin.NewResilientCommands(next, nil).Put(t.Context(), bytes.NewReader([]byte("body"))).Err())
	assert.Equal(t, []string{"body", "body", "body"}, next.seen)

	next = &redis{failures: 2}
	err := errorin.NewResilientCommands(next, nil).Put(t.Context(), once{bytes.NewReader(nil)}).Err()
	assert.ErrorIs(t, err, errSeek)
	assert.ErrorIs(t, err, errDown)
}

func TestCommandsAllocateNothing(t *testing.T) {
	c := errorin.NewResilientCommands(quick{}, nil)
	assert.Zero(t, testing.AllocsPerRun(1000, func() { _ = c.Get(t.Context(), "key") }))
}

// quick returns the same result all the time.
type quick struct{}

var cmd = new(errorin.StringCmd)

func (quick) Get(context.Context, string) *errorin.StringCmd                 { return cmd }
func (quick) Stale(context.Context, string) *errorin.StringCmd               { return cmd }
func (quick) Pop(context.Context, string) *errorin.StringCmd                 { return cmd }
func (quick) Put(context.Context, io.ReadSeeker) *errorin.StringCmd          { return cmd }
func (quick) Incr(context.Context, string) *errorin.IntCmd                   { return nil }
func (quick) Pair(context.Context, string) (value string, _ *errorin.IntCmd) { return "", nil }
func (quick) Name() string                                                   { return "" }
func (quick) Close() error                                                   { return nil }

// A cursor is rows that count how often they were closed.
type cursor struct {
	err    error
	closed int
	ctx    context.Context
}

func (c *cursor) Next() bool { return c.ctx.Err() == nil }
func (c *cursor) Err() error { return c.err }
func (c *cursor) Close()     { c.closed++ }

type reader struct {
	failures int
	cursors  []*cursor
	own      error
}

func (r *reader) next() error {
	if r.failures--; r.failures >= 0 {
		return errDown
	}
	return nil
}

func (r *reader) Query(ctx context.Context, _ string) (errorin.Rows, error) {
	c := &cursor{err: r.next(), ctx: ctx}
	r.cursors = append(r.cursors, c)
	return c, r.own
}

func (r *reader) Scan(context.Context, string) (*errorin.Scan, error) {
	if r.next() != nil {
		return nil, r.own
	}
	return &errorin.Scan{Keys: []string{"a"}}, nil
}

func (r *reader) Page(context.Context, int) (errorin.Page, error) {
	return errorin.Page{Cause: r.next()}, nil
}

// The error inside rows is retried. The rows of the last attempt are the caller's, with
// their context.
func TestRows(t *testing.T) {
	for name, failures := range map[string]int{"mended": 2, "given up": 3} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &reader{failures: failures}
				rows, err := errorin.NewResilientReader(next, nil).Query(t.Context(), "select 1")
				require.NoError(t, err)
				require.Len(t, next.cursors, 3)
				for _, c := range next.cursors[:2] {
					assert.Equal(t, 1, c.closed)
					assert.False(t, c.Next())
				}
				time.Sleep(2 * time.Millisecond)
				assert.True(t, rows.Next())
				rows.Close()
				assert.Equal(t, 1, next.cursors[2].closed)
				assert.False(t, next.cursors[2].Next())
			})
		})
	}
}

func TestErrOfResults(t *testing.T) {
	next := &reader{failures: 2}
	page, err := errorin.NewResilientReader(next, nil).Page(t.Context(), 1)
	require.NoError(t, err)
	assert.NoError(t, page.Err())

	next = &reader{failures: 3}
	page, err = errorin.NewResilientReader(next, nil).Page(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, errDown, page.Err())

	next = &reader{failures: 1}
	scan, err := errorin.NewResilientReader(next, nil).Scan(t.Context(), "*")
	require.NoError(t, err)
	assert.Nil(t, scan, "a nil result has no error")

	next = &reader{failures: 2, own: errDown}
	scan, err = errorin.NewResilientReader(next, nil).Scan(t.Context(), "*")
	require.NoError(t, err)
	assert.Equal(t, []string{"a"}, scan.Keys)

	next = &reader{own: errDown}
	_, err = errorin.NewResilientReader(next, nil).Query(t.Context(), "select 1")
	assert.ErrorIs(t, err, errDown)
	assert.ErrorIs(t, err, retry.ErrExhausted, "the method's own error is wrapped")
}

// A queue fails a part of its first batches.
type queue struct {
	failures, calls int
	drain           error
}

func (q *queue) SendBatch(_ context.Context, entries []string) (*errorin.BatchOutput, error) {
	if q.calls++; q.calls <= q.failures {
		return &errorin.BatchOutput{Failed: map[string]error{entries[0]: errorin.ErrThrottled}}, nil
	}
	return &errorin.BatchOutput{Successful: entries}, nil
}

func (q *queue) SendAll(ctx context.Context, entries []string) (int, map[string]error, error) {
	out, err := q.SendBatch(ctx, entries)
	return len(out.Successful), out.Failed, err
}

func (q *queue) Drain(context.Context) error {
	q.calls++
	return q.drain
}

func TestPartialFailures(t *testing.T) {
	c := errorin.NewResilientQueue(&queue{failures: 2}, nil)
	out, err := c.SendBatch(t.Context(), []string{"a", "b"})
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b"}, out.Successful)

	c = errorin.NewResilientQueue(&queue{failures: 3}, nil)
	out, err = c.SendBatch(t.Context(), []string{"a", "b"})
	require.NoError(t, err, "the caller looks into the results")
	assert.Equal(t, map[string]error{"a": errorin.ErrThrottled}, out.Failed)

	c = errorin.NewResilientQueue(&queue{failures: 1}, nil)
	sent, failed, err := c.SendAll(t.Context(), []string{"a", "b"})
	require.NoError(t, err)
	assert.Empty(t, failed)
	assert.Equal(t, 2, sent)
}

// A func may see no failure where the method returns an error. The caller gets it.
func TestErrorThatIsNone(t *testing.T) {
	next := &queue{drain: errorin.ErrClosed}
	var outcome retry.Outcome
	c := errorin.NewResilientQueue(next, &retry.Options{Hooks: retry.Hooks{
		CallDone: func(_ context.Context, e retry.CallEvent) { outcome = e.Outcome },
	}})
	assert.Equal(t, errorin.ErrClosed, c.Drain(t.Context()))
	assert.Equal(t, 1, next.calls)
	assert.Equal(t, retry.OutcomeSuccess, outcome)
}

// A cache of numbers fails once.
type cache struct{ calls int }

func (c *cache) Get(context.Context, string) *errorin.Cmd[int] {
	cmd := &errorin.Cmd[int]{Val: 7}
	if c.calls++; c.calls == 1 {
		cmd.SetErr(errDown)
	}
	return cmd
}

func (c *cache) Load(ctx context.Context, key string) (*errorin.Cmd[int], error) {
	return c.Get(ctx, key), nil
}

func TestGenericResults(t *testing.T) {
	next := new(cache)
	cmd := errorin.NewResilientCache(next, nil).Get(t.Context(), "key")
	require.NoError(t, cmd.Err())
	assert.Equal(t, 7, cmd.Val)
	assert.Equal(t, 2, next.calls)

	next = new(cache)
	cmd, err := errorin.NewResilientCache(next, nil).Load(t.Context(), "key")
	require.NoError(t, err)
	require.NoError(t, cmd.Err())
}
