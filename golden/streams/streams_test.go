package streams_test

import (
	"context"
	"database/sql"
	"io"
	"iter"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/golden/streams"
	retry "github.com/retrygen/retrygen/runtime"
)

// server is a Streams that records its contexts, and which of its results are closed.
type server struct {
	contexts []context.Context
	closed   int
	items    []int // of successive feeds
	db       *sql.DB
	err      error
}

// result implements all of the interfaces.
type result struct {
	io.Reader
	of    *server
	items int
}

func (r *result) Next() (streams.Item, error) {
	if r.items == 0 {
		return streams.Item{}, io.EOF
	}
	r.items--
	return streams.Item{Name: "item"}, nil
}

func (r *result) Close() error {
	r.of.closed++
	return nil
}

type session struct{ *result }

func (session) Session() string { return "id" }
func (s session) Close(context.Context) (int, error) {
	return 7, s.result.Close()
}

type quiet[T any] struct{ *result }

func (quiet[T]) Get() (zero T) { return zero }
func (q quiet[T]) Close()      { _ = q.result.Close() }

func (s *server) called(ctx context.Context) *result {
	s.contexts = append(s.contexts, ctx)
	r := &result{Reader: strings.NewReader("data"), of: s, items: 1}
	if n := len(s.contexts); n <= len(s.items) {
		r.items = s.items[n-1]
	}
	return r
}

func (s *server) Plain(ctx context.Context) (streams.Item, error) {
	s.called(ctx)
	return streams.Item{}, s.err
}
func (s *server) Open(ctx context.Context, _ string) (io.ReadCloser, error) {
	return s.called(ctx), s.err
}
func (s *server) Watch(ctx context.Context) (streams.Feed, error) { return s.called(ctx), s.err }
func (s *server) Watching(ctx context.Context) (streams.Feed, int, error) {
	return s.called(ctx), 1, s.err
}
func (s *server) Login(ctx context.Context) (streams.Session, error) {
	return session{s.called(ctx)}, s.err
}
func (s *server) Literal(ctx context.Context) (interface{ Close() error }, error) {
	return s.called(ctx), s.err
}
func (s *server) Instance(ctx context.Context) (streams.Quiet[int], error) {
	return quiet[int]{s.called(ctx)}, s.err
}
func (s *server) Send(req *http.Request) (*http.Response, error) {
	return &http.Response{Body: s.called(req.Context())}, s.err
}
func (s *server) Rows(ctx context.Context) (*sql.Rows, error) {
	s.called(ctx)
	return s.db.QueryContext(ctx, "rows")
}
func (s *server) Begin(ctx context.Context) (*sql.Tx, error) {
	s.called(ctx)
	return s.db.BeginTx(ctx, nil)
}
func (s *server) Channel(ctx context.Context) (<-chan streams.Item, error) {
	s.called(ctx)
	items := make(chan streams.Item)
	go func() {
		defer close(items)
		for range 3 {
			select {
			case <-time.After(time.Minute):
				items <- streams.Item{Name: "item"}
			case <-ctx.Done():
				return
			}
		}
	}()
	return items, s.err
}
func (s *server) Seq(ctx context.Context) (iter.Seq[streams.Item], error) {
	s.called(ctx)
	return func(yield func(streams.Item) bool) {
		for ctx.Err() == nil && yield(streams.Item{Name: "item"}) {
			time.Sleep(time.Minute)
		}
	}, s.err
}
func (s *server) Seq2(ctx context.Context) (iter.Seq2[int, error], error) {
	s.called(ctx)
	return func(yield func(int, error) bool) { yield(1, ctx.Err()) }, s.err
}
func (s *server) Describe(ctx context.Context) (*streams.Meta, error) {
	s.called(ctx)
	return &streams.Meta{}, s.err
}
func (s *server) Poll(ctx context.Context) (streams.Feed, error) { return s.called(ctx), s.err }
func (s *server) Hedged(ctx context.Context) (io.ReadCloser, error) {
	return s.called(ctx), s.err
}
func (s *server) HedgedPair(ctx context.Context) (streams.Feed, string, error) {
	return s.called(ctx), "pair", s.err
}
func (s *server) Untimed(ctx context.Context) (io.ReadCloser, error) { return s.called(ctx), s.err }
func (s *server) Dial(string) (io.ReadCloser, error)                 { return s.called(context.Background()), s.err }
func (s *server) DialFeed() (streams.Feed, error)                    { return s.called(context.Background()), s.err }

// A result with a Close keeps its context until it is closed, however late, and no longer.
func TestClosableResults(t *testing.T) {
	type client = *streams.ResilientStreams
	tests := []struct {
		name string
		open func(context.Context, client) (closes func(), err error)
	}{
		{"reader", func(ctx context.Context, c client) (func(), error) {
			r, err := c.Open(ctx, "name")
			return func() {
				data, err := io.ReadAll(r)
				assert.NoError(t, err)
				assert.Equal(t, "data", string(data))
				assert.NoError(t, r.Close())
			}, err
		}},
		{"interface", func(ctx context.Context, c client) (func(), error) {
			feed, err := c.Watch(ctx)
			return func() {
				item, err := feed.Next()
				assert.NoError(t, err)
				assert.Equal(t, "item", item.Name)
				assert.NoError(t, feed.Close())
			}, err
		}},
		{"among several", func(ctx context.Context, c client) (func(), error) {
			feed, size, err := c.Watching(ctx)
			assert.Equal(t, 1, size)
			return func() { assert.NoError(t, feed.Close()) }, err
		}},
		{"closed with a context", func(ctx context.Context, c client) (func(), error) {
			s, err := c.Login(ctx)
			return func() {
				assert.Equal(t, "id", s.Session())
				code, err := s.Close(ctx)
				assert.NoError(t, err)
				assert.Equal(t, 7, code)
			}, err
		}},
		{"interface without a name", func(ctx context.Context, c client) (func(), error) {
			closer, err := c.Literal(ctx)
			return func() { assert.NoError(t, closer.Close()) }, err
		}},
		{"closed without an error", func(ctx context.Context, c client) (func(), error) {
			q, err := c.Instance(ctx)
			return func() { assert.Zero(t, q.Get()); q.Close() }, err
		}},
		{"response", func(ctx context.Context, c client) (func(), error) {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://server.example", nil)
			require.NoError(t, err)
			resp, err := c.Send(req)
			return func() { assert.NoError(t, resp.Body.Close()) }, err
		}},
		{"hedged", func(ctx context.Context, c client) (func(), error) {
			r, err := c.Hedged(ctx)
			return func() { assert.NoError(t, r.Close()) }, err
		}},
		{"hedged, among several", func(ctx context.Context, c client) (func(), error) {
			feed, text, err := c.HedgedPair(ctx)
			assert.Equal(t, "pair", text)
			return func() { assert.NoError(t, feed.Close()) }, err
		}},
		{"polled for", func(ctx context.Context, c client) (func(), error) {
			feed, err := c.Poll(ctx)
			return func() { assert.NoError(t, feed.Close()) }, err
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &server{items: []int{2}}
				closes, err := tt.open(t.Context(), streams.NewResilientStreams(next, nil))
				require.NoError(t, err)
				require.Len(t, next.contexts, 1)
				time.Sleep(time.Hour)
				assert.NoError(t, next.contexts[0].Err(), "the timeouts are over")
				_, hasDeadline := next.contexts[0].Deadline()
				assert.False(t, hasDeadline)
				closes()
				assert.Equal(t, 1, next.closed)
				assert.ErrorIs(t, next.contexts[0].Err(), context.Canceled)
			})
		})
	}
}

// Results that cannot be wrapped keep their context as long as the caller's is alive.
func TestOtherResults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		next := new(server)
		client := streams.NewResilientStreams(next, nil)
		channel, err := client.Channel(ctx)
		require.NoError(t, err)
		seq, err := client.Seq(ctx)
		require.NoError(t, err)
		seq2, err := client.Seq2(ctx)
		require.NoError(t, err)

		for range 3 {
			assert.Equal(t, streams.Item{Name: "item"}, <-channel, "a minute each")
		}
		_, open := <-channel
		assert.False(t, open)
		for range 2 { // an iterator may be used again
			n := 0
			for item := range seq {
				assert.Equal(t, "item", item.Name)
				if n++; n == 3 {
					break
				}
			}
			assert.Equal(t, 3, n)
		}
		for n, err := range seq2 {
			assert.Equal(t, 1, n)
			assert.NoError(t, err)
		}
		cancel()
		synctest.Wait()
		for _, ctx := range next.contexts {
			assert.Equal(t, context.Canceled, ctx.Err())
		}
	})
}

// The context of data ends with the call, also of data with an interface inside.
func TestDataEndsItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := new(server)
		client := streams.NewResilientStreams(next, nil)
		_, err := client.Plain(t.Context())
		require.NoError(t, err)
		_, err = client.Describe(t.Context())
		require.NoError(t, err)
		assert.Error(t, next.contexts[0].Err())
		assert.Error(t, next.contexts[1].Err())
	})
}

// Polling closes the feeds that it discards, with a context and without.
func TestPollingClosesFeeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, poll := range map[string]func(streams.Streams) (streams.Feed, error){
			"context": func(s streams.Streams) (streams.Feed, error) { return s.Poll(t.Context()) },
			"none":    streams.Streams.DialFeed,
		} {
			next := &server{items: []int{0, 2}}
			feed, err := poll(streams.NewResilientStreams(next, nil))
			require.NoError(t, err, name)
			assert.Equal(t, 1, next.closed, name)
			_, err = feed.Next()
			require.NoError(t, err, name)
			require.NoError(t, feed.Close())
			assert.Equal(t, 2, next.closed, name)

			next = &server{items: []int{0, 0}}
			_, err = poll(streams.NewResilientStreams(next, nil))
			require.ErrorIs(t, err, retry.ErrExhausted, name)
			assert.Equal(t, 2, next.closed, name)
		}
	})
}

// Without a timeout in force, no result is wrapped, and a timeout from an override does not
// cut it off either.
func TestUntimed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next, group := new(server), new(retry.Group)
		client := streams.NewResilientStreams(next, &retry.Options{Group: group})
		plain, err := client.Untimed(t.Context())
		require.NoError(t, err)
		assert.IsType(t, new(result), plain)
		dialled, err := client.Dial("address")
		require.NoError(t, err)
		assert.IsType(t, new(result), dialled)

		over, err := retry.ParseOverrides("Streams.Untimed: timeout attempt=1s")
		require.NoError(t, err)
		next = new(server)
		client = streams.NewResilientStreams(next, &retry.Options{Override: over})
		_, err = client.Untimed(t.Context())
		require.NoError(t, err)
		time.Sleep(time.Minute)
		assert.NoError(t, next.contexts[0].Err())
	})
}

// generic is a Generic with quiet results.
type generic struct{ contexts []context.Context }

func (g *generic) Get(ctx context.Context) (quiet[string], error) {
	g.contexts = append(g.contexts, ctx)
	return quiet[string]{&result{of: new(server)}}, nil
}

func (g *generic) Quiet(ctx context.Context) (streams.Quiet[quiet[string]], error) {
	g.contexts = append(g.contexts, ctx)
	return quiet[quiet[string]]{&result{of: new(server)}}, nil
}

func TestGeneric(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := new(generic)
		client := streams.NewResilientGeneric[quiet[string]](next, nil)
		_, err := client.Get(t.Context())
		require.NoError(t, err)
		q, err := client.Quiet(t.Context())
		require.NoError(t, err)
		time.Sleep(time.Minute)
		assert.Error(t, next.contexts[0].Err(), "a type parameter is data")
		assert.NoError(t, next.contexts[1].Err())
		q.Close()
		assert.Error(t, next.contexts[1].Err())
	})
}

func TestUnwrap(t *testing.T) {
	assert.NotNil(t, streams.NewResilientStreams(new(server), nil).Unwrap())
	assert.NotNil(t, streams.NewResilientGeneric[quiet[string]](new(generic), nil).Unwrap())
}
