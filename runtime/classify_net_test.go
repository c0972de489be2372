//go:build !plan9

// Plan 9 has no error numbers, and no loopback to try these on.

package retry_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSystemErrors(t *testing.T) {
	testKinds(t, []kind{
		{"refused", syscall.ECONNREFUSED, class{transient: true, unsent: true}, "nobody listens"},
		{"reset", syscall.ECONNRESET, class{transient: true}, "cut off"},
		{"aborted", syscall.ECONNABORTED, class{transient: true}, "cut off"},
		{"broken pipe", syscall.EPIPE, class{transient: true}, "cut off"},
		{"broken pipe in a write", &os.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}, class{transient: true}, "as package os returns it"},
		{"timed out", syscall.ETIMEDOUT, class{transient: true, timeout: true}, "by its method Timeout"},
		{"does not exist", syscall.ENOENT, class{fate: answered}, "by its method Is"},
		{"permission", syscall.EACCES, class{fate: answered}, "by its method Is"},
		{"no space", syscall.ENOSPC, class{}, "of no class"},
		{"refused in a dial", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, class{transient: true, unsent: true}, "as package net returns it"},
		{"no route in a dial", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EHOSTUNREACH)}, class{transient: true, unsent: true}, "nothing was sent"},
	})
}

// The errors of connections, from connections.
func TestConnectionErrors(t *testing.T) {
	open := listen(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	cut := listen(t, func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 1))
		_ = conn.(*net.TCPConn).SetLinger(0) // Close sends a reset
	})

	_, refused := net.Dial("tcp", closed(t))
	_, late := (&net.Dialer{Deadline: time.Now().Add(-time.Second)}).Dial("tcp", open)

	conn := dial(t, open)
	require.NoError(t, conn.SetReadDeadline(time.Now()))
	_, timedOut := conn.Read(make([]byte, 1))
	require.NoError(t, conn.Close())
	_, gone := conn.Read(make([]byte, 1))

	conn = dial(t, cut)
	_, err := conn.Write([]byte("x"))
	require.NoError(t, err)
	_, reset := conn.Read(make([]byte, 1))

	testKinds(t, []kind{
		{"refused", refused, class{transient: true, unsent: true}, "the port is closed"},
		{"dial timed out", late, class{transient: true, unsent: true, timeout: true}, "both a timeout and not sent"},
		{"read timed out", timedOut, class{transient: true, timeout: true}, "claims to be context.DeadlineExceeded, while the context is alive"},
		{"closed on this side", gone, class{fate: answered}, "somebody is done with it"},
		{"reset", reset, class{transient: true}, "by the other side"},
	})
}

// The errors of requests, from a server that breaks off.
func TestRequestErrors(t *testing.T) {
	silent := listen(t, func(conn net.Conn) {
		_, _ = http.ReadRequest(bufio.NewReader(conn))
	})
	halfway := listen(t, func(conn net.Conn) {
		_, _ = http.ReadRequest(bufio.NewReader(conn))
		fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
	})
	hanging := listen(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })

	get := func(address string, patience time.Duration) error {
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, ResponseHeaderTimeout: patience}}
		resp, err := client.Get("http://" + address)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		_, err = io.ReadAll(resp.Body)
		return err
	}

	testKinds(t, []kind{
		{"refused", get(closed(t), 0), class{transient: true, unsent: true}, "a *url.Error around the dial's"},
		{"no response", get(silent, 0), class{transient: true}, "EOF in a *url.Error is no end of data"},
		{"half a response", get(halfway, 0), class{transient: true}, "io.ErrUnexpectedEOF"},
		{"response is late", get(hanging, 50*ms), class{transient: true, timeout: true}, "by its method Timeout"},
	})
}

// listen serves connections on the loopback until the test ends, and returns the
// address.
func listen(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				serve(conn)
			}()
		}
	}()
	return l.Addr().String()
}

// closed returns the address of a port on which nobody listens.
func closed(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}
