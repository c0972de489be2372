package proxy

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
)

// A conn is the connection of a client, with the connection to the server that serves it.
type conn struct {
	proxy *Proxy
	fate  Fate
	ctx   context.Context // ends when both ends are closed
	end   context.CancelFunc

	client *net.TCPConn
	mu     sync.Mutex
	server *net.TCPConn // nil until it is connected
}

func newConn(p *Proxy, fate Fate, client *net.TCPConn) *conn {
	ctx, end := context.WithCancel(context.Background())
	return &conn{proxy: p, fate: fate, ctx: ctx, end: end, client: client}
}

// run passes bytes between the ends until both directions have ended.
func (c *conn) run() {
	defer c.proxy.forget(c)
	defer c.close()
	if c.fate.Fault == Blackhole {
		c.proxy.strike(Blackhole)
		discard(c.client)
		return
	}
	server := c.dial()
	if server == nil {
		c.reset()
		return
	}
	var answers sync.WaitGroup
	answers.Go(func() { c.pass(Answer, c.client, server) })
	c.pass(Request, server, c.client)
	answers.Wait()
}

// dial connects to the server. It returns nil if that fails, or if the conn has been closed
// meanwhile.
func (c *conn) dial() *net.TCPConn {
	dialled, err := new(net.Dialer).DialContext(c.ctx, "tcp", c.proxy.upstream)
	if err != nil {
		return nil
	}
	server := dialled.(*net.TCPConn)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ctx.Err() != nil {
		abort(server)
		return nil
	}
	c.server = server
	return server
}

// pass passes bytes in one direction, until they end or the fault ends them.
func (c *conn) pass(way Way, to, from *net.TCPConn) {
	buffer := make([]byte, 4<<10)
	before := c.fate.After // bytes to pass before the fault strikes
	armed := c.fate.Fault != None && c.fate.Way == way
	for {
		n, readErr := from.Read(buffer)
		bytes := buffer[:n]
		if armed && int64(n) > before {
			armed = false
			_, _ = to.Write(bytes[:before]) // the fault comes in any case
			if !c.strike(to, from) {
				return
			}
			bytes = bytes[before:]
		}
		before -= int64(n)
		_, writeErr := to.Write(bytes)
		switch {
		case writeErr == nil && readErr == nil:
		case writeErr == nil && errors.Is(readErr, io.EOF):
			_ = to.CloseWrite() // fails if it is closed already
			return
		default:
			c.reset() // if one end breaks, so does the other
			return
		}
	}
}

// strike does what the fate says, and reports whether bytes still pass.
func (c *conn) strike(to, from *net.TCPConn) bool {
	c.proxy.strike(c.fate.Fault)
	switch c.fate.Fault {
	case Truncate:
		_ = to.CloseWrite() // as in pass
		discard(from)
	case Stall:
		discard(from)
		if from == c.client {
			c.reset() // the client has gone, and the server must hear of it
		}
	case Delay:
		pause(c.fate.For, c.ctx.Done())
		return true
	default:
		c.reset()
	}
	return false
}

// discard reads until the sender has gone. So the buffers do not fill up, and the end of the
// connection is noticed.
func discard(from *net.TCPConn) {
	_, _ = io.Copy(io.Discard, from) // any error means that it has ended
}

// reset closes both ends so that their peers get an error.
func (c *conn) reset() { c.leave(abort) }

// close closes both ends.
func (c *conn) close() { c.leave(func(end *net.TCPConn) { _ = end.Close() }) }

// leave closes both ends, unless they are closed.
func (c *conn) leave(closeEnd func(*net.TCPConn)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ctx.Err() != nil {
		return
	}
	c.end()
	closeEnd(c.client)
	if c.server != nil {
		closeEnd(c.server)
	}
}

// abort closes an end with a reset, and drops what has not been sent.
func abort(end *net.TCPConn) {
	_ = end.SetLinger(0) // fails if it is closed already
	_ = end.Close()
}
