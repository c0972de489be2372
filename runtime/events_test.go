package retry_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// A trail notes the Starts and Dones of calls and attempts. Each Start puts a name into the
// context that it returns, and its Done notes the name that it finds.
type trail struct {
	mu       sync.Mutex
	lines    []string
	calls    []retry.CallEvent
	attempts []retry.AttemptEvent

	derive func(ctx context.Context, name string) context.Context // nil: context.WithValue
}

type trailKey struct{}

func (tr *trail) note(format string, args ...any) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.lines = append(tr.lines, fmt.Sprintf(format, args...))
}

func (tr *trail) start(ctx context.Context, name string) context.Context {
	tr.note("%s begins in %v", name, ctx.Value(trailKey{}))
	if tr.derive != nil {
		return tr.derive(ctx, name)
	}
	return context.WithValue(ctx, trailKey{}, name)
}

func (tr *trail) hooks() retry.Hooks {
	return retry.Hooks{
		CallStart: func(ctx context.Context, _ retry.CallStartEvent) context.Context { return tr.start(ctx, "call") },
		CallDone: func(ctx context.Context, e retry.CallEvent) {
			tr.note("%v: %s", ctx.Value(trailKey{}), e.Outcome)
			tr.calls = append(tr.calls, e)
		},
		AttemptStart: func(ctx context.Context, e retry.AttemptStartEvent) context.Context {
			return tr.start(ctx, fmt.Sprintf("attempt %d.%d", e.Attempt, e.Copy))
		},
		AttemptDone: func(ctx context.Context, e retry.AttemptEvent) {
			tr.note("%v: %s", ctx.Value(trailKey{}), e.Ruling)
			tr.mu.Lock()
			defer tr.mu.Unlock()
			tr.attempts = append(tr.attempts, e)
		},
	}
}

// apart calls f on a goroutine of its own and survives what it does.
func apart(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = recover() }()
		f()
	}()
	<-done
}

// Every Start has one Done, whatever happens between them, and the method runs in the
// context of its attempt.
func TestStartsAndDones(t *testing.T) {
	inside := func(tr *trail, a answer) answer {
		return func(ctx context.Context) error {
			tr.note("method in %v", ctx.Value(trailKey{}))
			return a(ctx)
		}
	}
	exit := func(context.Context) error { runtime.Goexit(); return nil }
	boom := func(context.Context) error { panic("boom") }
	tests := []struct {
		name    string
		policy  string
		answers []answer
		spec    func(*retry.MethodSpec)
		before  func(*method)
		want    []string
	}{
		{"success", "simple attempts=2 delay=1s", []answer{succeed}, nil, nil, []string{
			"call begins in <nil>", "attempt 1.0 begins in call", "method in attempt 1.0", "attempt 1.0: success", "call: success",
		}},
		{"retry", "simple attempts=2 delay=1s", []answer{fail(errDown), succeed}, nil, nil, []string{
			"call begins in <nil>", "attempt 1.0 begins in call", "method in attempt 1.0", "attempt 1.0: retry",
			"attempt 2.0 begins in call", "method in attempt 2.0", "attempt 2.0: success", "call: success",
		}},
		{"timeouts", "simple attempts=2 delay=1s; timeout attempt=1s total=5s", []answer{fail(errDown), succeed}, nil, nil, []string{
			"call begins in <nil>", "attempt 1.0 begins in call", "method in attempt 1.0", "attempt 1.0: retry",
			"attempt 2.0 begins in call", "method in attempt 2.0", "attempt 2.0: success", "call: success",
		}},
		{"streams", "simple attempts=2 delay=1s; timeout attempt=1s total=5s", []answer{fail(errDown), succeed},
			func(s *retry.MethodSpec) { s.Lends = true }, nil, []string{
				"call begins in <nil>", "attempt 1.0 begins in call", "method in attempt 1.0", "attempt 1.0: retry",
				"attempt 2.0 begins in call", "method in attempt 2.0", "attempt 2.0: success", "call: success",
			}},
		{"panic", "simple attempts=2 delay=1s", []answer{fail(errDown), boom}, nil, nil, []string{
			"call begins in <nil>", "attempt 1.0 begins in call", "method in attempt 1.0", "attempt 1.0: retry",
			"attempt 2.0 begins in call", "method in attempt 2.0", "attempt 2.0: panic", "call: panic",
		}},
		{"Goexit", "timeout attempt=1s", []answer{exit}, nil, nil, []string{
			"call begins in <nil>", "attempt 1.0 begins in call", "method in attempt 1.0", "attempt 1.0: panic", "call: panic",
		}},
		{"predicate that panics", "simple attempts=2 delay=1s", []answer{fail(errDown)},
			func(s *retry.MethodSpec) { s.On = func(error) bool { panic("on") } }, nil, []string{
				"call begins in <nil>", "attempt 1.0 begins in call", "method in attempt 1.0", "attempt 1.0: panic", "call: panic",
			}},
		{"open breaker", "breaker failures=1", []answer{succeed}, nil, func(m *method) { m.group.MethodBreaker("Client.Get").ForceOpen() }, []string{
			"call begins in <nil>", "call: open",
		}},
		{"no answer in time", "timeout total=1s", []answer{hang}, nil, nil, []string{
			"call begins in <nil>", "attempt 1.0 begins in call", "method in attempt 1.0", "attempt 1.0: deadline", "call: deadline",
		}},
	}
	for _, tt := range tests {
		for _, e := range entries {
			t.Run(tt.name+"/"+e.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var tr trail
					var answers []answer
					for _, a := range tt.answers {
						answers = append(answers, inside(&tr, a))
					}
					m := setup{own: parse(t, tt.policy), spec: tt.spec, options: retry.Options{Hooks: tr.hooks()}}.method(answers...)
					if tt.before != nil {
						tt.before(m)
					}
					apart(func() { _ = e.call(t, m, t.Context()) })
					assert.Equal(t, tt.want, tr.lines)
				})
			})
		}
	}
}

// The Done of a copy that has lost comes when its method returns, after CallDone.
func TestStartsAndDonesOfCopies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tr trail
		m := setup{own: parse(t, "hedge after=10ms"), options: retry.Options{Name: "eu", Hooks: tr.hooks()}}.method()
		_, err := retry.Hedge(t.Context(), m.Method, func(ctx context.Context) (int, error) {
			tr.note("method in %v", ctx.Value(trailKey{}))
			if retry.Copy(ctx) == 0 {
				time.Sleep(time.Second)
				return 0, errDown
			}
			time.Sleep(5 * ms)
			return 1, nil
		})
		require.NoError(t, err)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		assert.Equal(t, []string{
			"call begins in <nil>", "attempt 1.0 begins in call", "method in attempt 1.0",
			"attempt 1.1 begins in call", "method in attempt 1.1", "attempt 1.1: success", "call: success",
			"attempt 1.0: lost",
		}, tr.lines)
		require.Len(t, tr.calls, 1)
		call := tr.calls[0]
		assert.Equal(t, 1, call.Copies)
		assert.Equal(t, 1, call.Attempts)
		assert.Equal(t, 15*ms, call.Duration)
		assert.Zero(t, call.Waited)
		assert.Equal(t, "eu", call.Instance)
		assert.Equal(t, []int{1, 0}, []int{tr.attempts[0].Copy, tr.attempts[1].Copy})
		assert.Equal(t, []time.Duration{5 * ms, time.Second}, []time.Duration{tr.attempts[0].Duration, tr.attempts[1].Duration})
		assert.ErrorIs(t, tr.attempts[1].Err, errDown)
	})
}

// An event says how a call has gone: the time between attempts, the class of the last
// error, when it began, and for which instance.
func TestCallEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var tr trail
		m := setup{
			own:     parse(t, "simple attempts=3 delay=1s; budget off"),
			options: retry.Options{Hooks: tr.hooks(), Group: &retry.Group{Name: "bank"}},
		}.method(slowly(fail(overloaded{})))
		require.Error(t, m.do(t.Context()))
		require.Len(t, tr.calls, 1)
		call := tr.calls[0]
		assert.Equal(t, "bank", call.Instance, "the name of the group, for want of one of its own")
		assert.Equal(t, retry.OutcomeExhausted, call.Outcome)
		assert.Equal(t, retry.ClassTransient, call.Class)
		assert.Equal(t, 3, call.Attempts)
		assert.Equal(t, 2*time.Second, call.Waited)
		assert.Equal(t, 2*time.Second+30*ms, call.Duration)
		assert.Zero(t, call.Start.Sub(began))
		for i, a := range tr.attempts {
			assert.Equal(t, retry.RulingRetry, a.Ruling)
			assert.Equal(t, retry.ClassTransient, a.Class)
			assert.Equal(t, time.Duration(i)*(time.Second+10*ms), a.Start.Sub(began))
		}
	})
}

// Lines of the log name the instance, as events do.
func TestLogNamesTheInstance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var text strings.Builder
		logger := slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug}))
		m := setup{
			own:     parse(t, "simple attempts=2 delay=0s; budget off; breaker failures=2"),
			options: retry.Options{Name: "eu", Logger: logger},
		}.method(fail(errDown))
		require.Error(t, m.do(t.Context()))
		lines := strings.Split(strings.TrimSpace(text.String()), "\n")
		require.Len(t, lines, 3)
		for i, message := range []string{"retry", "breaker open", "gave up"} {
			assert.Contains(t, lines[i], message)
			assert.Contains(t, lines[i], "instance=eu")
		}
	})
}

// foreign makes a context that is not made from the one of the Start.
func foreign(_ context.Context, name string) context.Context {
	return context.WithValue(context.Background(), trailKey{}, name)
}

// A Start may return a context that is not made from its own. The method gets it, and the
// timeouts and the caller's end still hold.
func TestForeignContexts(t *testing.T) {
	for _, lends := range []bool{false, true} {
		t.Run(fmt.Sprintf("lends %t", lends), func(t *testing.T) {
			run := func(t *testing.T, text string, ctx context.Context, answers ...answer) (*trail, error) {
				tr := &trail{derive: foreign}
				m := setup{own: parse(t, text), lends: lends, options: retry.Options{Hooks: tr.hooks()}}.method(answers...)
				return tr, m.do(ctx)
			}
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				_, err := run(t, "timeout total=1s", t.Context(), hang)
				assert.ErrorIs(t, err, retry.ErrDeadline)
				assert.Equal(t, time.Second, time.Since(began), "the total timeout")
			})
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				tr, err := run(t, "simple attempts=2 delay=0s; budget off; timeout attempt=1s", t.Context(), hang)
				assert.ErrorIs(t, err, retry.ErrExhausted)
				assert.Equal(t, 2*time.Second, time.Since(began), "the timeout of each attempt")
				assert.Equal(t, retry.ClassTransient, tr.calls[0].Class)
			})
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(500*ms, cancel)
				began := time.Now()
				_, err := run(t, "simple attempts=2 delay=1s; budget off", ctx, fail(errDown))
				assert.ErrorIs(t, err, context.Canceled)
				assert.Equal(t, 500*ms, time.Since(began), "the caller's end")
			})
		})
	}
}

// A hook that cancels what it returns ends the attempt, which is not the attempt's timeout.
func TestHookThatCancels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := trail{derive: func(ctx context.Context, name string) context.Context {
			ctx, cancel := context.WithCancel(context.WithValue(ctx, trailKey{}, name))
			time.AfterFunc(100*ms, cancel)
			return ctx
		}}
		var seen error
		m := setup{
			own:     parse(t, "timeout attempt=1s"),
			not:     func(err error) bool { seen = err; return false },
			options: retry.Options{Hooks: tr.hooks()},
		}.method(hang)
		assert.ErrorIs(t, m.do(t.Context()), context.Canceled)
		assert.NotErrorIs(t, seen, retry.ErrAttemptTimeout)
		assert.Len(t, tr.attempts, 1)
	})
}

// A wrapper tells the hook once, when it has its methods.
func TestWrapped(t *testing.T) {
	var told []retry.WrapperInfo
	group := &retry.Group{Name: "bank"}
	opts := &retry.Options{Group: group, Hooks: retry.Hooks{Wrapped: func(i retry.WrapperInfo) { told = append(told, i) }}}
	w := retry.NewWrapper("Client", policy.Policy{}, opts)
	w.Method("Get", retry.MethodSpec{})
	w.Method("Put", retry.MethodSpec{})
	assert.Empty(t, told)
	w.Made()
	opts.Name, opts.Group = "eu", nil
	_, err := retry.NewFunc("Maps.Geocode", "simple attempts=2", opts)
	require.NoError(t, err)
	require.Len(t, told, 2)
	assert.Equal(t, retry.WrapperInfo{Name: "Client", Instance: "bank", Group: group, Methods: []string{"Client.Get", "Client.Put"}}, told[0])
	assert.Equal(t, "eu", told[1].Instance)
	assert.Equal(t, []string{"Maps.Geocode"}, told[1].Methods)
	assert.NotNil(t, told[1].Group, "the Func's own")
}

// A hook that panics is not called again, and the others are.
func TestDoneThatPanics(t *testing.T) {
	var calls, attempts []string
	hooks := retry.Hooks{
		CallDone: func(_ context.Context, e retry.CallEvent) { calls = append(calls, string(e.Outcome)) },
		AttemptDone: func(_ context.Context, e retry.AttemptEvent) {
			attempts = append(attempts, string(e.Ruling))
			panic("done")
		},
	}
	m := setup{own: parse(t, "simple attempts=2"), options: retry.Options{Hooks: hooks}}.method(succeed)
	assert.PanicsWithValue(t, "done", func() { _ = m.do(t.Context()) })
	assert.Equal(t, []string{"success"}, attempts)
	assert.Equal(t, []string{"panic"}, calls)
}

// The same holds for a call that ends without its fallback.
func TestDoneThatPanicsBeforeAFallback(t *testing.T) {
	calls := 0
	hooks := retry.Hooks{CallDone: func(context.Context, retry.CallEvent) { calls++; panic("done") }}
	m := setup{own: parse(t, "simple attempts=2"), options: retry.Options{Hooks: hooks}}.method(succeed)
	ctx, call := m.Begin(t.Context())
	err := m.Do(ctx, m.next)
	assert.PanicsWithValue(t, "done", func() { m.FallsBack(ctx, call, err) })
	assert.Equal(t, 1, calls)
}

// errStart is what a Start panics with.
var errStart = errors.New("start")

// If the Start of later hooks panics, those before it have their Dones nevertheless.
func TestJoinedStartThatPanics(t *testing.T) {
	var tr trail
	joined := retry.JoinHooks(tr.hooks(), retry.Hooks{
		AttemptStart: func(context.Context, retry.AttemptStartEvent) context.Context { panic(errStart) },
	})
	m := setup{own: parse(t, "simple attempts=2"), options: retry.Options{Hooks: joined}}.method(succeed)
	assert.PanicsWithValue(t, errStart, func() { _ = m.do(t.Context()) })
	assert.Equal(t, []string{"call begins in <nil>", "attempt 1.0 begins in call", "attempt 1.0: panic", "call: panic"}, tr.lines)
	assert.Zero(t, m.calls())
}

// Each of joined hooks gets the context that its own Start returned, even if a later one
// returns a foreign one, and all Dones are called although one panics.
func TestJoinedHooksGetTheirOwnContexts(t *testing.T) {
	var first, second, third trail
	second.derive = foreign
	hooks := third.hooks()
	hooks.CallDone = func(context.Context, retry.CallEvent) { panic("done") }
	joined := retry.JoinHooks(first.hooks(), second.hooks(), hooks)
	m := setup{own: parse(t, "simple attempts=2"), options: retry.Options{Hooks: joined}}.method(succeed)
	assert.PanicsWithValue(t, "done", func() { _ = m.do(t.Context()) })
	assert.Equal(t, []string{"call begins in <nil>", "attempt 1.0 begins in call", "attempt 1.0: success", "call: success"}, first.lines)
	assert.Equal(t, []string{"call begins in call", "attempt 1.0 begins in attempt 1.0", "attempt 1.0: success", "call: success"}, second.lines)
}

// overloaded is the answer of a server that has too much to do.
type overloaded struct{}

func (overloaded) Error() string       { return "overloaded" }
func (overloaded) HTTPStatusCode() int { return 503 }
