package proxy_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/faults/proxy"
	"github.com/retrygen/retrygen/faults/trial"
)

const (
	// quiet is the time without data after which a test believes that no more will come.
	quiet = 300 * time.Millisecond

	// patience is how long something may take that comes in the end, on a machine that does
	// other things as well.
	patience = 30 * time.Second
)

// request is what the clients of the tests send, and answer is what they get back.
const request, answer = "hello\n", "HELLO\n"

func TestFates(t *testing.T) {
	for _, test := range []struct {
		name string
		fate proxy.Fate
		want string // the part of the answer that arrives
		err  error  // instead of the rest
	}{
		{"nothing goes wrong", proxy.Fate{}, answer, nil},
		{"reset before the answer", proxy.Fate{Fault: proxy.Reset, Way: proxy.Answer}, "", syscall.ECONNRESET},
		{"reset on the request", proxy.Fate{Fault: proxy.Reset, After: 2}, "", syscall.ECONNRESET},
		{"answer truncated", proxy.Fate{Fault: proxy.Truncate, Way: proxy.Answer, After: 3}, answer[:3], io.EOF},
		{"request truncated", proxy.Fate{Fault: proxy.Truncate, After: 3}, "HEL\n", nil},
		{"answer stalls", proxy.Fate{Fault: proxy.Stall, Way: proxy.Answer, After: 3}, answer[:3], os.ErrDeadlineExceeded},
		{"request stalls", proxy.Fate{Fault: proxy.Stall, After: 3}, "", os.ErrDeadlineExceeded},
		{"blackhole", proxy.Fate{Fault: proxy.Blackhole}, "", os.ErrDeadlineExceeded},
		{"delay", proxy.Fate{Fault: proxy.Delay, Way: proxy.Answer, After: 3, For: time.Millisecond}, answer, nil},
		{"delay beyond the patience", proxy.Fate{Fault: proxy.Delay, For: time.Hour}, "", os.ErrDeadlineExceeded},
		{"fault beyond the end", proxy.Fate{Fault: proxy.Reset, Way: proxy.Answer, After: 6}, answer, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			trial.LevelGoroutines(t)
			p := start(t, proxy.Always(test.fate))
			wait := patience
			if errors.Is(test.err, os.ErrDeadlineExceeded) {
				wait = quiet
			}
			got, err := talk(p, wait)
			assert.Equal(t, test.want, got)
			assert.ErrorIs(t, err, test.err)
			if test.fate.Fault != proxy.None && test.fate.After < int64(len(answer)) {
				assert.Equal(t, 1, p.Struck(test.fate.Fault))
			}
		})
	}
}

func TestRefuse(t *testing.T) {
	trial.LevelGoroutines(t)
	p := start(t, proxy.Always(proxy.Fate{Fault: proxy.Refuse, For: time.Hour}))
	assert.Eventually(t, func() bool { return p.Struck(proxy.Refuse) == 1 }, patience, time.Millisecond)
	var err error
	refused := func() bool {
		var conn net.Conn
		if conn, err = net.Dial("tcp", p.Addr()); err == nil {
			conn.Close()
		}
		return errors.Is(err, syscall.ECONNREFUSED)
	}
	assert.Eventually(t, refused, patience, time.Millisecond)

	p.Set(nil)
	back := func() bool { return !refused() }
	require.Eventually(t, back, patience, time.Millisecond, "the new plan ends the refusal")
	got, err := talk(p, patience)
	assert.NoError(t, err)
	assert.Equal(t, answer, got)
}

// After a refusal the next fate follows without any help.
func TestRefuseEnds(t *testing.T) {
	trial.LevelGoroutines(t)
	p := start(t, func(n uint64) proxy.Fate {
		if n < 3 {
			return proxy.Fate{Fault: proxy.Refuse, For: time.Millisecond}
		}
		return proxy.Fate{}
	})
	var got string
	answered := func() bool {
		var err error
		got, err = talk(p, patience)
		return err == nil
	}
	require.Eventually(t, answered, patience, time.Millisecond)
	assert.Equal(t, answer, got)
	assert.Equal(t, 3, p.Struck(proxy.Refuse))
}

// A new plan resets all connections. Otherwise a client that keeps its connections would
// never meet it.
func TestSetResetsWhatStands(t *testing.T) {
	trial.LevelGoroutines(t)
	p := start(t, nil)
	conn, err := net.Dial("tcp", p.Addr())
	require.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, request)
	require.NoError(t, err)
	line, err := bufio.NewReader(conn).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, answer, line)

	p.Set(proxy.Always(proxy.Fate{Fault: proxy.Blackhole}))
	_, err = conn.Read(make([]byte, 1))
	assert.ErrorIs(t, err, syscall.ECONNRESET)
	_, err = talk(p, quiet)
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)

	p.Set(nil)
	got, err := talk(p, patience)
	assert.NoError(t, err)
	assert.Equal(t, answer, got)
}

// If the server is gone, the proxy resets the connection of the client.
func TestNoServer(t *testing.T) {
	trial.LevelGoroutines(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p, err := proxy.Listen(listener.Addr().String(), nil)
	require.NoError(t, err)
	defer p.Close()
	require.NoError(t, listener.Close())
	_, err = talk(p, patience)
	assert.ErrorIs(t, err, syscall.ECONNRESET)
}

// Close ends connections in every state, even after many changes of the plan.
func TestCloseLeavesNothing(t *testing.T) {
	trial.LevelGoroutines(t)
	mix := proxy.Mix{
		Weights: map[proxy.Fault]int{
			proxy.None: 1, proxy.Refuse: 1, proxy.Reset: 1, proxy.Truncate: 1, proxy.Stall: 1, proxy.Delay: 1, proxy.Blackhole: 1,
		},
		MaxAfter: int64(len(answer)),
		MaxFor:   10 * time.Millisecond,
	}
	p := start(t, mix.Plan(trial.Seed(t)))
	var setting sync.WaitGroup
	setting.Go(func() {
		for seed := range uint64(20) {
			p.Set(mix.Plan(seed))
		}
	})
	var conns []net.Conn
	for range 50 {
		if conn, err := net.Dial("tcp", p.Addr()); err == nil {
			_, _ = io.WriteString(conn, request) // some are reset already
			conns = append(conns, conn)
		}
	}
	setting.Wait()
	require.NoError(t, p.Close())
	for _, conn := range conns {
		conn.Close()
	}
	_, err := net.Dial("tcp", p.Addr())
	assert.ErrorIs(t, err, syscall.ECONNREFUSED)
}

// start returns a proxy for a server that answers each line in capitals.
func start(t *testing.T, plan proxy.Plan) *proxy.Proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer conn.Close()
				lines := bufio.NewScanner(conn)
				for lines.Scan() {
					_, _ = io.WriteString(conn, strings.ToUpper(lines.Text()+"\n")) // the client may have gone
				}
			})
		}
	})
	p, err := proxy.Listen(listener.Addr().String(), plan)
	require.NoError(t, err)
	t.Cleanup(func() {
		assert.NoError(t, p.Close())
		assert.NoError(t, listener.Close())
		serving.Wait()
	})
	return p
}

// talk sends the request and returns the answer, as far as it comes in time.
func talk(p *proxy.Proxy, wait time.Duration) (string, error) {
	conn, err := net.Dial("tcp", p.Addr())
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(wait)); err != nil {
		return "", err
	}
	if _, err := io.WriteString(conn, request); err != nil {
		return "", err
	}
	return bufio.NewReader(conn).ReadString('\n')
}
