package natsclient

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/libraries/internal/rows"
	retry "github.com/retrygen/retrygen/runtime"
)

// connect starts a server, and returns a connection to it.
func connect(t *testing.T, withStreams bool) *nats.Conn {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: withStreams, StoreDir: t.TempDir(), NoLog: true, NoSigs: true,
	})
	require.NoError(t, err)
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	require.True(t, s.ReadyForConnections(time.Minute))
	conn, err := nats.Connect(s.ClientURL())
	require.NoError(t, err)
	t.Cleanup(conn.Close)
	return conn
}

// withStreams returns a connection to a server, for streams.
func withStreams(t *testing.T) jetstream.JetStream {
	t.Helper()
	js, err := jetstream.New(connect(t, true))
	require.NoError(t, err)
	return js
}

// Each of these stands before the client and counts the attempts.

type countingConn struct {
	Conn
	attempts int
}

func (c *countingConn) Request(subject string, data []byte, timeout time.Duration) (*nats.Msg, error) {
	c.attempts++
	return c.Conn.Request(subject, data, timeout)
}

func (c *countingConn) Publish(subject string, data []byte) error {
	c.attempts++
	return c.Conn.Publish(subject, data)
}

type countingSubscription struct {
	Subscription
	attempts int
}

func (c *countingSubscription) NextMsg(timeout time.Duration) (*nats.Msg, error) {
	c.attempts++
	return c.Subscription.NextMsg(timeout)
}

func (c *countingSubscription) Fetch(batch int, opts ...nats.PullOpt) ([]*nats.Msg, error) {
	c.attempts++
	return c.Subscription.Fetch(batch, opts...)
}

type countingStreams struct {
	Streams
	attempts int
}

func (c *countingStreams) AccountInfo(ctx context.Context) (*jetstream.AccountInfo, error) {
	c.attempts++
	return c.Streams.AccountInfo(ctx)
}

func (c *countingStreams) Publish(ctx context.Context, subject string, payload []byte, opts ...jetstream.PublishOpt) (*jetstream.PubAck, error) {
	c.attempts++
	return c.Streams.Publish(ctx, subject, payload, opts...)
}

func (c *countingStreams) CreateConsumer(ctx context.Context, stream string, config jetstream.ConsumerConfig) (jetstream.Consumer, error) {
	c.attempts++
	return c.Streams.CreateConsumer(ctx, stream, config)
}

type countingValues struct {
	Values
	attempts int
}

func (c *countingValues) Get(ctx context.Context, key string) (jetstream.KeyValueEntry, error) {
	c.attempts++
	return c.Values.Get(ctx, key)
}

func (c *countingValues) Create(ctx context.Context, key string, value []byte, opts ...jetstream.KVCreateOpt) (uint64, error) {
	c.attempts++
	return c.Values.Create(ctx, key, value, opts...)
}

func (c *countingValues) Update(ctx context.Context, key string, value []byte, revision uint64) (uint64, error) {
	c.attempts++
	return c.Values.Update(ctx, key, value, revision)
}

// client returns what rows need.
func client(group *retry.Group, attempts *int, call func(context.Context) error) rows.Client {
	return rows.Client{Group: group, Call: call, Requests: func() int { return *attempts }}
}
