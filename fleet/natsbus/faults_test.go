package natsbus

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/fleet"
)

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// subscribe returns the messages of a topic, until the test ends.
func subscribe(t *testing.T, bus *Bus, topic string) <-chan string {
	t.Helper()
	messages, ready := make(chan string, 1000), make(chan struct{}, 1000)
	during(t, func(ctx context.Context) error {
		return bus.Subscribe(ctx, topic, func(m []byte) {
			if string(m) == "ready?" { // some come late
				ready <- struct{}{}
				return
			}
			messages <- string(m)
		})
	})
	require.Eventually(t, func() bool {
		return bus.Publish(t.Context(), topic, []byte("ready?")) == nil && len(ready) > 0
	}, patience, 10*time.Millisecond)
	return messages
}

// watch returns what Watch receives, until the test ends.
func watch(t *testing.T, bus *Bus) <-chan fleet.Document {
	t.Helper()
	seen := make(chan fleet.Document, 1000)
	during(t, func(ctx context.Context) error {
		return bus.Watch(ctx, func(d fleet.Document) { seen <- d })
	})
	return seen
}

func during(t *testing.T, f func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- f(ctx) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-ended:
			require.NoError(t, err)
		case <-time.After(patience):
			t.Error("it has not ended")
		}
	})
}

// next waits for a document with that text, and skips others.
func next(t *testing.T, seen <-chan fleet.Document, text string) fleet.Document {
	t.Helper()
	end := time.After(patience)
	for {
		select {
		case d := <-seen:
			if d.Text == text {
				return d
			}
		case <-end:
			require.Fail(t, "no document", "%q", text)
		}
	}
}

// hears checks that a subscription gets what is sent now.
func hears(t *testing.T, bus *Bus, messages <-chan string) {
	t.Helper()
	require.Eventually(t, func() bool {
		return bus.Publish(t.Context(), "x", []byte("again")) == nil && len(messages) > 0
	}, patience, 50*time.Millisecond)
}

func TestRestart(t *testing.T) {
	s := startServer(t, "")
	bus := s.connect(t, Options{Create: true})
	first, err := bus.Put(t.Context(), "first", 0)
	require.NoError(t, err)
	messages, seen := subscribe(t, bus, "x"), watch(t, bus)
	next(t, seen, "first")

	s.kill()
	require.Eventually(t, func() bool { return !bus.conn.IsConnected() }, patience, 10*time.Millisecond)
	require.Error(t, bus.Publish(t.Context(), "x", []byte("too late")), "it is not kept for later")
	s.start(t)
	again := next(t, seen, "first")
	assert.Equal(t, first.Revision, again.Revision)
	hears(t, bus, messages)
	for len(messages) > 0 {
		assert.Equal(t, "again", <-messages)
	}
	_, err = bus.Put(t.Context(), "second", first.Revision)
	require.NoError(t, err)
	next(t, seen, "second")
}

// When the bucket or the key is gone, revisions begin again. A watcher must not take another
// document of the same revision for the one that it knows.
func TestLoss(t *testing.T) {
	s := startServer(t, "")
	bus := s.connect(t, Options{Create: true, Poll: 50 * time.Millisecond})
	seen := watch(t, bus)
	for _, lose := range []func() error{
		func() error { return bus.js.DeleteKeyValue(t.Context(), "retrygen") },
		func() error {
			kv, err := bus.bind(t.Context())
			require.NoError(t, err)
			return kv.Delete(t.Context(), "document")
		},
		func() error { return bus.js.DeleteKeyValue(t.Context(), "retrygen") },
	} {
		_, err := bus.Put(t.Context(), "same", 0)
		require.NoError(t, err)
		next(t, seen, "same")
		require.NoError(t, lose())
		assert.Zero(t, next(t, seen, ""))
	}
	for range 2 { // a loss that nobody sees
		_, err := bus.Put(t.Context(), "same", 0)
		require.NoError(t, err)
		next(t, seen, "same")
		require.NoError(t, bus.js.DeleteKeyValue(t.Context(), "retrygen"))
	}
}

// A server that hangs keeps its connections open. Calls end in time, and all goes on when the
// server does.
func TestFrozen(t *testing.T) {
	s := startServer(t, "")
	const timeout = time.Second // for "first" and "second" as well, on a busy machine
	bus := s.connect(t, Options{Create: true, Timeout: timeout, Poll: time.Second})
	first, err := bus.Put(t.Context(), "first", 0)
	require.NoError(t, err)
	messages, seen := subscribe(t, bus, "x"), watch(t, bus)
	next(t, seen, "first")

	s.freeze(t)
	defer s.thaw(t)
	for name, call := range map[string]func() error{
		"Publish": func() error { return bus.Publish(t.Context(), "x", []byte("lost")) },
		"Get":     func() error { _, err := bus.Get(t.Context()); return err },
		"Put":     func() error { _, err := bus.Put(t.Context(), "lost", 7); return err },
	} {
		began := time.Now()
		require.Error(t, call(), name)
		assert.Less(t, time.Since(began), patience, name)
	}
	require.Eventually(t, func() bool { return !bus.conn.IsConnected() }, patience, 10*time.Millisecond, "the connection notices")
	s.thaw(t)
	hears(t, bus, messages)
	_, err = bus.Put(t.Context(), "second", first.Revision)
	require.NoError(t, err)
	next(t, seen, "second")
}
