// Package kafka wraps clients of Kafka, of franz-go and of kafka-go.
package kafka

import (
	"context"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kgo"
)

//go:generate go tool retrygen

// Records writes records with franz-go.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:allow unsafe-retry the tests repeat writes on purpose
//retry:allow blind-breaker the tests look at single errors, and end what hangs
//retry:allow double-retry the tests switch the retries of the client off
type Records interface {
	Produce(ctx context.Context, record *kgo.Record) (*kgo.Record, error)
}

// producer is Records on a client.
type producer struct{ client *kgo.Client }

func (p producer) Produce(ctx context.Context, record *kgo.Record) (*kgo.Record, error) {
	return p.client.ProduceSync(ctx, record).First()
}

// Messages is a part of *kafka.Writer.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:allow blind-breaker the tests look at single errors, and end what hangs
//retry:allow double-retry the tests return the errors themselves
type Messages interface {
	WriteMessages(ctx context.Context, messages ...kafka.Message) error
}

var _ Messages = (*kafka.Writer)(nil)
