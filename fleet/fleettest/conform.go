package fleettest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/retrygen/retrygen/fleet"
)

// patience is how long a check waits for what an engine does.
const patience = 20 * time.Second

// TestBus checks that a Bus does what package fleet needs. Each call of connect returns another
// connection to the same engine.
func TestBus(t *testing.T, connect func(*testing.T) fleet.Bus) {
	t.Run("a message reaches all subscribers, in order", func(t *testing.T) {
		sender, topic := connect(t), unique("topic")
		var all []*inbox
		for range 3 {
			all = append(all, subscribe(t, connect(t), topic))
		}
		all = append(all, subscribe(t, sender, topic))
		ready(t, sender, topic, all...)
		for i := range 20 {
			publish(t, sender, topic, fmt.Appendf(nil, "message %d", i))
		}
		for _, box := range all {
			eventually(t, "20 messages", func() bool { return len(box.list()) == 20 })
			for i, message := range box.list() {
				if want := fmt.Sprintf("message %d", i); string(message) != want {
					t.Errorf("message %q, want %q", message, want)
				}
			}
		}
	})
	t.Run("topics are apart", func(t *testing.T) {
		bus, one, two := connect(t), unique("topic"), unique("topic")
		first, second := subscribe(t, bus, one), subscribe(t, bus, two)
		ready(t, bus, one, first)
		ready(t, bus, two, second)
		publish(t, bus, one, []byte("one"))
		publish(t, bus, two, []byte("two"))
		eventually(t, "both messages", func() bool { return len(first.list()) > 0 && len(second.list()) > 0 })
		if got := string(first.list()[0]) + string(second.list()[0]); got != "onetwo" {
			t.Errorf("the topics got %q", got)
		}
	})
	t.Run("messages are bytes", func(t *testing.T) {
		bus, topic := connect(t), unique("topic")
		box := subscribe(t, bus, topic)
		ready(t, bus, topic, box)
		long := bytes.Repeat([]byte("\x00\xff\r\n'\""), 10_000)
		for _, message := range [][]byte{{0}, []byte("ä"), long} {
			sent := slices.Clone(message)
			publish(t, bus, topic, sent)
			clear(sent) // Publish does not keep it
		}
		eventually(t, "3 messages", func() bool { return len(box.list()) == 3 })
		if list := box.list(); list[0][0] != 0 || string(list[1]) != "ä" || !bytes.Equal(list[2], long) {
			t.Error("a message has changed on its way")
		}
	})
	t.Run("Subscribe returns nil when its context ends", func(t *testing.T) {
		bus, topic := connect(t), unique("topic")
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- bus.Subscribe(ctx, topic, func([]byte) {}) }()
		publish(t, bus, topic, []byte("x"))
		cancel()
		wantEnd(t, ended)
		publish(t, bus, topic, []byte("nobody hears it"))
	})
	t.Run("Publish returns an error after its context has ended", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := connect(t).Publish(ctx, unique("topic"), []byte("x")); err == nil {
			t.Error("no error")
		}
	})
	t.Run("many publish at once", func(t *testing.T) {
		bus, topic := connect(t), unique("topic")
		box := subscribe(t, connect(t), topic)
		ready(t, bus, topic, box)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 25 {
					publish(t, bus, topic, []byte("x"))
				}
			})
		}
		all.Wait()
		eventually(t, "200 messages", func() bool { return len(box.list()) == 200 })
	})
}

// TestStore checks that a Store does what package fleet needs. Each call of connect returns
// another connection to the document of that key, which has letters, digits and hyphens. At
// first, there is no document.
func TestStore(t *testing.T, connect func(t *testing.T, key string) fleet.Store) {
	t.Run("Put and Get", func(t *testing.T) {
		key := unique("key")
		store, other := connect(t, key), connect(t, key)
		if d := get(t, other); d != (fleet.Document{}) {
			t.Errorf("a document before the first: %+v", d)
		}
		text := "for 1m by anna: ä \"quoted\"\n" + strings.Repeat("# long\n", 10_000)
		first := put(t, store, text, 0)
		if got := get(t, other); got.Text != text || got.Revision != first.Revision || got.Revision == 0 {
			t.Errorf("Get returned revision %d with %d bytes", got.Revision, len(got.Text))
		}
		second := put(t, other, "", first.Revision)
		if got := get(t, store); got.Text != "" || got.Revision <= first.Revision || got.Revision != second.Revision {
			t.Errorf("Get returned %+v after %d", got, first.Revision)
		}
	})
	t.Run("Put after another revision is a conflict", func(t *testing.T) {
		store := connect(t, unique("key"))
		conflict := func(after uint64) {
			t.Helper()
			if _, err := store.Put(t.Context(), "lost", after); !errors.Is(err, fleet.ErrConflict) {
				t.Errorf("Put after %d: %v", after, err)
			}
		}
		conflict(7)
		d := put(t, store, "one", 0)
		conflict(0)
		conflict(d.Revision + 1)
		if got := get(t, store); got.Text != "one" {
			t.Errorf("Get returned %q", got.Text)
		}
	})
	t.Run("of many that put at once, one wins", func(t *testing.T) {
		key := unique("key")
		errs := make([]error, 8)
		var all sync.WaitGroup
		for i := range errs {
			store := connect(t, key)
			all.Go(func() { _, errs[i] = store.Put(t.Context(), fmt.Sprint(i), 0) })
		}
		all.Wait()
		won := slices.Index(errs, nil)
		if won < 0 {
			t.Fatal("nobody has won:", errors.Join(errs...))
		}
		for i, err := range errs {
			if i != won && !errors.Is(err, fleet.ErrConflict) {
				t.Errorf("%d: %v", i, err)
			}
		}
		if got := get(t, connect(t, key)); got.Text != fmt.Sprint(won) {
			t.Errorf("%d has won, and Get returned %q", won, got.Text)
		}
	})
	t.Run("a document gets older", func(t *testing.T) {
		store := connect(t, unique("key"))
		put(t, store, "x", 0)
		eventually(t, "an age of 200ms", func() bool { return get(t, store).Age >= 200*time.Millisecond })
		if age := get(t, store).Age; age > 2*patience {
			t.Errorf("the document is %v old", age)
		}
		if d := put(t, store, "y", get(t, store).Revision); d.Age < 0 || d.Age > 5*time.Second {
			t.Errorf("a new document is %v old", d.Age)
		}
	})
	t.Run("Watch sees the present document and each later one", func(t *testing.T) {
		key := unique("key")
		store := connect(t, key)
		seen := watch(t, connect(t, key))
		eventually(t, "that there is no document", func() bool { return seen.is(fleet.Document{}) })
		d := fleet.Document{}
		for _, text := range []string{"one", "two", "two", ""} {
			d = put(t, store, text, d.Revision)
			eventually(t, text, func() bool { return seen.is(fleet.Document{Text: text, Revision: d.Revision}) })
		}
		late := watch(t, connect(t, key))
		eventually(t, "the present document", func() bool { return late.is(fleet.Document{Revision: d.Revision}) })
		last := uint64(0)
		for _, d := range seen.list() {
			if d.Revision < last || d.Age < 0 {
				t.Errorf("revision %d after %d, with an age of %v", d.Revision, last, d.Age)
			}
			last = d.Revision
		}
	})
	t.Run("Watch returns nil when its context ends", func(t *testing.T) {
		store := connect(t, unique("key"))
		ctx, cancel := context.WithCancel(t.Context())
		ended, received := make(chan error, 1), make(chan struct{}, 100)
		go func() {
			ended <- store.Watch(ctx, func(fleet.Document) { received <- struct{}{} })
		}()
		<-received
		cancel()
		wantEnd(t, ended)
	})
	t.Run("Get and Put return an error after their context has ended", func(t *testing.T) {
		store := connect(t, unique("key"))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := store.Get(ctx); err == nil {
			t.Error("no error of Get")
		}
		if _, err := store.Put(ctx, "x", 0); err == nil {
			t.Error("no error of Put")
		}
	})
}

// unique returns a name that no other check uses.
func unique(what string) string { return fmt.Sprintf("%s-%016x", what, rand.Uint64()) }

// eventually fails the test if the condition does not come true.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("still not after %v: %s", patience, what)
		}
	}
}

// A box keeps what a Subscribe or a Watch has received.
type box[T any] struct {
	mu  sync.Mutex
	all []T
}

func (b *box[T]) add(x T) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all = append(b.all, x)
}

func (b *box[T]) list() []T {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.all)
}

// An inbox has the messages of a topic, without those that check that it is there.
type inbox struct {
	box[[]byte]
	here box[struct{}]
}

var areYouThere = []byte("are you there?")

// subscribe subscribes until the test ends.
func subscribe(t *testing.T, bus fleet.Bus, topic string) *inbox {
	in := new(inbox)
	during(t, func(ctx context.Context) error {
		return bus.Subscribe(ctx, topic, func(message []byte) {
			if bytes.Equal(message, areYouThere) {
				in.here.add(struct{}{})
			} else {
				in.add(message)
			}
		})
	})
	return in
}

// ready waits until all inboxes get the messages of the topic.
func ready(t *testing.T, bus fleet.Bus, topic string, all ...*inbox) {
	t.Helper()
	eventually(t, "subscribers of "+topic, func() bool {
		publish(t, bus, topic, areYouThere)
		return !slices.ContainsFunc(all, func(in *inbox) bool { return len(in.here.list()) == 0 })
	})
}

// during runs f until the test ends.
func during(t *testing.T, f func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- f(ctx) }()
	t.Cleanup(func() {
		cancel()
		wantEnd(t, ended)
	})
}

// wantEnd waits for the nil of a Subscribe or a Watch.
func wantEnd(t *testing.T, ended <-chan error) {
	t.Helper()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("it returned %v, want nil", err)
		}
	case <-time.After(patience):
		t.Error("it has not returned")
	}
}

func publish(t *testing.T, bus fleet.Bus, topic string, message []byte) {
	t.Helper()
	if err := bus.Publish(t.Context(), topic, message); err != nil {
		t.Errorf("Publish: %v", err)
	}
}

func get(t *testing.T, store fleet.Store) fleet.Document {
	t.Helper()
	d, err := store.Get(t.Context())
	if err != nil {
		t.Fatalf("Get: %v", err)
	}
	return d
}

func put(t *testing.T, store fleet.Store, text string, after uint64) fleet.Document {
	t.Helper()
	d, err := store.Put(t.Context(), text, after)
	if err != nil {
		t.Fatalf("Put after %d: %v", after, err)
	}
	if d.Text != text || d.Revision <= after {
		t.Fatalf("Put after %d returned revision %d and %q", after, d.Revision, d.Text)
	}
	return d
}

// A seen has the documents that a Watch has received.
type seen struct{ box[fleet.Document] }

// is reports whether the last document is that one, without its age.
func (s *seen) is(d fleet.Document) bool {
	all := s.list()
	if len(all) == 0 {
		return false
	}
	last := all[len(all)-1]
	last.Age = 0
	return last == d
}

// watch watches until the test ends.
func watch(t *testing.T, store fleet.Store) *seen {
	s := new(seen)
	during(t, func(ctx context.Context) error { return store.Watch(ctx, s.add) })
	return s
}
