package retry_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// A diary notes what hooks are told, in words.
type diary struct {
	lines    []string
	contexts []context.Context
}

func (d *diary) hooks() retry.Hooks {
	note := func(ctx context.Context, format string, args ...any) {
		d.lines = append(d.lines, fmt.Sprintf(format, args...))
		d.contexts = append(d.contexts, ctx)
	}
	return retry.Hooks{
		CallDone: func(ctx context.Context, e retry.CallEvent) {
			note(ctx, "%s: %s after %d in %v: %v", e.Method, e.Outcome, e.Attempts, e.Duration, e.Err)
		},
		AttemptDone: func(ctx context.Context, e retry.AttemptEvent) {
			note(ctx, "%s: attempt %d took %v: %v", e.Method, e.Attempt, e.Duration, e.Err)
		},
		Retry: func(ctx context.Context, e retry.RetryEvent) {
			note(ctx, "%s: retry %d after %v: %v", e.Method, e.Attempt, e.Delay, e.Err)
		},
		GiveUp: func(ctx context.Context, e retry.GiveUpEvent) {
			note(ctx, "%s: gave up, %s after %d, %v since the first: %v", e.Method, e.Outcome, e.Attempts, e.Elapsed, e.Err)
		},
		BreakerChange: func(c breaker.Change) {
			note(nil, "%s: %s to %s at %d failures for %v", c.Name, c.From, c.To, c.Failures, c.Cooldown)
		},
	}
}

// slowly is an answer that takes ten milliseconds.
func slowly(a answer) answer {
	return func(ctx context.Context) error {
		time.Sleep(10 * ms)
		return a(ctx)
	}
}

func TestHooks(t *testing.T) {
	tests := []struct {
		name    string
		own     policy.Policy
		context func(*testing.T) context.Context
		answers []answer
		open    bool // before the call
		want    []string
		reason  string
	}{
		{
			"success", policy.Policy{Retry: attempts(3, 100*ms)}, (*testing.T).Context, []answer{slowly(succeed)}, false,
			[]string{
				"Client.Get: attempt 1 took 10ms: <nil>",
				"Client.Get: success after 1 in 10ms: <nil>",
			}, "no retry, nothing given up",
		},
		{
			"success at the second attempt", policy.Policy{Retry: attempts(3, 100*ms)}, (*testing.T).Context, []answer{slowly(fail(errDown)), slowly(succeed)}, false,
			[]string{
				"Client.Get: attempt 1 took 10ms: down",
				"Client.Get: retry 2 after 100ms: down",
				"Client.Get: attempt 2 took 10ms: <nil>",
				"Client.Get: success after 2 in 120ms: <nil>",
			}, "the retry is told when it begins",
		},
		{
			"exhausted", policy.Policy{Retry: attempts(2, 100*ms)}, (*testing.T).Context, []answer{slowly(fail(errDown))}, false,
			[]string{
				"Client.Get: attempt 1 took 10ms: down",
				"Client.Get: retry 2 after 100ms: down",
				"Client.Get: attempt 2 took 10ms: down",
				"Client.Get: gave up, exhausted after 2, 110ms since the first: Client.Get: gave up after 2 attempts in 110ms: attempts exhausted: down",
				"Client.Get: exhausted after 2 in 120ms: Client.Get: gave up after 2 attempts in 110ms: attempts exhausted: down",
			}, "no retry 3",
		},
		{
			"only attempt", policy.Policy{}, (*testing.T).Context, []answer{fail(errDown)}, false,
			[]string{
				"Client.Get: attempt 1 took 0s: down",
				"Client.Get: gave up, exhausted after 1, 0s since the first: down",
				"Client.Get: exhausted after 1 in 0s: down",
			}, "the error as it is",
		},
		{
			"answer", policy.Policy{Retry: attempts(3, 100*ms)}, (*testing.T).Context, []answer{fail(io.EOF)}, false,
			[]string{
				"Client.Get: attempt 1 took 0s: EOF",
				"Client.Get: answer after 1 in 0s: EOF",
			}, "nothing was given up",
		},
		{
			"deadline ahead", policy.Policy{Retry: attempts(3, time.Minute), Timeout: policy.Timeout{Total: time.Second}}, (*testing.T).Context, []answer{fail(errDown)}, false,
			[]string{
				"Client.Get: attempt 1 took 0s: down",
				"Client.Get: gave up, deadline after 1, 0s since the first: Client.Get: gave up after 1 attempt: no time for another attempt before the total timeout: down",
				"Client.Get: deadline after 1 in 0s: Client.Get: gave up after 1 attempt: no time for another attempt before the total timeout: down",
			}, "no retry that does not take place",
		},
		{
			"cancelled in the wait", policy.Policy{Retry: attempts(3, 100*ms)}, cancelledIn(40*ms, nil), []answer{fail(errDown)}, false,
			[]string{
				"Client.Get: attempt 1 took 0s: down",
				"Client.Get: cancelled after 1 in 40ms: Client.Get: gave up after 1 attempt: context canceled: down",
			}, "the caller's wish is not a call given up",
		},
		{
			"cancelled in an attempt", policy.Policy{Retry: attempts(3, 100*ms)}, cancelledIn(40*ms, nil), []answer{hang}, false,
			[]string{
				"Client.Get: attempt 1 took 40ms: context canceled",
				"Client.Get: cancelled after 1 in 40ms: context canceled",
			}, "the same, and the error as it is",
		},
		{
			"deadline in an attempt", policy.Policy{Retry: attempts(3, 100*ms)}, deadlineIn(40 * ms), []answer{hang}, false,
			[]string{
				"Client.Get: attempt 1 took 40ms: context deadline exceeded",
				"Client.Get: gave up, deadline after 1, 0s since the first: Client.Get: gave up after 1 attempt: the caller's deadline passed: context deadline exceeded",
				"Client.Get: deadline after 1 in 40ms: Client.Get: gave up after 1 attempt: the caller's deadline passed: context deadline exceeded",
			}, "no attempt has failed for another reason",
		},
		{
			"cancelled before", policy.Policy{}, cancelledIn(0, nil), []answer{succeed}, false,
			[]string{"Client.Get: cancelled after 0 in 0s: Client.Get: not attempted: context canceled"}, "no attempt to tell of",
		},
		{
			"deadline before", policy.Policy{}, deadlineIn(0), []answer{succeed}, false,
			[]string{
				"Client.Get: gave up, deadline after 0, 0s since the first: Client.Get: not attempted: the caller's deadline passed",
				"Client.Get: deadline after 0 in 0s: Client.Get: not attempted: the caller's deadline passed",
			}, "nobody wished it",
		},
		{
			"deadline with a cause before", policy.Policy{}, func(t *testing.T) context.Context {
				ctx, cancel := context.WithTimeoutCause(t.Context(), 0, errShutdown)
				t.Cleanup(cancel)
				return ctx
			}, []answer{succeed}, false,
			[]string{
				"Client.Get: gave up, deadline after 0, 0s since the first: Client.Get: not attempted: shutdown",
				"Client.Get: deadline after 0 in 0s: Client.Get: not attempted: shutdown",
			}, "a deadline by whatever name",
		},
		{
			"budget", policy.Policy{Retry: attempts(3, 100*ms), Budget: policy.Budget{Ratio: 1}}, (*testing.T).Context, []answer{fail(errDown)}, false,
			[]string{
				"Client.Get: attempt 1 took 0s: down",
				"Client.Get: gave up, budget after 1, 0s since the first: Client.Get: gave up after 1 attempt: retry budget spent: down",
				"Client.Get: budget after 1 in 0s: Client.Get: gave up after 1 attempt: retry budget spent: down",
			}, "no retry that does not take place",
		},
		{
			"Retry-After", policy.Policy{Retry: policy.Retry{Attempts: 3, Strategy: backoff.Simple{Max: time.Second}}}, (*testing.T).Context, []answer{fail(busy{time.Minute})}, false,
			[]string{
				"Client.Get: attempt 1 took 0s: busy",
				"Client.Get: gave up, retry-after after 1, 0s since the first: Client.Get: gave up after 1 attempt: server asks for a longer wait than the policy allows: busy",
				"Client.Get: retry-after after 1 in 0s: Client.Get: gave up after 1 attempt: server asks for a longer wait than the policy allows: busy",
			}, "no retry that does not take place",
		},
		{
			"opens", policy.Policy{Retry: attempts(3, 100*ms), Breaker: policy.Breaker{Failures: 1, Cooldown: time.Minute}}, (*testing.T).Context, []answer{fail(errDown)}, false,
			[]string{
				"Client.Get: closed to open at 1 failures for 1m0s",
				"Client.Get: attempt 1 took 0s: down",
				`Client.Get: gave up, open after 1, 0s since the first: Client.Get: gave up after 1 attempt: circuit breaker "Client.Get" is open for another 1m0s: down`,
				`Client.Get: open after 1 in 0s: Client.Get: gave up after 1 attempt: circuit breaker "Client.Get" is open for another 1m0s: down`,
			}, "the breaker first: the attempt that opened it is over",
		},
		{
			"is a probe", policy.Policy{Retry: attempts(2, time.Second), Breaker: policy.Breaker{Failures: 1, Cooldown: time.Second}}, (*testing.T).Context, []answer{fail(errDown), succeed}, false,
			[]string{
				"Client.Get: closed to open at 1 failures for 1s",
				"Client.Get: attempt 1 took 0s: down",
				"Client.Get: open to half-open at 0 failures for 0s",
				"Client.Get: retry 2 after 1s: down",
				"Client.Get: half-open to closed at 0 failures for 0s",
				"Client.Get: attempt 2 took 0s: <nil>",
				"Client.Get: success after 2 in 1s: <nil>",
			}, "the retry is told once the breaker has let it through",
		},
		{
			"refused", policy.Policy{}, (*testing.T).Context, []answer{succeed}, true,
			[]string{
				`Client.Get: gave up, open after 0, 0s since the first: circuit breaker "Client" is forced open`,
				`Client.Get: open after 0 in 0s: circuit breaker "Client" is forced open`,
			}, "no attempt to tell of",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			throughEntries(t, func(t *testing.T, e entry) {
				var d diary
				s := setup{own: tt.own, options: retry.Options{Hooks: d.hooks()}}
				if tt.open {
					s.shared.Breaker = policy.Breaker{Failures: 1}
				}
				m := s.method(tt.answers...)
				if tt.open {
					m.group.Breaker().ForceOpen()
					d = diary{}
				}
				_ = e.call(t, m, tt.context(t))
				assert.Equal(t, tt.want, d.lines, tt.reason)
			})
		})
	}
}

// A retry that the breaker refuses after its wait does not take place, and the
// hook Retry is not told of it.
func TestNoRetryIsToldThatTheBreakerRefuses(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		var d diary
		s := setup{own: policy.Policy{Retry: attempts(3, 100*ms)}, options: retry.Options{Hooks: d.hooks()}}
		s.shared.Breaker = policy.Breaker{Failures: 9}
		s.options.Hooks.BreakerChange = nil // it would be told on another goroutine
		m := s.method(fail(errDown))
		go func() {
			time.Sleep(40 * ms)
			m.group.Breaker().ForceOpen()
		}()
		_ = e.call(t, m, t.Context())
		const refused = `Client.Get: gave up after 1 attempt: circuit breaker "Client" is forced open: down`
		assert.Equal(t, []string{
			"Client.Get: attempt 1 took 0s: down",
			"Client.Get: gave up, open after 1, 100ms since the first: " + refused,
			"Client.Get: open after 1 in 100ms: " + refused,
		}, d.lines)
	})
}

// The hooks that cost nothing per call are told the same on the direct way, where
// CallDone and AttemptDone are not wanted.
func TestHooksOnTheDirectWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d diary
		hooks := d.hooks()
		hooks.CallDone, hooks.AttemptDone = nil, nil
		s := setup{own: policy.Policy{Retry: attempts(2, 100*ms)}, options: retry.Options{Hooks: hooks}}
		s.shared.Breaker = policy.Breaker{Failures: 2, Cooldown: time.Minute}
		m := s.method(fail(errDown))
		_ = m.do(t.Context())
		_ = m.do(t.Context())
		assert.Equal(t, []string{
			"Client.Get: retry 2 after 100ms: down",
			"Client: closed to open at 2 failures for 1m0s",
			"Client.Get: gave up, exhausted after 2, 100ms since the first: Client.Get: gave up after 2 attempts in 100ms: attempts exhausted: down",
			`Client.Get: gave up, open after 0, 0s since the first: circuit breaker "Client" is open for another 1m0s`,
		}, d.lines)
	})
}

// Hooks find what the caller has put into the context.
func TestHooksGetTheCallersContext(t *testing.T) {
	type traceID struct{}
	throughEntries(t, func(t *testing.T, e entry) {
		var d diary
		m := setup{own: policy.Policy{Retry: attempts(2, 0)}, options: retry.Options{Hooks: d.hooks()}}.method(fail(errDown))
		_ = e.call(t, m, context.WithValue(t.Context(), traceID{}, "7"))
		assert.Len(t, d.contexts, 5)
		for _, ctx := range d.contexts {
			assert.Equal(t, "7", ctx.Value(traceID{}))
		}
	})
}

// Each hook is told the same whether or not there are others.
func TestHooksAlone(t *testing.T) {
	only := map[string]func(all retry.Hooks) retry.Hooks{
		"none":          func(retry.Hooks) retry.Hooks { return retry.Hooks{} },
		"CallDone":      func(all retry.Hooks) retry.Hooks { return retry.Hooks{CallDone: all.CallDone} },
		"AttemptDone":   func(all retry.Hooks) retry.Hooks { return retry.Hooks{AttemptDone: all.AttemptDone} },
		"Retry":         func(all retry.Hooks) retry.Hooks { return retry.Hooks{Retry: all.Retry} },
		"GiveUp":        func(all retry.Hooks) retry.Hooks { return retry.Hooks{GiveUp: all.GiveUp} },
		"BreakerChange": func(all retry.Hooks) retry.Hooks { return retry.Hooks{BreakerChange: all.BreakerChange} },
	}
	// A success, a success of a retry, a call given up and one refused.
	told := func(t *testing.T, which func(retry.Hooks) retry.Hooks) (lines []string) {
		synctest.Test(t, func(t *testing.T) {
			var d diary
			s := setup{own: policy.Policy{Retry: attempts(2, 100*ms)}, options: retry.Options{Hooks: which(d.hooks())}}
			s.shared.Breaker = policy.Breaker{Failures: 2, Cooldown: time.Minute}
			m := s.method(slowly(succeed), slowly(fail(errDown)), slowly(succeed), slowly(fail(errDown)))
			for range 4 {
				_ = m.do(t.Context())
			}
			lines = d.lines
		})
		return lines
	}
	all := told(t, func(all retry.Hooks) retry.Hooks { return all })
	assert.Len(t, all, 14)
	seen := 0
	for name, which := range only {
		var want []string
		for _, line := range all {
			if kindOf(line) == name {
				want = append(want, line)
			}
		}
		assert.Equal(t, want, told(t, which), name)
		seen += len(want)
	}
	assert.Equal(t, len(all), seen, "every line is of one hook")
	w := retry.NewWrapper("Client", policy.Policy{}, nil)
	assert.NoError(t, w.Method("Get", retry.MethodSpec{}).Do(t.Context(), succeed), "nil Options")
}

// kindOf names the hook that a line is of.
func kindOf(line string) string {
	for _, kind := range []struct{ word, hook string }{
		{" gave up, ", "GiveUp"}, {": attempt ", "AttemptDone"}, {": retry ", "Retry"}, {"closed to open", "BreakerChange"},
	} {
		if strings.Contains(line, kind.word) {
			return kind.hook
		}
	}
	return "CallDone"
}

// A call that ends by panic is told all the same.
func TestCallDoneAfterAPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d diary
		m := setup{own: policy.Policy{Retry: attempts(2, 100*ms)}, options: retry.Options{Hooks: d.hooks()}}.
			method(fail(errDown), func(context.Context) error { panic("boom") })
		assert.PanicsWithValue(t, "boom", func() { _ = m.do(t.Context()) })
		assert.Equal(t, []string{
			"Client.Get: attempt 1 took 0s: down",
			"Client.Get: retry 2 after 100ms: down",
			"Client.Get: attempt 2 took 0s: <nil>",
			"Client.Get: panic after 2 in 100ms: <nil>",
		}, d.lines)
	})
}

// A breaker that looks for slow calls times the call alone, and not the hook that is
// told of it before.
func TestSlowHookIsNoSlowCall(t *testing.T) {
	for caller, call := range callers {
		t.Run(caller, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := setup{
					own:    parse(t, "simple attempts=2 delay=0s; hedge after=1h"),
					shared: parse(t, "breaker slow=1s slow-rate=50% min=1"),
					options: retry.Options{Hooks: retry.Hooks{
						Retry: func(context.Context, retry.RetryEvent) { time.Sleep(2 * time.Second) },
					}},
				}.method(fail(errDown), succeed)
				assert.NoError(t, call(t.Context(), m.Method, m.next))
				assert.Equal(t, []time.Duration{0, 2 * time.Second}, m.began)
				assert.Equal(t, breaker.Closed, m.snapshot().State)
				assert.Zero(t, m.snapshot().Slow)
			})
		})
	}
}

// An attempt begins with the call only if nothing comes before it: neither the wait for
// a place nor a listener of the breaker counts.
func TestAttemptBeginsAfterWhatComesBefore(t *testing.T) {
	for name, tt := range map[string]struct {
		own      policy.Policy
		listener time.Duration
	}{
		"a limit":    {own: policy.Policy{Limit: policy.Limit{Rate: policy.Rate{Events: 50, Per: time.Second}, Burst: 1, Wait: time.Second}}},
		"a listener": {own: policy.Policy{Breaker: policy.Breaker{Failures: 1, Cooldown: 10 * ms}}, listener: 10 * ms},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var call retry.CallEvent
				var attempt retry.AttemptEvent
				m := setup{own: tt.own, options: retry.Options{Hooks: retry.Hooks{
					CallDone:    func(_ context.Context, e retry.CallEvent) { call = e },
					AttemptDone: func(_ context.Context, e retry.AttemptEvent) { attempt = e; time.Sleep(10 * ms) },
					BreakerChange: func(c breaker.Change) {
						if c.To == breaker.HalfOpen {
							time.Sleep(tt.listener)
						}
					},
				}}}.method(fail(errDown), slowly(succeed))
				assert.Error(t, m.do(t.Context()))
				assert.NoError(t, m.do(t.Context()))
				assert.Equal(t, 10*ms, attempt.Duration)
				assert.Equal(t, 20*ms, call.Duration, "without the hook, which runs when the attempt has ended")
			})
		})
	}
}
