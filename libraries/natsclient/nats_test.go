package natsclient

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/libraries/internal/rows"
	retry "github.com/retrygen/retrygen/runtime"
)

func TestRequests(t *testing.T) {
	conn := connect(t, false)
	_, err := conn.SubscribeSync("silent")
	require.NoError(t, err)
	request := func(subject string, wait time.Duration) func(Conn) error {
		return func(c Conn) error { _, err := c.Request(subject, nil, wait); return err }
	}
	tooLarge := make([]byte, conn.MaxPayload()+1)
	for _, test := range []struct {
		name string
		call func(Conn) error
		want rows.Want
	}{
		{"nobody listens", request("nobody", time.Minute), rows.Unsent},
		{"nobody answers", request("silent", 5*time.Millisecond), rows.Transient},
		{"too large", func(c Conn) error { return c.Publish("silent", tooLarge) }, rows.Answer},
		{"no subject", func(c Conn) error { return c.Publish("", nil) }, rows.Answer},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows.Check(t, test.want, func(_ *testing.T, o *retry.Options) rows.Client {
				next := &countingConn{Conn: conn}
				wrapped := NewResilientConn(next, o)
				return client(wrapped.Group(), &next.attempts, func(context.Context) error { return test.call(wrapped) })
			})
		})
	}
}

// It is an answer that no message has come, however often that happens.
func TestNoMessages(t *testing.T) {
	js := withStreams(t)
	_, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "EVENTS", Subjects: []string{"events"}})
	require.NoError(t, err)
	push, err := js.Conn().SubscribeSync("events")
	require.NoError(t, err)
	older, err := js.Conn().JetStream()
	require.NoError(t, err)
	pull, err := older.PullSubscribe("events", "reader")
	require.NoError(t, err)

	next := func(s Subscription) error { _, err := s.NextMsg(time.Millisecond); return err }
	fetch := func(s Subscription) error { _, err := s.Fetch(1, nats.MaxWait(5*time.Millisecond)); return err }
	open := func(s *nats.Subscription, call func(Subscription) error) rows.Open {
		return func(_ *testing.T, o *retry.Options) rows.Client {
			next := &countingSubscription{Subscription: s}
			wrapped := NewResilientSubscription(next, o)
			return client(wrapped.Group(), &next.attempts, func(context.Context) error { return call(wrapped) })
		}
	}
	rows.Check(t, rows.Answer, open(push, next))
	rows.Hundred(t, open(push, next))
	rows.Check(t, rows.Answer, open(pull, fetch))
}

func TestStreams(t *testing.T) {
	js := withStreams(t)
	_, err := js.CreateStream(t.Context(), jetstream.StreamConfig{
		Name: "EVENTS", Subjects: []string{"events"}, MaxMsgSize: 10,
	})
	require.NoError(t, err)
	publish := func(subject, text string, opts ...jetstream.PublishOpt) func(context.Context, Streams) error {
		return func(ctx context.Context, s Streams) error {
			_, err := s.Publish(ctx, subject, []byte(text), append(opts, jetstream.WithRetryAttempts(0))...)
			return err
		}
	}
	consume := func(stream string, config jetstream.ConsumerConfig) func(context.Context, Streams) error {
		return func(ctx context.Context, s Streams) error {
			_, err := s.CreateConsumer(ctx, stream, config)
			return err
		}
	}
	for _, test := range []struct {
		name string
		call func(context.Context, Streams) error
		want rows.Want
	}{
		{"no stream for the subject", publish("nowhere", ""), rows.Unsent},
		{"message too large", publish("events", "more than ten"), rows.Answer},
		{"another sequence", publish("events", "", jetstream.WithExpectLastSequence(7)), rows.Answer},
		{"no such stream", consume("NONE", jetstream.ConsumerConfig{}), rows.Answer},
		{"overlapping filters, with code 500", consume("EVENTS", jetstream.ConsumerConfig{FilterSubjects: []string{"a.*", "a.b"}}), rows.Answer},
	} {
		t.Run(test.name, func(t *testing.T) { rows.Check(t, test.want, through(js, test.call)) })
	}
	rows.Hundred(t, through(js, publish("events", "more than ten")))
}

// A server without streams says so with code 503.
func TestNoStreams(t *testing.T) {
	js, err := jetstream.New(connect(t, false))
	require.NoError(t, err)
	rows.Check(t, rows.Transient, through(js, func(ctx context.Context, s Streams) error { _, err := s.AccountInfo(ctx); return err }))
}

func through(js jetstream.JetStream, call func(context.Context, Streams) error) rows.Open {
	return func(_ *testing.T, o *retry.Options) rows.Client {
		next := &countingStreams{Streams: js}
		wrapped := NewResilientStreams(next, o)
		return client(wrapped.Group(), &next.attempts, func(ctx context.Context) error { return call(ctx, wrapped) })
	}
}

func TestValues(t *testing.T) {
	values, err := withStreams(t).CreateKeyValue(t.Context(), jetstream.KeyValueConfig{Bucket: "values"})
	require.NoError(t, err)
	_, err = values.Create(t.Context(), "taken", nil)
	require.NoError(t, err)
	for _, test := range []struct {
		name string
		call func(context.Context, Values) error
	}{
		{"no such key", func(ctx context.Context, v Values) error { _, err := v.Get(ctx, "missing"); return err }},
		{"key exists", func(ctx context.Context, v Values) error { _, err := v.Create(ctx, "taken", nil); return err }},
		{"another revision", func(ctx context.Context, v Values) error { _, err := v.Update(ctx, "taken", nil, 99); return err }},
	} {
		t.Run(test.name, func(t *testing.T) {
			open := func(_ *testing.T, o *retry.Options) rows.Client {
				next := &countingValues{Values: values}
				wrapped := NewResilientValues(next, o)
				return client(wrapped.Group(), &next.attempts, func(ctx context.Context) error { return test.call(ctx, wrapped) })
			}
			rows.Check(t, rows.Answer, open)
			rows.Hundred(t, open)
		})
	}
}
