package redisbus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/retrygen/retrygen/fleet"
)

// Options change what a Bus does. Nil and the zero value are fine.
type Options struct {
	// Prefix is what the key of the document and all channels begin with, in braces. All
	// processes of a fleet need the same. Empty: "retrygen".
	Prefix string

	// Timeout bounds each command. Zero: 3s.
	Timeout time.Duration

	// Poll is how often Watch reads the document when no message says that it has changed.
	// Zero: 10s.
	Poll time.Duration

	// OnError is called with each error after which Subscribe or Watch tries again, at most a
	// few times per second. It must be safe for concurrent use. Nil: nothing.
	OnError func(error)
}

// MaxMessage is the greatest length of a message in bytes. Publish refuses a longer one, and
// Subscribe skips it.
const MaxMessage = 256 << 10

// A Bus is a [fleet.Bus] and a [fleet.Store] in Redis. It is safe for concurrent use.
type Bus struct {
	client redis.UniversalClient
	o      Options
}

var (
	_ fleet.Bus   = (*Bus)(nil)
	_ fleet.Store = (*Bus)(nil)
)

// New returns a Bus that uses a client. It does not connect. It returns an error if the client
// ignores deadlines, or if an option is out of range.
func New(client redis.UniversalClient, opts *Options) (*Bus, error) {
	b := &Bus{client: client}
	if opts != nil {
		b.o = *opts
	}
	switch {
	case client == nil:
		return nil, errors.New("redisbus: no client")
	case !heedsDeadlines(client):
		return nil, errors.New("redisbus: the client ignores deadlines\n\thint: set ContextTimeoutEnabled in its options")
	case b.o.Timeout < 0 || b.o.Poll < 0:
		return nil, errors.New("redisbus: a duration of the options is negative")
	}
	for _, r := range b.o.Prefix {
		if r <= ' ' || r == '{' || r == '}' || r > '~' {
			return nil, fmt.Errorf("redisbus: the prefix %q is not made of printable ASCII characters without spaces and braces", b.o.Prefix)
		}
	}
	if b.o.Prefix == "" {
		b.o.Prefix = "retrygen"
	}
	if b.o.Timeout == 0 {
		b.o.Timeout = 3 * time.Second
	}
	if b.o.Poll == 0 {
		b.o.Poll = 10 * time.Second
	}
	return b, nil
}

// heedsDeadlines reports whether commands end with their contexts. The clients of other types
// wrap one of these, and are taken at their word.
func heedsDeadlines(client redis.UniversalClient) bool {
	switch c := client.(type) {
	case *redis.Client:
		return c.Options().ContextTimeoutEnabled
	case *redis.ClusterClient:
		return c.Options().ContextTimeoutEnabled
	case *redis.Ring:
		return c.Options().ContextTimeoutEnabled
	}
	return true
}

// key returns a name in Redis. The braces put all of them into one slot of a cluster.
func (b *Bus) key(name string) string { return "{" + b.o.Prefix + "}:" + name }

// Publish implements [fleet.Bus].
func (b *Bus) Publish(ctx context.Context, topic string, message []byte) error {
	switch {
	case topic == "":
		return errNoTopic
	case len(message) > MaxMessage:
		return fmt.Errorf("redisbus: a message of %d bytes; %d are allowed", len(message), MaxMessage)
	}
	ctx, cancel := context.WithTimeout(ctx, b.o.Timeout)
	defer cancel()
	return said("publish", b.client.Publish(ctx, b.key("bus:"+topic), message).Err())
}

// Subscribe implements [fleet.Bus].
func (b *Bus) Subscribe(ctx context.Context, topic string, receive func(message []byte)) error {
	if topic == "" {
		return errNoTopic
	}
	return b.listen(ctx, b.key("bus:"+topic), func() {}, func(message string) {
		if len(message) <= MaxMessage {
			receive([]byte(message))
		}
	})
}

var errNoTopic = errors.New("redisbus: no topic")

// said says which package an error comes from.
func said(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("redisbus: %s: %w", what, err)
}

// failed calls OnError.
func (b *Bus) failed(err error) {
	if b.o.OnError != nil {
		b.o.OnError(err)
	}
}
