package redisclient

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/alicebob/miniredis/v2/server"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/libraries/internal/rows"
	retry "github.com/retrygen/retrygen/runtime"
)

func init() { redis.SetLogger(silent{}) }

// silent is the logger of clients whose connections fail because a test wants that.
type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// The errors that a server of Redis returns, by their first word.
func TestErrorsOfServer(t *testing.T) {
	for _, test := range []struct {
		text string
		want rows.Want
	}{
		{"LOADING Redis is loading the dataset in memory", rows.Unsent},
		{"MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", rows.Unsent},
		{"CLUSTERDOWN Hash slot not served", rows.Unsent},
		{"TRYAGAIN Multiple keys request during rehashing of slot", rows.Unsent},
		{"NOREPLICAS Not enough good replicas to write.", rows.Unsent},
		{"READONLY You can't write against a read only replica.", rows.Unsent},
		{"ERR max number of clients reached", rows.Unsent},
		{"OOM command not allowed when used memory > 'maxmemory'.", rows.Fault},
		{"MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.", rows.Fault},
		{"WRONGTYPE Operation against a key holding the wrong kind of value", rows.Answer},
		{"NOPERM User alice has no permissions to run the 'get' command", rows.Answer},
		{"NOSCRIPT No matching script. Please use EVAL.", rows.Answer},
		{"ERR syntax error", rows.Answer},
	} {
		t.Run(test.text, func(t *testing.T) { rows.Check(t, test.want, failing(test.text)) })
	}
}

func TestWrongTypeHundredTimes(t *testing.T) {
	rows.Hundred(t, failing("WRONGTYPE Operation against a key holding the wrong kind of value"))
}

func TestOutOfMemoryOpensBreaker(t *testing.T) {
	rows.Opens(t, failing("OOM command not allowed when used memory > 'maxmemory'."))
}

// Another client changes a watched key each time.
func TestWatchConflict(t *testing.T) {
	rows.Check(t, rows.Conflict, func(t *testing.T, o *retry.Options) rows.Client {
		s := miniredis.RunT(t)
		client := connect(t, s)
		store := NewResilientStore(client, o)
		requests := 0
		return rows.Client{
			Group: store.Group(),
			Call: func(ctx context.Context) error {
				return store.Watch(ctx, func(tx *redis.Tx) error {
					requests++
					if err := s.Set("key", "of another client"); err != nil {
						return err
					}
					_, err := tx.TxPipelined(ctx, func(p redis.Pipeliner) error { return p.Set(ctx, "key", "mine", 0).Err() })
					return err
				}, "key")
			},
			Requests: func() int { return requests },
		}
	})
}

// A pool without a free connection has sent nothing, so the call can be repeated.
func TestPoolTimeout(t *testing.T) {
	rows.Check(t, rows.Unsent, func(t *testing.T, o *retry.Options) rows.Client {
		client := connect(t, miniredis.RunT(t))
		taken := client.Conn()
		require.NoError(t, taken.Ping(t.Context()).Err())
		t.Cleanup(func() { assert.NoError(t, taken.Close()) })
		return sending(client, o, "get", "key")
	})
}

// Nobody listens, so nothing was sent.
func TestRefusedConnection(t *testing.T) {
	rows.Check(t, rows.Unsent, func(t *testing.T, o *retry.Options) rows.Client {
		s := miniredis.RunT(t)
		client := connect(t, s)
		s.Close()
		return sending(client, o, "get", "key")
	})
}

// The server closes the connection instead of answering.
func TestCutConnection(t *testing.T) {
	var requests atomic.Int64
	s := miniredis.RunT(t)
	s.Server().SetPreHook(func(c *server.Peer, command string, _ ...string) bool {
		if command != "GET" {
			return false
		}
		requests.Add(1)
		c.Close()
		return true
	})
	rows.Check(t, rows.Transient, through(connect(t, s), func() int { return int(requests.Load()) }))
}

// failing opens a wrapper around a client whose server answers each GET with an error.
func failing(text string) rows.Open {
	return func(t *testing.T, o *retry.Options) rows.Client {
		client, requests := refusing(t, text)
		return through(client, requests)(t, o)
	}
}

// refusing returns a client whose server answers each GET with an error, and a func that
// returns how many it has got.
func refusing(t *testing.T, text string) (*redis.Client, func() int) {
	t.Helper()
	s := miniredis.RunT(t)
	var requests atomic.Int64
	s.Server().SetPreHook(func(c *server.Peer, command string, _ ...string) bool {
		if command != "GET" {
			return false
		}
		requests.Add(1)
		c.WriteError(text)
		return true
	})
	return connect(t, s), func() int { return int(requests.Load()) }
}

// through opens a wrapper around a client. Each attempt of a call sends one GET.
func through(client *redis.Client, requests func() int) rows.Open {
	return func(_ *testing.T, o *retry.Options) rows.Client {
		c := sending(client, o, "get", "key")
		c.Requests = requests
		return c
	}
}

// sending returns a wrapper whose calls send a command, and counts the attempts to do so.
func sending(client *redis.Client, o *retry.Options, command ...any) rows.Client {
	store, attempts := NewResilientStore(client, o), 0
	return rows.Client{
		Group: store.Group(),
		Call: func(ctx context.Context) error {
			_, err := store.Pipelined(ctx, func(p redis.Pipeliner) error {
				attempts++
				return p.Do(ctx, command...).Err()
			})
			return err
		},
		Requests: func() int { return attempts },
	}
}

// connect returns a client that repeats nothing itself, with one connection.
func connect(t *testing.T, s *miniredis.Miniredis) *redis.Client {
	client := redis.NewClient(&redis.Options{
		Addr: s.Addr(), MaxRetries: -1, DialerRetries: 1,
		PoolSize: 1, PoolTimeout: time.Millisecond, PipelinePoolSize: -1,
	})
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	return client
}
