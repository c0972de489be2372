// Package postgres runs a PostgreSQL server for a test, which may kill it.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	// ready is the time that a server has to recover and accept connections.
	ready = time.Minute

	// patience is the time that a connection may take, on a machine that does other things as
	// well.
	patience = time.Minute

	// moment is the time between two looks at the server.
	moment = 20 * time.Millisecond
)

// The ways in which Restart can end a server. Neither waits for clients or writes a
// checkpoint, so the next server recovers from the log.
const (
	// Kill ends the server like a crash. Its sessions notice that and end.
	Kill = syscall.SIGKILL

	// Immediate makes the server kill its sessions and end.
	Immediate = syscall.SIGQUIT
)

// A Server is a PostgreSQL server on a port of the loopback interface. It is safe for
// concurrent use.
type Server struct {
	install install
	data    string // its folder
	port    string

	mu      sync.Mutex // held during a restart and while sessions are terminated
	process *process
}

// Start starts a server with an empty database, and stops it when the test ends. If
// PostgreSQL is not installed, it skips the test, or fails it if FAULTS_REQUIRE names postgres.
func Start(t *testing.T) *Server {
	t.Helper()
	install, err := find()
	if errors.Is(err, errNotInstalled) && !strings.Contains(os.Getenv("FAULTS_REQUIRE"), "postgres") {
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

// Addr returns the address of the server. A restart does not change it.
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", s.port) }

// Connect returns a new connection.
func (s *Server) Connect(ctx context.Context) (*pgx.Conn, error) {
	return pgx.Connect(ctx, URL(s.Addr(), patience))
}

// Do calls do with a new connection, and closes that.
func (s *Server) Do(ctx context.Context, do func(*pgx.Conn) error) error {
	conn, err := s.Connect(ctx)
	if err != nil {
		return err
	}
	return errors.Join(do(conn), conn.Close(ctx))
}

// URL returns the connection string for the address of a server or of a proxy. Connecting
// times out after connect, in whole seconds.
func URL(address string, connect time.Duration) string {
	return fmt.Sprintf("postgres://postgres@%s/postgres?sslmode=disable&connect_timeout=%d", address, connect/time.Second)
}

// Restart ends the server, with Kill or Immediate, starts it again, and returns when it
// accepts connections.
func (s *Server) Restart(how syscall.Signal) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.process.end(how)
	return s.start()
}

// Terminate ends all sessions, as an administrator would.
func (s *Server) Terminate() error {
	s.mu.Lock() // otherwise one of two would terminate the other
	defer s.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), ready)
	defer cancel()
	return s.Do(ctx, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "+others)
		return err
	})
}

// Sessions returns the number of sessions of clients.
func (s *Server) Sessions(ctx context.Context) (count int, err error) {
	err = s.Do(ctx, func(conn *pgx.Conn) error {
		return conn.QueryRow(ctx, "SELECT count(*) FROM pg_stat_activity WHERE "+others).Scan(&count)
	})
	return count, err
}

// others selects the sessions of clients, except the one that asks.
const others = "backend_type = 'client backend' AND pid <> pg_backend_pid()"

// start starts the server and waits until it accepts connections. The first attempts may
// fail: the sessions of a killed server hold its memory until they notice, and a client that
// connects to the port meanwhile may have the same port at its own end.
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
		"-c", "deadlock_timeout=20ms", // instead of a second for each deadlock
	))
}

// accepts waits until the process accepts connections. It reports false if the process ends
// or the time is over first.
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

// freePort returns a port that is not in use.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	return port
}

// folder returns an empty folder that belongs to the user of the server. Only the user of
// the test could read a folder of testing.T.
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
