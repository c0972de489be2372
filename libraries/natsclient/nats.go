// Package natsclient wraps a connection, a subscription and a stream of NATS.
package natsclient

import (
	"context"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

//go:generate go tool retrygen

// Conn is a part of *nats.Conn.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:allow unsafe-retry the tests repeat writes on purpose
//retry:allow blind-breaker the tests look at single errors, and end what hangs
type Conn interface {
	Request(subject string, data []byte, timeout time.Duration) (*nats.Msg, error)
	RequestWithContext(ctx context.Context, subject string, data []byte) (*nats.Msg, error)
	Publish(subject string, data []byte) error
}

// Subscription is a part of *nats.Subscription. It is an answer that no message has come.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
type Subscription interface {
	NextMsg(timeout time.Duration) (*nats.Msg, error)
	Fetch(batch int, opts ...nats.PullOpt) ([]*nats.Msg, error)
}

// Streams is a part of jetstream.JetStream.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:allow unsafe-retry the tests repeat writes on purpose
//retry:allow blind-breaker the tests look at single errors, and end what hangs
//retry:allow double-retry the tests switch the retries of the client off
type Streams interface {
	AccountInfo(ctx context.Context) (*jetstream.AccountInfo, error)
	Publish(ctx context.Context, subject string, payload []byte, opts ...jetstream.PublishOpt) (*jetstream.PubAck, error)
	Stream(ctx context.Context, stream string) (jetstream.Stream, error)
	CreateStream(ctx context.Context, config jetstream.StreamConfig) (jetstream.Stream, error)
	CreateConsumer(ctx context.Context, stream string, config jetstream.ConsumerConfig) (jetstream.Consumer, error)
}

// Values is a part of jetstream.KeyValue.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:allow unsafe-retry the tests repeat writes on purpose
//retry:allow blind-breaker the tests look at single errors, and end what hangs
type Values interface {
	Get(ctx context.Context, key string) (jetstream.KeyValueEntry, error)
	Create(ctx context.Context, key string, value []byte, opts ...jetstream.KVCreateOpt) (uint64, error)
	Update(ctx context.Context, key string, value []byte, revision uint64) (uint64, error)
}

var (
	_ Conn         = (*nats.Conn)(nil)
	_ Subscription = (*nats.Subscription)(nil)
	_ Streams      = (jetstream.JetStream)(nil)
	_ Values       = (jetstream.KeyValue)(nil)
)
