package natsbus

import (
	"bufio"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	natsserver "github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

var serve = flag.String("serve", "", "run NATS with this configuration")

// TestMain lets the test binary be a server in a process of its own, so that tests can kill
// and freeze it.
func TestMain(m *testing.M) {
	flag.Parse()
	if *serve == "" {
		os.Exit(m.Run())
	}
	if err := runServer(*serve); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// runServer runs a server until the process is killed.
func runServer(config string) error {
	o, err := natsserver.ProcessConfigFile(config)
	if err != nil {
		return err
	}
	o.NoSigs, o.NoLog = true, true
	s, err := natsserver.NewServer(o)
	if err != nil {
		return err
	}
	s.Start()
	if !s.ReadyForConnections(patience) {
		return fmt.Errorf("the server is not ready")
	}
	fmt.Println("ready")
	s.WaitForShutdown()
	return nil
}

// A server runs NATS, and can be killed, frozen and started again on the same port.
type server struct {
	url     string
	config  string
	process *exec.Cmd // nil while it is not running
}

// startServer starts a server on a free port, and stops it when the test ends. More is added
// to its configuration.
func startServer(t *testing.T, more string) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	dir := t.TempDir()
	s := &server{url: "nats://" + address, config: dir + "/nats.conf"}
	text := fmt.Sprintf("listen: %q\njetstream { store_dir: %q, sync_interval: always }\n%s", address, dir, more)
	require.NoError(t, os.WriteFile(s.config, []byte(text), 0o600))
	s.start(t)
	t.Cleanup(s.kill)
	return s
}

// start starts the server, and waits until it is ready.
func (s *server) start(t *testing.T) {
	t.Helper()
	s.process = exec.Command(os.Args[0], "-serve", s.config)
	out, err := s.process.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, s.process.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "ready", strings.TrimSpace(line))
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

// dial returns a connection that reconnects for ever.
func (s *server) dial(t *testing.T, opts ...nats.Option) *nats.Conn {
	t.Helper()
	opts = append([]nats.Option{nats.MaxReconnects(-1), nats.ReconnectWait(50 * time.Millisecond), nats.PingInterval(time.Second)}, opts...)
	conn, err := nats.Connect(s.url, opts...)
	require.NoError(t, err)
	t.Cleanup(conn.Close)
	return conn
}

// connect returns a Bus with a connection of its own.
func (s *server) connect(t *testing.T, o Options) *Bus {
	t.Helper()
	bus, err := New(s.dial(t), &o)
	require.NoError(t, err)
	return bus
}
