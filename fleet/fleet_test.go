package fleet_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/fleet"
	"github.com/retrygen/retrygen/fleet/fleettest"
	retry "github.com/retrygen/retrygen/runtime"
)

func TestNewRefuses(t *testing.T) {
	bus := new(fleettest.Engine).Connect()
	tests := []struct {
		config fleet.Config
		want   string
	}{
		{fleet.Config{}, "fleet: a Config needs a Store, a Bus or both"},
		{fleet.Config{Bus: bus, Quorum: 1}, "fleet: a quorum of 1 would let one process that is cut off open the breakers of all others; leave Quorum out for 30% of the fleet"},
		{fleet.Config{Bus: bus, Quorum: -1}, "fleet: -1 is no number of processes"},
		{fleet.Config{Bus: bus, Beat: time.Hour}, "fleet: a beat of 1h0m0s is not between 0 and 2m0s"},
		{fleet.Config{Bus: bus, Name: strings.Repeat("x", 257)}, "fleet: the name of a process has 1 to 256 bytes"},
		{fleet.Config{Bus: bus, Name: "a\n"}, `fleet: the name "a\n" has characters that cannot be printed`},
		{fleet.Config{Bus: bus, Topic: "a.>"}, `fleet: a topic is letters, digits, hyphens, underscores and dots, up to 128 bytes, and not "a.>"`},
	}
	for _, tt := range tests {
		_, err := fleet.New(tt.config)
		assert.EqualError(t, err, tt.want)
	}
	one, err := fleet.New(fleet.Config{Bus: bus})
	require.NoError(t, err)
	two, err := fleet.New(fleet.Config{Store: bus})
	require.NoError(t, err)
	assert.NotEqual(t, one.Status().Process, two.Status().Process)
	assert.Nil(t, one.Status().Control)
	assert.Nil(t, two.Status().Hints)
}

func TestRunIsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := start(t, new(fleettest.Engine), "a")
		assert.EqualError(t, p.fleet.Run(t.Context()), "fleet: Run is under way already")
		assert.True(t, p.fleet.Status().Running)
	})
}

// Run returns at once when its context ends, also if the engine hangs, and leaves no goroutine:
// the bubble would not end.
func TestRunEnds(t *testing.T) {
	for _, link := range []fleettest.Link{fleettest.Up, fleettest.Down, fleettest.Hung} {
		synctest.Test(t, func(t *testing.T) {
			var e fleettest.Engine
			p := start(t, &e, "a")
			p.conn.Set(link)
			later(10 * time.Second)
			began := time.Now()
			p.stop()
			assert.Zero(t, time.Since(began))
			assert.False(t, p.fleet.Status().Running)
		})
	}
}

// A panic of OnEvent, or a Goexit, goes through Run, which cleans up.
func TestOnEventLeaves(t *testing.T) {
	for name, leave := range map[string]func(){"panic": func() { panic("mine") }, "Goexit": runtime.Goexit} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var e fleettest.Engine
				publish(t, &e, "for 1h by a: b\nClient: attempts=5\n")
				group := new(retry.Group)
				conn := e.Connect()
				f, err := fleet.New(fleet.Config{Store: conn, Bus: conn, OnEvent: func(fleet.Event) {
					assert.Equal(t, 5, group.Snapshot().Methods[0].Policy.Retry.Attempts)
					leave()
				}})
				require.NoError(t, err)
				var opts retry.Options
				opts.Group = group
				f.Instrument(&opts)
				_, err = retry.NewFunc("Client.Get", policyText, &opts)
				require.NoError(t, err)
				ended := make(chan any)
				go func() {
					defer func() { ended <- recover() }()
					_ = f.Run(t.Context())
				}()
				if got := <-ended; name == "panic" {
					assert.Equal(t, "mine", got)
				}
				assert.Equal(t, 2, group.Snapshot().Methods[0].Policy.Retry.Attempts)
				assert.False(t, f.Status().Running)
			})
		})
	}
}

// An engine that returns, or leaves its goroutine, is called again.
func TestEnginesThatLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		publish(t, &e, "for 1h by a: b\nClient: attempts=5\n")
		conn := e.Connect()
		flaky := &flakyStore{Store: conn}
		p := start(t, &e, "a", func(c *fleet.Config) { c.Store = flaky })
		later(2 * time.Minute)
		assert.Equal(t, 5, p.attempts())
		flaky.mu.Lock()
		defer flaky.mu.Unlock()
		assert.Equal(t, 4, flaky.calls)
	})
}

// An engine that can be asked but not listened to is unreachable, and is said to be so once.
func TestEnginesThatDoNotListen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		publish(t, &e, "for 1h by a: b\nClient: attempts=5\n")
		p := start(t, &e, "a", func(c *fleet.Config) { c.Store, c.Bus = deaf{c.Store, c.Bus}, deaf{c.Store, c.Bus} })
		later(10 * time.Minute)
		assert.Equal(t, 5, p.attempts(), "by Get")
		assert.ElementsMatch(t, []string{"applied 1", "unreachable store", "unreachable bus"}, p.kinds())
		assert.ErrorIs(t, p.fleet.Status().Hints.Bus.Err, errDown)
	})
}

type deaf struct {
	fleet.Store
	fleet.Bus
}

func (deaf) Watch(context.Context, func(fleet.Document)) error             { return errDown }
func (deaf) Subscribe(context.Context, string, func(message []byte)) error { return errDown }

type flakyStore struct {
	fleet.Store
	mu    sync.Mutex
	calls int
}

func (s *flakyStore) Get(ctx context.Context) (fleet.Document, error) {
	<-ctx.Done()
	return fleet.Document{}, ctx.Err()
}

func (s *flakyStore) Watch(ctx context.Context, receive func(fleet.Document)) error {
	s.mu.Lock()
	s.calls++
	n := s.calls
	s.mu.Unlock()
	switch n {
	case 1:
		runtime.Goexit()
	case 2:
		return nil
	case 3:
		return errDown
	}
	return s.Store.Watch(ctx, receive)
}

func TestStatusAsJSON(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		p := start(t, &e, "a")
		began := time.Now().Format(time.RFC3339Nano)
		publish(t, &e, "for 90s by anna: slow\nClient: attempts=5\nOther: mode off\n")
		publish(t, &e, "for")
		later(30 * time.Second)
		got, err := json.Marshal(p.fleet.Status())
		require.NoError(t, err)
		assert.JSONEq(t, `{
			"process": "a", "running": true,
			"control": {
				"store": {"reachable": true, "since": "`+began+`"},
				"revision": 1, "age": "30s",
				"sections": [{"author": "anna", "reason": "slow", "lines": ["Client: attempts=5", "Other: mode off"], "left": "1m"}],
				"unmatched": ["Other"],
				"refused": {"revision": 2, "at": "`+began+`", "error": "the document has mistakes: 1:1: no section has begun; hint: a section begins with a line like: for 30m by anna: the bank is slow"}
			},
			"hints": {"bus": {"reachable": true, "since": "`+began+`"}, "alive": 1, "quorum": 3, "breakers": 1}
		}`, string(got))
	})
}

func TestLogger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		var log bytes.Buffer
		p := start(t, &e, "a", func(c *fleet.Config) {
			c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
				if a.Key == slog.TimeKey {
					return slog.Attr{}
				}
				return a
			}}))
		})
		publish(t, &e, "for 90s by anna: slow\nClient: attempts=5\nfor 2m by ben: why\nOther: mode off\n")
		publish(t, &e, "for 1h by carl: x\nhello\n")
		later(100 * time.Second)
		p.stop()
		assert.Equal(t, `level=INFO msg="fleet: applied" revision=1 unmatched=[Other] author=anna reason=slow for=1m30s
level=INFO msg="fleet: applied" revision=1 unmatched=[Other] author=ben reason=why for=2m0s
level=WARN msg="fleet: refused" revision=2 error="the document has mistakes: 2:1: bad line \"hello\"; hint: a line is a name, a colon and what changes, as in PaymentClient.Charge: attempts=2, or PaymentClient: force open" author=carl reason=x for=1h0m0s
level=INFO msg="fleet: expired" revision=1 author=anna reason=slow
`, log.String())
	})
}

// A hook of a breaker that panics goes through Run, too, and the layer goes from all groups.
func TestHookLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		publish(t, &e, "for 1h by a: b\n*: force open\n")
		f, err := fleet.New(fleet.Config{Store: e.Connect()})
		require.NoError(t, err)
		var groups []*retry.Group
		for _, name := range []string{"A.Get", "B.Get", "C.Get"} {
			opts := retry.Options{Group: new(retry.Group)}
			opts.Hooks.BreakerChange = func(breaker.Change) { panic(name) }
			f.Instrument(&opts)
			_, err := retry.NewFunc(name, policyText, &opts)
			require.NoError(t, err)
			groups = append(groups, opts.Group)
		}
		ended := make(chan any)
		go func() {
			defer func() { ended <- recover() }()
			_ = f.Run(t.Context())
		}()
		assert.NotNil(t, <-ended)
		for _, group := range groups {
			assert.Equal(t, breaker.Closed, group.Breaker().State())
			assert.False(t, group.Breaker().Snapshot().Forced)
		}
	})
}
