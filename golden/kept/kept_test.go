package kept_test

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

	"github.com/retrygen/retrygen/golden/kept"
)

// store is a Store that notes the context of the last call.
type store struct {
	ctx    context.Context
	passed any
	err    error // of the next method of a result
}

func (s *store) note(ctx context.Context) *result {
	s.ctx = ctx
	return &result{s: s}
}

func (s *store) Begin(ctx context.Context) (kept.Tx, error) { return &tx{s.note(ctx)}, nil }
func (s *store) Savepoint(_ context.Context, tx kept.Tx, _ string) error {
	s.passed = tx
	return nil
}
func (s *store) Query(ctx context.Context, on kept.DBTX, _ string) (kept.Rows, error) {
	s.passed = on
	return &rows{s.note(ctx)}, nil
}
func (s *store) Watch(ctx context.Context) (kept.Stream, error) { return s.note(ctx), nil }
func (s *store) Follow(ctx context.Context) (kept.Feed, error)  { return &feed{s.note(ctx)}, nil }
func (s *store) Get(ctx context.Context, _ string) (*kept.Object, error) {
	s.note(ctx)
	return &kept.Object{Body: io.NopCloser(strings.NewReader("data"))}, nil
}
func (s *store) Attributes(ctx context.Context) (map[string]any, error) {
	s.note(ctx)
	return map[string]any{}, nil
}
func (s *store) Insert(ctx context.Context) (kept.Result, error) { return s.note(ctx), nil }
func (s *store) Find(ctx context.Context) (*kept.Record, error) {
	s.note(ctx)
	return &kept.Record{}, nil
}
func (s *store) Anything(ctx context.Context) (any, error) { return s.note(ctx), nil }
func (s *store) Number(ctx context.Context) (int, error)   { s.note(ctx); return 1, nil }
func (s *store) Session(ctx context.Context) (any, error)  { return s.note(ctx), nil }

// result has the methods of the results.
type result struct{ s *store }

func (r *result) Exec(context.Context, string) error { return nil }
func (r *result) Recv() (string, error)              { return "message", r.s.err }
func (r *result) RecvMsg(any) error                  { return r.s.err }
func (r *result) CloseSend() error                   { return nil }
func (r *result) LastInsertId() (int64, error)       { return 0, nil }
func (r *result) RowsAffected() (int64, error)       { return 0, nil }

type tx struct{ *result }

func (t *tx) Commit(context.Context) error   { return t.s.err }
func (t *tx) Rollback(context.Context) error { return t.s.err }

type rows struct{ *result }

func (r *rows) Next() bool        { return r.s.err == nil }
func (r *rows) Scan(...any) error { return nil }
func (r *rows) Err() error        { return r.s.err }
func (r *rows) Close()            {}

type feed struct{ *result }

func (f *feed) Next(context.Context) (string, error) { return "item", f.s.err }
func (f *feed) Drain() error                         { return nil }

// A stream keeps its context until the method that ends it, and not longer.
func TestEnds(t *testing.T) {
	type client = *kept.ResilientStore
	must := func(err error) { require.NoError(t, err) }
	tests := []struct {
		name string
		// opens returns what keeps the context, and what ends it.
		opens func(ctx context.Context, c client, s *store) (keeps, ends func())
	}{
		{"commit", func(ctx context.Context, c client, s *store) (keeps, ends func()) {
			tx, err := c.Begin(ctx)
			must(err)
			return func() { must(tx.Exec(ctx, "")) }, func() { must(tx.Commit(ctx)) }
		}},
		{"a commit that fails", func(ctx context.Context, c client, s *store) (keeps, ends func()) {
			tx, err := c.Begin(ctx)
			must(err)
			return func() {}, func() { s.err = io.ErrClosedPipe; assert.Error(t, tx.Commit(ctx)) }
		}},
		{"rollback", func(ctx context.Context, c client, s *store) (keeps, ends func()) {
			tx, err := c.Begin(ctx)
			must(err)
			return func() {}, func() { must(tx.Rollback(ctx)) }
		}},
		{"the last row", func(ctx context.Context, c client, s *store) (keeps, ends func()) {
			rows, err := c.Query(ctx, nil, "")
			must(err)
			return func() { assert.True(t, rows.Next()); must(rows.Scan()) }, func() { s.err = io.EOF; assert.False(t, rows.Next()) }
		}},
		{"closed rows", func(ctx context.Context, c client, s *store) (keeps, ends func()) {
			rows, err := c.Query(ctx, nil, "")
			must(err)
			return func() {}, rows.Close
		}},
		{"an error of a gRPC stream", func(ctx context.Context, c client, s *store) (keeps, ends func()) {
			stream, err := c.Watch(ctx)
			must(err)
			return func() {
				must(stream.CloseSend())
				text, err := stream.Recv()
				must(err)
				assert.Equal(t, "message", text)
			}, func() { s.err = io.ErrUnexpectedEOF; assert.Error(t, stream.RecvMsg(nil)) }
		}},
		{"the end of a feed", func(ctx context.Context, c client, s *store) (keeps, ends func()) {
			feed, err := c.Follow(ctx)
			must(err)
			return func() {
				must(feed.Drain())
				s.err = errors.New("not now")
				_, err := feed.Next(ctx)
				assert.Error(t, err, "not its last one")
			}, func() { s.err = io.EOF; _, err := feed.Next(ctx); assert.Equal(t, io.EOF, err) }
		}},
		{"a closed body", func(ctx context.Context, c client, s *store) (keeps, ends func()) {
			object, err := c.Get(ctx, "")
			must(err)
			return func() {
				data, err := io.ReadAll(object.Body)
				must(err)
				assert.Equal(t, "data", string(data))
			}, func() { must(object.Body.Close()) }
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := new(store)
				keeps, ends := tt.opens(t.Context(), kept.NewResilientStore(next, nil), next)
				time.Sleep(time.Hour)
				require.NoError(t, next.ctx.Err())
				keeps()
				require.NoError(t, next.ctx.Err())
				ends()
				assert.Error(t, next.ctx.Err())
			})
		})
	}
}

// A handle that the user calls a stream keeps its context until the caller's ends.
func TestStreamByWord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := new(store)
		ctx, cancel := context.WithCancel(t.Context())
		_, err := kept.NewResilientStore(next, nil).Session(ctx)
		require.NoError(t, err)
		time.Sleep(time.Hour)
		require.NoError(t, next.ctx.Err())
		cancel()
		assert.Error(t, next.ctx.Err())
	})
}

// A transaction that comes back is the library's own, in a parameter of its type and in
// one of a smaller interface.
func TestResultsComeBackUnwrapped(t *testing.T) {
	next := new(store)
	client := kept.NewResilientStore(next, nil)
	begun, err := client.Begin(t.Context())
	require.NoError(t, err)
	_, own := begun.(*tx)
	require.False(t, own, "something is around it")
	assert.IsType(t, new(tx), begun.(interface{ Unwrap() kept.Tx }).Unwrap())

	require.NoError(t, client.Savepoint(t.Context(), begun, "name"))
	assert.IsType(t, new(tx), next.passed)
	_, err = client.Query(t.Context(), begun, "")
	require.NoError(t, err)
	assert.IsType(t, new(tx), next.passed)

	outer := kept.NewResilientStore(client, nil)
	begun, err = outer.Begin(t.Context())
	require.NoError(t, err)
	require.NoError(t, outer.Savepoint(t.Context(), begun, "name"))
	assert.IsType(t, new(tx), next.passed, "wrapped twice")

	mine := &tx{new(result)}
	require.NoError(t, client.Savepoint(t.Context(), mine, "name"))
	assert.Same(t, mine, next.passed)
	require.NoError(t, client.Savepoint(t.Context(), nil, "name"))
	assert.Nil(t, next.passed)
	require.NoError(t, begun.Rollback(t.Context()))
}
