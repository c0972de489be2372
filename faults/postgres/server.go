// Package postgres runs a PostgreSQL of a test's own, that the test may kill.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	// ready is how long a server may take to recover and accept connections.
	ready = time.Minute

	// moment is the time from one look at the server to the next.
	moment = 20 * time.Millisecond
)

// The ways to end a server under load, for Restart. Neither waits for clients nor
// writes a checkpoint, so the next server recovers from its log.
const (
	// Kill ends the server as a crash does. Its sessions notice that they are alone.
	Kill = syscall.SIGKILL

	// Immediate has the server kill its sessions.
	Immediate = syscall.SIGQUIT
)

// A Server is a PostgreSQL on a port of the loopback interface. It is safe for concurrent
// use.
type Server struct {
	install install
	data    string // its folder
	port    string

	mu      sync.Mutex // held while it is being restarted, or its sessions terminated
	process *process
}

// Start starts a server with an empty database, and stops it when the test ends. It skips
// the test where PostgreSQL is not installed, or fails it where FAULTS_REQUIRE=postgres.
func Start(t *testing.T) *Server {
	t.Helper()
	install, err := find()
	if errors.Is(err, errNotInstalled) && os.Getenv("FAULTS_REQUIRE") != "postgres" {
		t.Skipf("%v; FAULTS_REQUIRE=postgres makes this a failure", err)
	}
	require.NoError(t, err)
	s := &Server{install: install, data: folder(t, install), port: freePort(t)}
	initdb := install.command("initdb", "--pgdata", s.data, "--username", "postgres", "--auth", "trust",
		"--encoding", "UTF8", "--locale", "C", "--no-sync")
	out, err := initdb.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.NoError(t, s.start())
	t.Cleanup(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.process.end(Immediate)
		if t.Failed() {
			t.Logf("the end of the server's log:\n%s", s.process.tail())
		}
	})
	return s
}

// Addr is the address of the server, which stays when it is restarted.
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", s.port) }

// Do does something with a connection of its own.
func (s *Server) Do(ctx context.Context, do func(*pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, URL(s.Addr()))
	if err != nil {
		return err
	}
	return errors.Join(do(conn), conn.Close(ctx))
}

// URL is the connection string for an address, that of a server or of a proxy. An attempt
// to connect ends after a second: a pool makes it on its own account, whatever becomes of
// the call that needed it, and a connection that hangs is one less for the calls.
func URL(address string) string {
	return fmt.Sprintf("postgres://postgres@%s/postgres?sslmode=disable&connect_timeout=1", address)
}

// Restart ends the server, by Kill or Immediate, starts it again, and returns when it
// accepts connections.
func (s *Server) Restart(how syscall.Signal) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.process.end(how)
	return s.start()
}

// Terminate has the server end all sessions, as an administrator does.
func (s *Server) Terminate() error {
	s.mu.Lock() // one of two at once would be terminated by the other
	defer s.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), ready)
	defer cancel()
	return s.Do(ctx, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "+others)
		return err
	})
}

// Sessions counts the sessions of clients.
func (s *Server) Sessions(ctx context.Context) (count int, err error) {
	err = s.Do(ctx, func(conn *pgx.Conn) error {
		return conn.QueryRow(ctx, "SELECT count(*) FROM pg_stat_activity WHERE "+others).Scan(&count)
	})
	return count, err
}

// others are the sessions of clients but for the one that asks.
const others = "backend_type = 'client backend' AND pid <> pg_backend_pid()"

// start starts the server and waits until it accepts connections. The first attempts may
// fail: the sessions of one that was killed hold its memory until they have noticed, and a
// client that knocks on the port meanwhile may have been given it for its own end.
func (s *Server) start() error {
	var log []byte
	for deadline := time.Now().Add(ready); time.Now().Before(deadline); {
		p, err := s.run()
		if err != nil {
			return err
		}
		if s.accepts(p, deadline) {
			s.process = p
			return nil
		}
		p.end(Immediate)
		log = p.tail()
	}
	return fmt.Errorf("postgres does not accept connections:\n%s", log)
}

// run starts the postmaster.
func (s *Server) run() (*process, error) {
	return start(s.install.command("postgres", "-D", s.data, "-p", s.port,
		"-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=",
		"-c", "deadlock_timeout=20ms", // in place of a second, which each deadlock would cost
	))
}

// accepts waits until the process accepts connections. It reports false when it has ended
// or the time is over.
func (s *Server) accepts(p *process, deadline time.Time) bool {
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	looks := time.NewTicker(moment)
	defer looks.Stop()
	for ctx.Err() == nil {
		select {
		case <-p.over:
			return false
		case <-looks.C:
		}
		if s.Do(ctx, func(*pgx.Conn) error { return nil }) == nil {
			return true
		}
	}
	return false
}

// freePort returns a port that nobody has.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	return port
}

// folder returns an empty folder that belongs to the user of the server. Those of
// testing.T are for the user of the test alone.
func folder(t *testing.T, install install) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "postgres")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(dir)) })
	if install.user != nil {
		require.NoError(t, os.Chown(dir, int(install.user.Uid), int(install.user.Gid)))
	}
	return filepath.Join(dir, "data")
}
