package retry_test

import (
	"context"
	"runtime"
	"runtime/debug"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// boom is what leavers panic with.
type boom struct{ _ int }

// A leaver is user code that leaves by panic or by runtime.Goexit once it is
// armed.
type leaver struct {
	value *boom // of the panic; nil: Goexit
	armed bool
}

//go:noinline
func (l *leaver) leaveHere() {
	switch {
	case !l.armed:
	case l.value != nil:
		panic(l.value)
	default:
		runtime.Goexit()
	}
}

// leaves runs f on a goroutine of its own and requires that it leaves as l says,
// and that nobody stopped it in between: the stack of the panic still shows where
// it began.
func (l *leaver) leaves(t *testing.T, f func()) {
	t.Helper()
	var recovered any
	var stack string
	returned := false
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if recovered = recover(); recovered != nil {
				stack = string(debug.Stack())
			}
		}()
		f()
		returned = true
	}()
	<-done
	require.False(t, returned)
	if l.value == nil {
		assert.Nil(t, recovered)
		return
	}
	assert.Same(t, l.value, recovered)
	assert.Contains(t, stack, "leaveHere")
}

// leavingStrategy is a strategy of the user's.
type leavingStrategy struct{ *leaver }

func (s leavingStrategy) Delay(int, time.Duration, float64) time.Duration {
	s.leaveHere()
	return time.Second
}

// anErrorsMethod is a place where only Goexit leaves the call.
const anErrorsMethod = "a method of the error"

// leavingError is an error of the user's that is asked for its Retry-After.
type leavingError struct{ *leaver }

func (leavingError) Error() string { return "leaving" }

func (e leavingError) RetryAfter() time.Duration {
	e.leaveHere()
	return 0
}

// The method that leaves in the first attempt, before there is a call to end.
func TestLeavingTheFirstAttempt(t *testing.T) {
	for how, value := range map[string]*boom{"panics": new(boom), "exits": nil} {
		t.Run(how, func(t *testing.T) {
			throughEntries(t, func(t *testing.T, e entry) {
				l := &leaver{value: value, armed: true}
				s := setup{general: e.general, own: policy.Policy{Retry: attempts(2, 0)}}
				s.shared = policy.Policy{Breaker: policy.Breaker{Failures: 2, Cooldown: time.Second}, Budget: policy.Budget{Burst: 1}}
				m := s.method(func(context.Context) error { l.leaveHere(); return nil })
				leave := func() { _ = e.call(t, m, t.Context()) }

				l.leaves(t, leave)
				assert.Equal(t, breaker.Snapshot{Name: "Client", Failures: 1, Pressure: 0.5}, m.snapshot(), "a failure like any other")
				l.leaves(t, leave)
				assert.Equal(t, breaker.Open, m.snapshot().State)
				time.Sleep(time.Second)
				l.leaves(t, leave)
				assert.Equal(t, 2, m.snapshot().Openings, "the probe has failed too")
				time.Sleep(time.Second)
				m.answers = []answer{succeed}
				require.NoError(t, e.call(t, m, t.Context()), "the breaker is not wedged")

				m.group.Breaker().ForceClose()
				assert.Equal(t, 1, retriesLeft(t, m), "nobody has taken the token")
			})
		})
	}
}

// User code that leaves a call during its second attempt or just before, when
// there is most to lose: the only permit of a half-open breaker, a token, a timer
// and the contexts of the call and of the attempt.
func TestLeavingTheSecondAttempt(t *testing.T) {
	type place struct {
		name   string
		armed  int                       // the attempt in which
		put    func(s *setup, l *leaver) // user code where it leaves
		second func(l *leaver) answer    // what the second attempt does; nil: it fails
		state  breaker.State             // afterwards
		token  bool                      // is back
		reason string
	}
	hook := func(put func(h *retry.Hooks, l *leaver)) func(*setup, *leaver) {
		return func(s *setup, l *leaver) { put(&s.options.Hooks, l) }
	}
	places := []place{
		{
			"the method", 2, nil, func(l *leaver) answer { return func(context.Context) error { l.leaveHere(); return nil } },
			breaker.Open, false, "the probe has failed",
		},
		{
			"on", 2, func(s *setup, l *leaver) { s.on = func(error) bool { l.leaveHere(); return true } }, nil,
			breaker.HalfOpen, false, "nothing is known of the probe",
		},
		{
			"not", 2, func(s *setup, l *leaver) { s.not = func(error) bool { l.leaveHere(); return false } }, nil,
			breaker.HalfOpen, false, "nothing is known of the probe",
		},
		{
			anErrorsMethod, 2, nil, func(l *leaver) answer { return fail(leavingError{l}) },
			breaker.HalfOpen, false, "nothing is known of the probe",
		},
		{
			"Options.Classify", 2, func(s *setup, l *leaver) {
				s.options.Classify = func(error) retry.Class { l.leaveHere(); return retry.ClassUnclassified }
			}, nil,
			breaker.HalfOpen, false, "nothing is known of the probe",
		},
		{
			"the method's Classify", 2, func(s *setup, l *leaver) {
				s.spec = func(spec *retry.MethodSpec) {
					spec.Classify = func(error) retry.Class { l.leaveHere(); return retry.ClassUnclassified }
				}
			}, nil,
			breaker.HalfOpen, false, "nothing is known of the probe",
		},
		{
			"the method's RetryAfter", 2, func(s *setup, l *leaver) {
				s.spec = func(spec *retry.MethodSpec) {
					spec.RetryAfter = func(error) time.Duration { l.leaveHere(); return 0 }
				}
			}, nil,
			breaker.HalfOpen, false, "nothing is known of the probe",
		},
		{
			"the hook Retry", 1, hook(func(h *retry.Hooks, l *leaver) {
				h.Retry = func(context.Context, retry.RetryEvent) { l.leaveHere() }
			}), nil,
			breaker.HalfOpen, true, "the method was not called",
		},
		{
			"the hook AttemptDone", 2, hook(func(h *retry.Hooks, l *leaver) {
				h.AttemptDone = func(context.Context, retry.AttemptEvent) { l.leaveHere() }
			}), nil,
			breaker.Open, false, "the probe has failed before",
		},
		{
			"the hook GiveUp", 2, hook(func(h *retry.Hooks, l *leaver) {
				h.GiveUp = func(context.Context, retry.GiveUpEvent) { l.leaveHere() }
			}), nil,
			breaker.Open, false, "the probe has failed before",
		},
		{
			"the hook CallDone", 2, hook(func(h *retry.Hooks, l *leaver) {
				h.CallDone = func(context.Context, retry.CallEvent) { l.leaveHere() }
			}), nil,
			breaker.Open, false, "the probe has failed before",
		},
		{
			"the breaker's listener, when it admits the probe", 1, hook(func(h *retry.Hooks, l *leaver) {
				h.BreakerChange = func(c breaker.Change) {
					if c.To == breaker.HalfOpen {
						l.leaveHere()
					}
				}
			}), nil,
			breaker.HalfOpen, true, "the method was not called",
		},
		{
			"the breaker's listener, when the probe fails", 2, hook(func(h *retry.Hooks, l *leaver) {
				h.BreakerChange = func(c breaker.Change) {
					if c.From == breaker.HalfOpen {
						l.leaveHere()
					}
				}
			}), nil,
			breaker.Open, false, "the change is made before it is told",
		},
		{
			"the strategy", 1, func(s *setup, l *leaver) { s.own.Retry.Strategy = leavingStrategy{l} }, nil,
			breaker.Open, true, "no retry was decided on",
		},
	}
	for _, p := range places {
		for how, value := range map[string]*boom{"panics": new(boom), "exits": nil} {
			if p.name == anErrorsMethod && value != nil {
				continue // the one panic that goes no further; see TestMethodsThatPanicSayNothing
			}
			t.Run(p.name+" "+how, func(t *testing.T) {
				throughEntries(t, func(t *testing.T, e entry) {
					l := &leaver{value: value}
					s := setup{general: e.general}
					s.own.Retry = attempts(2, time.Second)
					s.shared.Breaker = policy.Breaker{Failures: 1, Cooldown: time.Second}
					s.shared.Budget = policy.Budget{Burst: 1}
					if p.put != nil {
						p.put(&s, l)
					}
					if e.general {
						s.own.Timeout.Attempt = time.Hour
					}
					second := fail(errDown)
					if p.second != nil {
						second = p.second(l)
					}
					// The first attempt opens the breaker, and the second comes as its probe.
					m := s.method(
						func(context.Context) error { l.armed = p.armed == 1; return errDown },
						func(ctx context.Context) error { l.armed = true; return second(ctx) },
					)
					l.leaves(t, func() { _ = e.call(t, m, t.Context()) })

					assert.Equal(t, p.state, m.snapshot().State, p.reason)
					assert.Zero(t, m.snapshot().Probes, "the permit is back")
					if e.general {
						for _, ctx := range m.contexts {
							assert.ErrorIs(t, ctx.Err(), context.Canceled, "the attempt's context is released")
						}
					}
					l.armed = false
					time.Sleep(time.Second)
					m.answers = []answer{succeed}
					require.NoError(t, e.call(t, m, t.Context()), "the breaker is not wedged")
					assert.Equal(t, breaker.Closed, m.snapshot().State)

					m.group.Breaker().ForceClose()
					left := 0
					if p.token {
						left = 1
					}
					assert.Equal(t, left, retriesLeft(t, m), p.reason)
				})
			})
		}
	}
}

// The hook LimitRefused leaves a call that holds the only permit of a half-open breaker,
// and in a retry also a token: they are given back, and the refused call's place is not
// taken.
func TestLeavingTheHookLimitRefused(t *testing.T) {
	for how, value := range map[string]*boom{"panics": new(boom), "exits": nil} {
		for caller, call := range callers {
			t.Run(how+", "+caller, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					l := &leaver{value: value}
					s := setup{own: policy.Policy{
						Retry: attempts(2, time.Second), Hedge: policy.Hedge{After: time.Hour},
						Limit: policy.Limit{Concurrent: 1, Rate: policy.Rate{Events: 1, Per: time.Minute}},
					}}
					s.shared.Breaker = policy.Breaker{Failures: 1, Cooldown: time.Second}
					s.shared.Budget = policy.Budget{Burst: 1}
					s.options.Hooks.LimitRefused = func(context.Context, retry.LimitEvent) { l.leaveHere() }
					m := s.method()
					n := 0
					down := func(context.Context) error { n++; return errDown }

					// The first attempt opens the breaker, and the second would be its probe.
					l.armed = true
					l.leaves(t, func() { _ = call(t.Context(), m.Method, down) })
					assert.Equal(t, 1, n)
					assert.Equal(t, breaker.HalfOpen, m.snapshot().State, "nothing is known of the probe")
					assert.Zero(t, m.snapshot().Probes, "its permit is back")

					l.leaves(t, func() { _ = call(t.Context(), m.Method, down) }) // now in the first attempt
					assert.Equal(t, 1, n)
					assert.Zero(t, m.snapshot().Probes)

					l.armed = false
					time.Sleep(time.Minute)
					require.NoError(t, call(t.Context(), m.Method, succeed), "the breaker is not wedged, and the place is free")
					assert.Equal(t, breaker.Closed, m.snapshot().State)

					require.NoError(t, m.group.SetPolicy("Client.Get", patch(t, "limit off; breaker off")))
					n = 0
					assert.ErrorIs(t, call(t.Context(), m.Method, down), retry.ErrExhausted, "the token is back")
					assert.Equal(t, 2, n)
				})
			})
		}
	}
}

// A nil context is a mistake of the caller, whichever way the call takes. It is said by
// name, and leaves nothing behind.
func TestNilContext(t *testing.T) {
	for name, own := range map[string]string{
		"direct":     "simple attempts=2",
		"open":       "breaker failures=1",
		"slow calls": "breaker slow=1s slow-rate=50%",
		"timed":      "timeout attempt=1s",
		"general":    "timeout total=1s; limit concurrent=1",
		"hedged":     "hedge after=1s",
	} {
		t.Run(name, func(t *testing.T) {
			throughEntries(t, func(t *testing.T, e entry) {
				m := setup{own: parse(t, own), general: e.general}.method(fail(errDown))
				if name == "open" {
					assert.Error(t, m.do(t.Context()))
				}
				var none context.Context
				assert.PanicsWithValue(t, "retry: nil context in a call of Client.Get", func() { _ = e.call(t, m, none) })
				assert.PanicsWithValue(t, "retry: nil context in a call of Client.Get", func() {
					_, _ = retry.Hedge(none, m.Method, func(context.Context) (int, error) { return 0, nil })
				})
				m.group.SetEnabled(false)
				assert.ErrorIs(t, e.call(t, m, none), errDown, "it passes straight through")
			})
		})
	}
}

// The funcs that take a context say what is wrong, too.
func TestNilContextOfAFunc(t *testing.T) {
	for name, f := range map[string]func(context.Context){
		"Attempt":         func(ctx context.Context) { retry.Attempt(ctx) },
		"Copy":            func(ctx context.Context) { retry.Copy(ctx) },
		"Detach":          func(ctx context.Context) { retry.Detach(ctx) },
		"WithoutRetry":    func(ctx context.Context) { retry.WithoutRetry(ctx) },
		"WithSafeRetries": func(ctx context.Context) { retry.WithSafeRetries(ctx) },
		"IdempotencyKey":  func(ctx context.Context) { retry.IdempotencyKey(ctx) },
	} {
		assert.PanicsWithValue(t, "retry: nil context", func() { f(nil) }, name)
	}
}
