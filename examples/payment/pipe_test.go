package main

import (
	"context"
	"net"
	"sync"
	"syscall"
)

// A pipeNetwork is a network in memory with one server. Unlike sockets, it works in
// virtual time, because all waits are on channels.
type pipeNetwork struct {
	mu     sync.Mutex
	server *pipeListener // nil before the first
}

func (p *pipeNetwork) network() network {
	return network{listen: p.listen, dial: p.dial}
}

func (p *pipeNetwork) listen(string) (net.Listener, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.server = &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	return p.server, nil
}

// dial refuses, as a kernel does, when nobody listens.
func (p *pipeNetwork) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	p.mu.Lock()
	server := p.server
	p.mu.Unlock()
	near, far := net.Pipe()
	select {
	case <-server.closed:
		return nil, &net.OpError{Op: "dial", Net: "pipe", Addr: server.Addr(), Err: syscall.ECONNREFUSED}
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case server.conns <- far:
		return near, nil
	}
}

type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case <-l.closed:
		return nil, net.ErrClosed
	case conn := <-l.conns:
		return conn, nil
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "in.memory" }
