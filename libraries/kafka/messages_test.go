package kafka

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/segmentio/kafka-go"

	"github.com/retrygen/retrygen/libraries/internal/rows"
	retry "github.com/retrygen/retrygen/runtime"
)

// Errors as a *kafka.Writer returns them. Of a batch, each message has its own, or nil if it
// was written.
func TestErrorsOfWriter(t *testing.T) {
	foreign := errors.New("of nobody")
	for _, test := range []struct {
		err  error
		want rows.Want
	}{
		{kafka.LeaderNotAvailable, rows.Transient},
		{kafka.RequestTimedOut, rows.Transient},
		{kafka.Unknown, rows.Fault},
		{kafka.TopicAuthorizationFailed, rows.Answer},
		{kafka.MessageTooLargeError{}, rows.Answer},
		{foreign, rows.Unclassified},
		{kafka.WriteErrors{nil, kafka.NotLeaderForPartition}, rows.Transient},
		{kafka.WriteErrors{kafka.MessageSizeTooLarge, kafka.MessageSizeTooLarge}, rows.Answer},
		{kafka.WriteErrors{kafka.MessageSizeTooLarge, kafka.NotLeaderForPartition, nil}, rows.Transient},
		{kafka.WriteErrors{kafka.NotLeaderForPartition, kafka.Unknown}, rows.Fault},
		{kafka.WriteErrors{kafka.MessageSizeTooLarge, foreign}, rows.Unclassified},
		{fmt.Errorf("write: %w", kafka.WriteErrors{kafka.Unknown}), rows.Fault},
	} {
		t.Run(test.err.Error(), func(t *testing.T) { rows.Check(t, test.want, returning(test.err)) })
	}
}

func TestMessageTooLargeHundredTimes(t *testing.T) {
	rows.Hundred(t, returning(kafka.WriteErrors{kafka.MessageSizeTooLarge}))
}

func returning(err error) rows.Open {
	return func(_ *testing.T, o *retry.Options) rows.Client {
		next := &failing{err: err}
		wrapped := NewResilientMessages(next, o)
		return rows.Client{
			Group:    wrapped.Group(),
			Call:     func(ctx context.Context) error { return wrapped.WriteMessages(ctx, kafka.Message{}) },
			Requests: func() int { return next.calls },
		}
	}
}

func (f *failing) WriteMessages(context.Context, ...kafka.Message) error {
	f.calls++
	return f.err
}
