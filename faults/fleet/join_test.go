package fleet

import (
	"context"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/redis/go-redis/v9"

	fleets "github.com/retrygen/retrygen/fleet"
	"github.com/retrygen/retrygen/fleet/natsbus"
	"github.com/retrygen/retrygen/fleet/redisbus"
)

// both is what the engines are: a bus and a store.
type both interface {
	fleets.Bus
	fleets.Store
}

// A silence is a logger of Redis that says nothing. The tests kill the servers, so there would be
// much to say.
type silence struct{}

func (silence) Printf(context.Context, string, ...any) {}

// connect returns the engine at a URL, and a func that closes the connection.
func connect(url string) (both, func(), error) {
	if strings.HasPrefix(url, "nats://") {
		conn, err := nats.Connect(url, nats.MaxReconnects(-1), nats.RetryOnFailedConnect(true),
			nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}))
		if err != nil {
			return nil, nil, err
		}
		bus, err := natsbus.New(conn, &natsbus.Options{Create: true})
		return bus, conn.Close, err
	}
	opts, err := redis.ParseURL(url)
	if err != nil {
		return nil, nil, err
	}
	redis.SetLogger(silence{})
	opts.ContextTimeoutEnabled = true
	client := redis.NewClient(opts)
	bus, err := redisbus.New(client, nil)
	return bus, func() { _ = client.Close() }, err
}

// join returns a member's part in the fleet. Its connection lasts until the process ends.
func join(url, name string) (*fleets.Fleet, error) {
	engine, _, err := connect(url)
	if err != nil {
		return nil, err
	}
	return fleets.New(fleets.Config{Store: engine, Bus: engine, Name: name})
}

// status adds what the member knows of the fleet.
func (r *report) status(s fleets.Status) {
	r.Alive, r.Revision = s.Hints.Alive, s.Control.Revision
	if s.Control.Refused != nil {
		r.Refusal = s.Control.Refused.Error
	}
}

// put puts a document into the store of an engine, as an operator does.
func put(ctx context.Context, url, text string) (fleets.Document, error) {
	engine, closes, err := connect(url)
	if err != nil {
		return fleets.Document{}, err
	}
	defer closes()
	before, err := engine.Get(ctx)
	if err != nil {
		return fleets.Document{}, err
	}
	return engine.Put(ctx, text, before.Revision)
}
