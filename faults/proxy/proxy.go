// Package proxy is a TCP proxy that fails on purpose, as a plan says that a seed has drawn.
package proxy

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// moment is the time to wait for something that another process holds.
const moment = 5 * time.Millisecond

// A Proxy passes the bytes of connections to a server and back, except where its plan has a
// fault. It is safe for concurrent use.
type Proxy struct {
	address  string // for clients; the proxy keeps it while it refuses connections
	upstream string
	running  sync.WaitGroup

	mu       sync.Mutex
	plan     Plan
	planned  int           // plans so far, which tells the connections of different plans apart
	drawn    uint64        // fates drawn from the plan
	first    sync.Cond     // signals the first fate of a plan, and the end
	replaced chan struct{} // closed when the plan is replaced or the proxy is closed
	closed   bool
	listener *net.TCPListener // nil while it refuses
	conns    map[*conn]struct{}
	struck   [faults]int
}

// Listen returns a proxy for the server at the address upstream. It listens on a free port
// of the loopback interface.
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

// Addr returns the address for clients.
func (p *Proxy) Addr() string { return p.address }

// Set replaces the plan and resets all connections. When it returns, the new plan is in
// force for all traffic.
func (p *Proxy) Set(plan Plan) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.plan, p.drawn = plan, 0
	p.replace()
	// Before that, a connection might still be accepted under the old plan, and reset.
	for planned := p.planned; p.drawn == 0 && p.planned == planned && !p.closed; {
		p.first.Wait()
	}
}

// Close stops listening, resets all connections, and returns when all goroutines of the
// proxy have ended.
func (p *Proxy) Close() error {
	p.mu.Lock()
	p.closed = true
	p.replace()
	p.mu.Unlock()
	p.running.Wait()
	return nil
}

// replace wakes the goroutines that follow the old plan. The lock is held.
func (p *Proxy) replace() {
	p.planned++
	close(p.replaced)
	p.replaced = make(chan struct{})
	if p.listener != nil {
		// It only fails for a closed listener, which nobody waits for.
		_ = p.listener.SetDeadline(time.Unix(1, 0))
	}
	for c := range p.conns {
		c.reset()
	}
}

// Struck returns how often the fault has struck.
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

// A turn is the fate of the next connection, and the way to find out that its plan has been
// replaced.
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
		_ = p.listener.SetDeadline(time.Time{}) // replace may have set one; it fails as it does there
	}
	t := turn{p.plan.fate(p.drawn), p.planned, p.replaced}
	p.drawn++
	p.first.Broadcast()
	return t, !p.closed
}

// serve accepts connections until the proxy is closed. It draws the fate before it accepts,
// because a refused connection never arrives here.
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

// refuse stops listening for the time that was drawn.
func (p *Proxy) refuse(t turn) {
	p.strike(Refuse)
	p.unlisten()
	pause(t.fate.For, t.replaced)
}

func (p *Proxy) unlisten() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		_ = p.listener.Close() // it is closed even if that fails
		p.listener = nil
	}
}

// listen makes the proxy listen. It reports false if that fails, because the plan has been
// replaced meanwhile or another process has the port.
func (p *Proxy) listen(t turn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		return true
	}
	if t.planned != p.planned {
		return false // replace has not seen this listener and could not wake it
	}
	listener, err := net.Listen("tcp", p.address)
	if err != nil {
		return false
	}
	p.listener = listener.(*net.TCPListener)
	return true
}

// accept waits for a connection and runs it with its fate.
func (p *Proxy) accept(t turn) {
	client, err := p.listener.AcceptTCP() // only serve changes the field
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return
	case err != nil:
		// Most likely there are no file descriptors left. Others will be closed soon.
		pause(moment, t.replaced)
		return
	}
	c := newConn(p, t.fate, client)
	p.mu.Lock()
	defer p.mu.Unlock()
	if t.planned != p.planned {
		c.reset() // the plan was replaced while it was accepted
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
