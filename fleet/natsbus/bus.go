package natsbus

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/retrygen/retrygen/fleet"
)

// Options change what a Bus does. Nil and the zero value are fine.
type Options struct {
	// Prefix is what the subjects of messages begin with. All processes of a fleet need the
	// same. Empty: "retrygen".
	Prefix string

	// Bucket is the bucket of JetStream that has the document. Empty: "retrygen".
	Bucket string

	// Key is the key of the document in the bucket. Empty: "document".
	Key string

	// Create makes the bucket if it does not exist. Without it, Get, Put and Watch find no
	// document until somebody makes the bucket, and Put returns an error.
	Create bool

	// Replicas is how many servers keep a bucket that Create makes, from 1 to 5. Zero: 1.
	Replicas int

	// Timeout bounds each request. Zero: 3s.
	Timeout time.Duration

	// Poll is how often Watch reads the document when the bucket does not say that it has
	// changed. Zero: 10s.
	Poll time.Duration

	// OnError is called with each error after which Watch tries again. It must be safe for
	// concurrent use. Nil: nothing.
	OnError func(error)
}

// MaxMessage is the greatest length of a message in bytes. Publish refuses a longer one, and
// Subscribe skips it. A server may allow less; the default of NATS is 1 MiB.
const MaxMessage = 256 << 10

// A Bus is a [fleet.Bus] and a [fleet.Store] in NATS. It is safe for concurrent use.
type Bus struct {
	conn *nats.Conn
	js   jetstream.JetStream
	o    Options
}

var (
	_ fleet.Bus   = (*Bus)(nil)
	_ fleet.Store = (*Bus)(nil)
)

// New returns a Bus that uses a connection. It sends nothing. It returns an error if an option
// is out of range.
func New(conn *nats.Conn, opts *Options) (*Bus, error) {
	if conn == nil {
		return nil, errors.New("natsbus: no connection")
	}
	js, err := jetstream.New(conn)
	if err != nil {
		return nil, said("new", err)
	}
	b := &Bus{conn: conn, js: js}
	if opts != nil {
		b.o = *opts
	}
	switch {
	case b.o.Timeout < 0 || b.o.Poll < 0:
		return nil, errors.New("natsbus: a duration of the options is negative")
	case b.o.Replicas < 0 || b.o.Replicas > 5:
		return nil, fmt.Errorf("natsbus: %d replicas; 1 to 5 are possible", b.o.Replicas)
	}
	fill(&b.o.Prefix, "retrygen")
	fill(&b.o.Bucket, "retrygen")
	fill(&b.o.Key, "document")
	fill(&b.o.Timeout, 3*time.Second)
	fill(&b.o.Poll, 10*time.Second)
	for _, name := range []string{b.o.Prefix, b.o.Bucket, b.o.Key} {
		if !isSubject(name) {
			return nil, fmt.Errorf("natsbus: %q cannot be part of a subject", name)
		}
	}
	return b, nil
}

// fill sets an option that is zero.
func fill[T comparable](option *T, to T) {
	if *option == *new(T) {
		*option = to
	}
}

// isSubject reports whether a text is one subject, without wildcards.
func isSubject(text string) bool {
	for token := range strings.SplitSeq(text, ".") {
		if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r == '*' || r == '>' || r > '~' }) {
			return false
		}
	}
	return true
}

func (b *Bus) subject(topic string) (string, error) {
	if !isSubject(topic) {
		return "", fmt.Errorf("natsbus: the topic %q cannot be part of a subject", topic)
	}
	return b.o.Prefix + ".bus." + topic, nil
}

// Publish implements [fleet.Bus]. It waits until the server has the message. While there is no
// connection, it returns an error: messages that wait for one would come too late.
func (b *Bus) Publish(ctx context.Context, topic string, message []byte) error {
	subject, err := b.subject(topic)
	switch {
	case err != nil:
		return err
	case len(message) > MaxMessage:
		return fmt.Errorf("natsbus: a message of %d bytes; %d are allowed", len(message), MaxMessage)
	case ctx.Err() != nil:
		return said("publish", ctx.Err())
	case b.conn.Status() != nats.CONNECTED:
		return said("publish", nats.ErrDisconnected)
	}
	if err := b.conn.Publish(subject, message); err != nil {
		return said("publish", err)
	}
	ctx, cancel := context.WithTimeout(ctx, b.o.Timeout)
	defer cancel()
	return said("publish", b.conn.FlushWithContext(ctx))
}

// Subscribe implements [fleet.Bus]. It returns an error when the connection is closed, or has
// given up to reconnect.
func (b *Bus) Subscribe(ctx context.Context, topic string, receive func(message []byte)) error {
	subject, err := b.subject(topic)
	if err != nil {
		return err
	}
	closed := b.conn.StatusChanged(nats.CLOSED)
	defer b.conn.RemoveStatusListener(closed)
	messages := make(chan *nats.Msg, pending)
	subscription, err := b.conn.ChanSubscribe(subject, messages)
	if err != nil {
		return said("subscribe", err)
	}
	defer func() { _ = subscription.Unsubscribe() }() // fails if the connection is closed
	for !b.conn.IsClosed() {
		select {
		case <-ctx.Done():
			return nil
		case <-closed:
		case message := <-messages:
			if len(message.Data) <= MaxMessage {
				receive(message.Data)
			}
		}
	}
	return said("subscribe", nats.ErrConnectionClosed)
}

// pending is how many messages wait for the receiver of a subscription. NATS drops later ones.
const pending = 1024

// said says which package an error comes from.
func said(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("natsbus: %s: %w", what, err)
}

// failed calls OnError.
func (b *Bus) failed(err error) {
	if b.o.OnError != nil {
		b.o.OnError(err)
	}
}
