package fleet

import (
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// engines are what processes can talk through. Nothing is what they do without one.
var engines = []struct {
	name  string
	start func(t *testing.T) *engine
}{
	{"redis", startRedis},
	{"nats", startNATS},
}

// An engine is a server process that a test kills, stops and starts again.
type engine struct {
	url     string
	address string
	command func() *exec.Cmd
	running *exec.Cmd
}

// startRedis starts a redis-server. If there is none, it skips the test, or fails it if
// FAULTS_REQUIRE names redis.
func startRedis(t *testing.T) *engine {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil && !strings.Contains(os.Getenv("FAULTS_REQUIRE"), "redis") {
		t.Skipf("%v; FAULTS_REQUIRE=redis makes this a failure", err)
	}
	require.NoError(t, err)
	e := &engine{address: freeAddress(t)}
	e.url = "redis://" + e.address
	_, port, err := net.SplitHostPort(e.address)
	require.NoError(t, err)
	folder := t.TempDir()
	e.command = func() *exec.Cmd {
		return exec.Command(path, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", "--dir", folder)
	}
	return e.started(t)
}

// startNATS starts a nats-server: this test's program in the role of one.
func startNATS(t *testing.T) *engine {
	t.Helper()
	e := &engine{address: freeAddress(t)}
	e.url = "nats://" + e.address
	folder := t.TempDir()
	e.command = func() *exec.Cmd { return inRole(t, role{NATS: e.address, Folder: folder}) }
	return e.started(t)
}

func (e *engine) started(t *testing.T) *engine {
	t.Helper()
	e.start(t)
	t.Cleanup(func() { e.kill() })
	return e
}

// start starts the server and waits until it accepts connections.
func (e *engine) start(t *testing.T) {
	t.Helper()
	e.running = e.command()
	e.running.Stderr = os.Stderr
	require.NoError(t, e.running.Start())
	ready := func() bool {
		conn, err := net.Dial("tcp", e.address)
		if err != nil {
			return false
		}
		return assert.NoError(t, conn.Close())
	}
	require.Eventually(t, ready, 30*time.Second, 20*time.Millisecond, "the server does not start")
}

// kill ends the server like a crash.
func (e *engine) kill() {
	_ = e.running.Process.Kill() // fails if the server has ended
	_ = e.running.Wait()         // says only which signal ended it
}

// hang stops the server without closing its connections. Then nobody hears from it.
func (e *engine) hang(t *testing.T) {
	t.Helper()
	require.NoError(t, e.running.Process.Signal(syscall.SIGSTOP))
}

// goOn lets a server that hangs go on.
func (e *engine) goOn(t *testing.T) {
	t.Helper()
	require.NoError(t, e.running.Process.Signal(syscall.SIGCONT))
}

// crawl lets the server answer in moments with long pauses between them.
func (e *engine) crawl(t *testing.T) {
	t.Helper()
	for range 10 {
		e.hang(t)
		time.Sleep(190 * time.Millisecond)
		e.goOn(t)
		time.Sleep(10 * time.Millisecond)
	}
}

// freeAddress returns an address of the loopback interface with a free port.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}
