package redisbus

import (
	"context"
	"net"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// A server is a redis-server, which can be killed, frozen and started again on the same port.
type server struct {
	address string
	args    []string
	process *exec.Cmd // nil while it is not running
}

// startServer starts a server on a free port, and stops it when the test ends. If Redis is
// not installed, it skips the test, or fails it with FLEET_REQUIRE=redis.
func startServer(t *testing.T, args ...string) *server {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil && os.Getenv("FLEET_REQUIRE") != "redis" {
		t.Skipf("%v; FLEET_REQUIRE=redis makes this a failure", err)
	}
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	s := &server{address: address, args: append([]string{path, "--port", port, "--bind", "127.0.0.1", "--dir", t.TempDir()}, args...)}
	s.start(t)
	t.Cleanup(s.kill)
	return s
}

// start starts the server, and waits until it answers.
func (s *server) start(t *testing.T) {
	t.Helper()
	s.process = exec.Command(s.args[0], s.args[1:]...)
	require.NoError(t, s.process.Start())
	answers := func() bool {
		conn, err := net.Dial("tcp", s.address)
		if err != nil {
			return false
		}
		return conn.Close() == nil
	}
	require.Eventually(t, answers, patience, 10*time.Millisecond)
}

// kill ends the server at once.
func (s *server) kill() {
	if s.process != nil {
		_ = s.process.Process.Kill() // fails if it has ended
		_ = s.process.Wait()
		s.process = nil
	}
}

// freeze stops the server from answering, while its connections stay: a network that loses
// everything looks like that.
func (s *server) freeze(t *testing.T) { require.NoError(t, s.process.Process.Signal(syscall.SIGSTOP)) }

func (s *server) thaw(t *testing.T) { require.NoError(t, s.process.Process.Signal(syscall.SIGCONT)) }

// client returns a client of the server.
func (s *server) client(t *testing.T) *redis.Client {
	return newClient(t, &redis.Options{Addr: s.address})
}

func newClient(t *testing.T, o *redis.Options) *redis.Client {
	o.ContextTimeoutEnabled = true
	client := redis.NewClient(o)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client
}

// connect returns a Bus with a client of its own.
func (s *server) connect(t *testing.T, o *Options) *Bus {
	t.Helper()
	bus, err := New(s.client(t), o)
	require.NoError(t, err)
	return bus
}

// do makes the server run a command.
func (s *server) do(t *testing.T, args ...any) {
	t.Helper()
	require.NoError(t, s.client(t).Do(context.Background(), args...).Err())
}
