// Package proxy is a TCP proxy that fails on purpose, by a plan that is drawn from a
// seed.
package proxy

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// moment is how long to wait for what other processes hold.
const moment = 5 * time.Millisecond

// A Proxy passes connections on to a server, as far as its plan lets it. It is safe
// for concurrent use.
type Proxy struct {
	address  string // where it listens, also while it refuses
	upstream string
	running  sync.WaitGroup

	mu       sync.Mutex
	plan     Plan
	planned  int           // plans so far; a connection belongs to the one of its time
	drawn    uint64        // fates drawn from the plan
	first    sync.Cond     // tells of the first fate of a plan, and of the end
	replaced chan struct{} // closed when the plan is replaced or the proxy closed
	closed   bool
	listener *net.TCPListener // nil while it refuses
	conns    map[*conn]struct{}
	struck   [faults]int
}

// Listen returns a proxy of the server at the address upstream, on a free port of
// the loopback interface.
func Listen(upstream string, plan Plan) (*Proxy, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{
		address:  listener.Addr().String(),
		upstream: upstream,
		plan:     plan,
		replaced: make(chan struct{}),
		listener: listener.(*net.TCPListener),
		conns:    make(map[*conn]struct{}),
	}
	p.first.L = &p.mu
	p.running.Go(p.serve)
	return p, nil
}

// Addr is the address for clients.
func (p *Proxy) Addr() string { return p.address }

// Set replaces the plan. Connections that stand are reset, and it returns when the new
// plan is in force, so that all traffic from then on meets it.
func (p *Proxy) Set(plan Plan) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.plan, p.drawn = plan, 0
	p.replace()
	// Until then a connection might be accepted, and reset, in the name of the old one.
	for planned := p.planned; p.drawn == 0 && p.planned == planned && !p.closed; {
		p.first.Wait()
	}
}

// Close stops listening, resets all connections, and returns when the last goroutine
// of the proxy has ended.
func (p *Proxy) Close() error {
	p.mu.Lock()
	p.closed = true
	p.replace()
	p.mu.Unlock()
	p.running.Wait()
	return nil
}

// replace wakes whoever follows the old plan. The lock is held.
func (p *Proxy) replace() {
	p.planned++
	close(p.replaced)
	p.replaced = make(chan struct{})
	if p.listener != nil {
		// The error would be that of a listener that is closed, which nobody waits for.
		_ = p.listener.SetDeadline(time.Unix(1, 0))
	}
	for c := range p.conns {
		c.reset()
	}
}

// Struck is how often the fault has struck.
func (p *Proxy) Struck(f Fault) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.struck[f]
}

func (p *Proxy) strike(f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.struck[f]++
}

// A turn is the next connection's fate, and what it takes to find out that it is
// out of date.
type turn struct {
	fate     Fate
	planned  int
	replaced <-chan struct{}
}

// next draws a fate. It reports false when the proxy is closed.
func (p *Proxy) next() (turn, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		_ = p.listener.SetDeadline(time.Time{}) // replace may have set one; see there for the error
	}
	t := turn{p.plan.fate(p.drawn), p.planned, p.replaced}
	p.drawn++
	p.first.Broadcast()
	return t, !p.closed
}

// serve accepts connections until the proxy is closed. The fate comes before the
// connection, because one that is refused never gets here.
func (p *Proxy) serve() {
	defer p.unlisten()
	for {
		t, ok := p.next()
		if !ok {
			return
		}
		if t.fate.Fault == Refuse {
			p.refuse(t)
			continue
		}
		if !p.listen(t) {
			pause(moment, t.replaced)
			continue
		}
		p.accept(t)
	}
}

// refuse has nobody listen for the time that was drawn.
func (p *Proxy) refuse(t turn) {
	p.strike(Refuse)
	p.unlisten()
	pause(t.fate.For, t.replaced)
}

func (p *Proxy) unlisten() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		_ = p.listener.Close() // it is closed, whatever the error says
		p.listener = nil
	}
}

// listen makes sure that the proxy listens. It reports false when it does not: the plan
// has been replaced meanwhile, or another process has been given the port.
func (p *Proxy) listen(t turn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		return true
	}
	if t.planned != p.planned {
		return false // nobody would wake a listener that replace has not seen
	}
	listener, err := net.Listen("tcp", p.address)
	if err != nil {
		return false
	}
	p.listener = listener.(*net.TCPListener)
	return true
}

// accept waits for a connection and hands it to its fate.
func (p *Proxy) accept(t turn) {
	client, err := p.listener.AcceptTCP() // serve alone changes the field
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return
	case err != nil:
		// Out of file descriptors, most likely; they come back.
		pause(moment, t.replaced)
		return
	}
	c := newConn(p, t.fate, client)
	p.mu.Lock()
	defer p.mu.Unlock()
	if t.planned != p.planned {
		c.reset() // accepted while the plan was being replaced
		return
	}
	p.conns[c] = struct{}{}
	p.running.Go(c.run)
}

func (p *Proxy) forget(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
}

// pause waits for d, or until the channel is closed.
func pause(d time.Duration, over <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-over:
	}
}
