package fleettest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/retrygen/retrygen/fleet"
)

// An Engine is what the processes of a fleet connect to, in memory. The zero value is ready to
// use. An Engine must not be copied. It works in testing/synctest bubbles.
type Engine struct {
	mu    sync.Mutex
	conns []*Conn

	text     string
	revision uint64
	put      time.Time
}

// Connect returns a new connection, for one process.
func (e *Engine) Connect() *Conn {
	c := &Conn{engine: e}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.conns = append(e.conns, c)
	return c
}

// Lose removes the document, as an engine does that starts again without its data. The next
// document has revision 1. Watchers get the zero Document.
func (e *Engine) Lose() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.text, e.revision, e.put = "", 0, time.Time{}
	e.wakeWatchers()
}

// document returns the present document. The caller holds the lock.
func (e *Engine) document() fleet.Document {
	if e.revision == 0 {
		return fleet.Document{}
	}
	return fleet.Document{Text: e.text, Revision: e.revision, Age: time.Since(e.put)}
}

// wakeWatchers makes all connections that work look at the document. The caller holds the lock.
func (e *Engine) wakeWatchers() {
	for _, c := range e.conns {
		for _, w := range c.watchers {
			w.wake()
		}
	}
}

// A Link says how a connection works.
type Link uint8

const (
	Up   Link = iota // it works
	Down             // Publish, Get and Put fail at once, and nothing arrives
	Hung             // Publish, Get and Put wait until their contexts end, and nothing arrives
)

// errDown is the error of a connection that is Down.
var errDown = errors.New("fleettest: the connection is down")

// A Conn is a connection to an Engine. It is a fleet.Bus and a fleet.Store.
type Conn struct {
	engine *Engine

	// The fields are guarded by the engine's lock.
	link        Link
	delay       time.Duration
	subscribers []*subscriber
	watchers    []*watcher
}

var (
	_ fleet.Bus   = (*Conn)(nil)
	_ fleet.Store = (*Conn)(nil)
)

// Set changes how the connection works. A connection that is Up again has missed the messages
// in between, and gets the present document.
func (c *Conn) Set(link Link) {
	c.engine.mu.Lock()
	defer c.engine.mu.Unlock()
	c.link = link
	for _, w := range c.watchers {
		w.wake()
	}
}

// SetDelay makes Publish, Get and Put of the connection take that long.
func (c *Conn) SetDelay(d time.Duration) {
	c.engine.mu.Lock()
	defer c.engine.mu.Unlock()
	c.delay = d
}

// use waits until the connection may do something, or returns the error of that.
func (c *Conn) use(ctx context.Context) error {
	c.engine.mu.Lock()
	link, delay := c.link, c.delay
	c.engine.mu.Unlock()
	if link == Hung {
		<-ctx.Done()
	}
	if delay > 0 {
		select {
		case <-ctx.Done():
		case <-time.After(delay):
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if link == Down {
		return errDown
	}
	return nil
}

// Publish is that of fleet.Bus.
func (c *Conn) Publish(ctx context.Context, topic string, message []byte) error {
	if err := c.use(ctx); err != nil {
		return err
	}
	message = slices.Clone(message)
	c.engine.mu.Lock()
	defer c.engine.mu.Unlock()
	for _, other := range c.engine.conns {
		if other.link != Up {
			continue
		}
		for _, s := range other.subscribers {
			if s.topic == topic {
				s.messages = append(s.messages, message)
				s.wake()
			}
		}
	}
	return nil
}

// A waker wakes the goroutine of a Subscribe or a Watch.
type waker chan struct{}

func (w waker) wake() {
	select {
	case w <- struct{}{}:
	default:
	}
}

// A subscriber is a Subscribe that is under way.
type subscriber struct {
	waker
	topic    string
	messages [][]byte
}

// Subscribe is that of fleet.Bus.
func (c *Conn) Subscribe(ctx context.Context, topic string, receive func(message []byte)) error {
	s := &subscriber{waker: make(waker, 1), topic: topic}
	defer added(c.engine, &c.subscribers, s)()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.waker:
		}
		c.engine.mu.Lock()
		messages := s.messages
		s.messages = nil
		c.engine.mu.Unlock()
		for _, message := range messages {
			if ctx.Err() != nil {
				return nil
			}
			receive(slices.Clone(message))
		}
	}
}

// A watcher is a Watch that is under way.
type watcher struct{ waker }

// Watch is that of fleet.Store.
func (c *Conn) Watch(ctx context.Context, receive func(fleet.Document)) error {
	w := &watcher{make(waker, 1)}
	w.wake()
	defer added(c.engine, &c.watchers, w)()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-w.waker:
		}
		if ctx.Err() != nil {
			return nil
		}
		c.engine.mu.Lock()
		d, link := c.engine.document(), c.link
		c.engine.mu.Unlock()
		if link == Up {
			receive(d)
		}
	}
}

// added adds to a list of a connection, and returns a func that removes it again.
func added[T comparable](e *Engine, list *[]T, x T) (remove func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	*list = append(*list, x)
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		i := slices.Index(*list, x)
		*list = slices.Delete(*list, i, i+1)
	}
}

// Get is that of fleet.Store.
func (c *Conn) Get(ctx context.Context) (fleet.Document, error) {
	if err := c.use(ctx); err != nil {
		return fleet.Document{}, err
	}
	c.engine.mu.Lock()
	defer c.engine.mu.Unlock()
	return c.engine.document(), nil
}

// Put is that of fleet.Store.
func (c *Conn) Put(ctx context.Context, text string, after uint64) (fleet.Document, error) {
	if err := c.use(ctx); err != nil {
		return fleet.Document{}, err
	}
	e := c.engine
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.revision != after {
		return fleet.Document{}, fleet.ErrConflict
	}
	e.text, e.revision, e.put = text, e.revision+1, time.Now()
	e.wakeWatchers()
	return e.document(), nil
}
