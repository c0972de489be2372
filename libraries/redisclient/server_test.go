package redisclient

import (
	"context"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/libraries/internal/rows"
	retry "github.com/retrygen/retrygen/runtime"
)

// The same errors from redis-server, which is brought into the state that makes them.
func TestErrorsOfRealServer(t *testing.T) {
	server := startServer(t)
	for _, test := range []struct {
		name string
		do   []string // brings the server into the state
		undo []string
		call []any // the command that fails
		want rows.Want
	}{
		{"no such key", nil, nil, []any{"get", "no such key"}, rows.Answer},
		{"wrong type", []string{"set key text"}, []string{"del key"}, []any{"lpush", "key", 1}, rows.Answer},
		{"syntax", nil, nil, []any{"set", "key"}, rows.Answer},
		{"no such script", nil, nil, []any{"evalsha", "0000000000000000000000000000000000000000", 0}, rows.Answer},
		{"out of memory", []string{"config set maxmemory 1"}, []string{"config set maxmemory 0"}, []any{"set", "key", 1}, rows.Fault},
		{"no replicas", []string{"config set min-replicas-to-write 1"}, []string{"config set min-replicas-to-write 0"},
			[]any{"set", "key", 1}, rows.Unsent},
		{"replica", []string{"replicaof 127.0.0.1 1"}, []string{"replicaof no one"}, []any{"set", "key", 1}, rows.Unsent},
		{"no master", []string{"config set replica-serve-stale-data no", "replicaof 127.0.0.1 1"},
			[]string{"replicaof no one", "config set replica-serve-stale-data yes"}, []any{"get", "key"}, rows.Unsent},
	} {
		t.Run(test.name, func(t *testing.T) {
			server.do(t, test.do)
			defer server.do(t, test.undo)
			rows.Check(t, test.want, func(t *testing.T, o *retry.Options) rows.Client {
				client := redis.NewClient(&redis.Options{Addr: server.address, MaxRetries: -1})
				t.Cleanup(func() { require.NoError(t, client.Close()) })
				return sending(client, o, test.call...)
			})
		})
	}
}

// A redisServer is a running redis-server.
type redisServer struct {
	address string
	admin   *redis.Client
}

// startServer starts a server on a free port, and stops it when the test ends. If Redis is
// not installed, it skips the test, or fails it with LIBRARIES_REQUIRE=servers.
func startServer(t *testing.T) *redisServer {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil && os.Getenv("LIBRARIES_REQUIRE") != "servers" {
		t.Skipf("%v; LIBRARIES_REQUIRE=servers makes this a failure", err)
	}
	require.NoError(t, err)
	for range 3 { // another process may take the port before the server does
		if server := tryServer(t, path); server != nil {
			return server
		}
	}
	require.Fail(t, "redis-server does not start")
	return nil
}

// tryServer starts a server. It returns nil if that does not become ready.
func tryServer(t *testing.T, path string) *redisServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)

	server := exec.Command(path, "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir())
	require.NoError(t, server.Start())
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = server.Wait() // the error only tells how it ended
	}()
	t.Cleanup(func() {
		_ = server.Process.Kill() // fails if the server has ended
		<-over
	})
	admin := redis.NewClient(&redis.Options{Addr: address})
	t.Cleanup(func() { require.NoError(t, admin.Close()) })
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		select {
		case <-over:
			return nil
		case <-time.After(20 * time.Millisecond):
		}
		if admin.Ping(t.Context()).Err() == nil {
			return &redisServer{address, admin}
		}
	}
	return nil
}

// do runs commands, whose arguments spaces separate.
func (s *redisServer) do(t *testing.T, commands []string) {
	t.Helper()
	for _, command := range commands {
		var args []any
		for _, word := range strings.Fields(command) {
			args = append(args, word)
		}
		require.NoError(t, s.admin.Do(context.Background(), args...).Err(), command)
	}
}
