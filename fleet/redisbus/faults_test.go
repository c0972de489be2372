package redisbus

import (
	"context"
	"errors"
	"sync/atomic"
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
	s := startServer(t, "--appendonly", "yes", "--appendfsync", "always")
	var failures atomic.Int32
	bus := s.connect(t, &Options{OnError: func(error) { failures.Add(1) }})
	first, err := bus.Put(t.Context(), "first", 0)
	require.NoError(t, err)
	messages, seen := subscribe(t, bus, "x"), watch(t, bus)
	next(t, seen, "first")

	s.kill()
	require.Error(t, bus.Publish(t.Context(), "x", []byte("lost")))
	require.Eventually(t, func() bool { return failures.Load() > 2 }, patience, 10*time.Millisecond)
	s.start(t)
	again := next(t, seen, "first")
	assert.Equal(t, first.Revision, again.Revision)
	hears(t, bus, messages)
	_, err = bus.Put(t.Context(), "second", first.Revision)
	require.NoError(t, err)
	next(t, seen, "second")
}

// Without persistence, the document is gone after a restart, and revisions begin again. A
// watcher must not take another document of the same revision for the one that it knows.
func TestLoss(t *testing.T) {
	s := startServer(t, "--save", "")
	bus := s.connect(t, &Options{Poll: 50 * time.Millisecond})
	seen := watch(t, bus)
	for _, lose := range []func(){
		func() { s.do(t, "flushall") },
		func() { s.kill(); s.start(t) },
	} {
		var document fleet.Document
		require.Eventually(t, func() bool {
			var err error
			document, err = bus.Put(t.Context(), "same", 0)
			return err == nil
		}, patience, 50*time.Millisecond)
		assert.Equal(t, uint64(1), document.Revision)
		next(t, seen, "same")
		lose()
		assert.Zero(t, next(t, seen, ""))
	}
}

// A loss that nobody sees, because a new document comes at once.
func TestQuickLoss(t *testing.T) {
	s := startServer(t, "--save", "")
	bus := s.connect(t, nil)
	seen := watch(t, bus)
	_, err := bus.Put(t.Context(), "same", 0)
	require.NoError(t, err)
	next(t, seen, "same")
	s.do(t, "eval", "redis.call('flushall') redis.call('hset', '{retrygen}:document', 'revision', '1', 'text', 'same', 'time', '1', 'put', 'p') "+
		"redis.call('publish', '{retrygen}:changed', '1') return 1", 0)
	require.Eventually(t, func() bool { return next(t, seen, "same").Age > time.Hour }, patience, time.Millisecond)
}

// A server that hangs keeps its connections open. Calls end in time, and all goes on when the
// server does.
func TestFrozen(t *testing.T) {
	s := startServer(t, "--save", "")
	const timeout = 300 * time.Millisecond
	var silent atomic.Int32
	bus := s.connect(t, &Options{Timeout: timeout, Poll: time.Second, OnError: func(err error) {
		if errors.Is(err, errSilent) {
			silent.Add(1)
		}
	}})
	_, err := bus.Put(t.Context(), "first", 0)
	require.NoError(t, err)
	messages, seen := subscribe(t, bus, "x"), watch(t, bus)
	next(t, seen, "first")
	client := s.client(t)
	joined := func() bool { return len(client.PubSubChannels(t.Context(), "*").Val()) == 2 }
	require.Eventually(t, joined, patience, 10*time.Millisecond, "Watch reads the document before it has subscribed")

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
	require.Eventually(t, func() bool { return silent.Load() >= 2 }, patience, 10*time.Millisecond, "both subscriptions are given up")
	s.thaw(t)
	hears(t, bus, messages)
	_, err = bus.Put(t.Context(), "second", 1)
	require.NoError(t, err)
	next(t, seen, "second")
}

// A notice that gets lost costs a Poll, no more.
func TestLostNotice(t *testing.T) {
	s := startServer(t, "--save", "")
	bus := s.connect(t, &Options{Poll: 100 * time.Millisecond})
	seen := watch(t, bus)
	next(t, seen, "")
	s.do(t, "hset", "{retrygen}:document", "revision", "1", "text", "by hand", "time", "1")
	next(t, seen, "by hand")
}
