package retry_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// always disturbs every attempt.
func always(act retry.ChaosAct) *retry.Chaos {
	act.Share = 1
	return &retry.Chaos{Acts: []retry.ChaosAct{act}}
}

// firstly disturbs the first attempt.
func firstly(act retry.ChaosAct) *retry.Chaos {
	var n atomic.Int32
	return &retry.Chaos{Choose: func(context.Context) retry.ChaosAct {
		if n.Add(1) == 1 {
			return act
		}
		return retry.ChaosAct{}
	}}
}

// Each kind of chaos looks to the policy as if the dependency did it.
func TestChaosKinds(t *testing.T) {
	for _, tt := range []struct {
		name    string
		act     retry.ChaosAct
		calls   int // of the method, under three attempts
		took    time.Duration
		text    string
		matches error
	}{
		{"delay", retry.ChaosAct{Kind: retry.ChaosDelay, Delay: 100 * ms}, 1, 100 * ms, "", nil},
		{"delay beyond the attempt timeout", retry.ChaosAct{Kind: retry.ChaosDelay, Delay: 2 * time.Second}, 0, 3*time.Second + 20*ms,
			"chaos: delay: context deadline exceeded", context.DeadlineExceeded},
		{"error", retry.ChaosAct{Kind: retry.ChaosFailure, Err: errDown}, 0, 20 * ms, "chaos: down", errDown},
		{"error without a word", retry.ChaosAct{Kind: retry.ChaosFailure}, 0, 20 * ms, "chaos: error", nil},
		{"final error", retry.ChaosAct{Kind: retry.ChaosFailure, Err: retry.Permanent(errDown)}, 0, 0, "chaos: down", errDown},
		{"hang", retry.ChaosAct{Kind: retry.ChaosHang}, 0, 3*time.Second + 20*ms, "chaos: hang: context deadline exceeded", context.DeadlineExceeded},
		{"half-done", retry.ChaosAct{Kind: retry.ChaosHalfDone}, 3, 20 * ms, "chaos: half-done: the answer was thrown away", nil},
		{"half-done with an error", retry.ChaosAct{Kind: retry.ChaosHalfDone, Err: errDown}, 3, 20 * ms, "chaos: half-done: down", errDown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			throughEntries(t, func(t *testing.T, e entry) {
				var told []retry.ChaosEvent
				s := setup{own: parse(t, "simple attempts=3 delay=10ms; timeout attempt=1s"), general: e.general}
				s.options.Chaos = always(tt.act)
				s.options.Hooks.Disturbed = func(_ context.Context, e retry.ChaosEvent) { told = append(told, e) }
				m := s.method(succeed)
				start := time.Now()
				err := m.Do(t.Context(), m.next)
				assert.Equal(t, tt.took, time.Since(start))
				assert.Equal(t, tt.calls, m.calls())
				require.NotEmpty(t, told)
				assert.Equal(t, "Client.Get", told[0].Method)
				assert.Equal(t, tt.act.Kind, told[0].Kind)
				assert.Equal(t, tt.act.Delay, told[0].Delay)
				if tt.text == "" {
					require.NoError(t, err)
					return
				}
				require.ErrorContains(t, err, tt.text)
				c, ok := errors.AsType[*retry.ChaosError](err)
				require.True(t, ok)
				assert.Equal(t, tt.act.Kind, c.Kind)
				if tt.matches != nil {
					require.ErrorIs(t, err, tt.matches)
				}
			})
		})
	}
}

// A method that fails by itself hides nothing behind chaos.
func TestHalfDoneAfterAFailure(t *testing.T) {
	told := 0
	s := setup{}
	s.options.Chaos = always(retry.ChaosAct{Kind: retry.ChaosHalfDone})
	s.options.Hooks.Disturbed = func(context.Context, retry.ChaosEvent) { told++ }
	require.Equal(t, errDown, s.method(fail(errDown)).do(t.Context()))
	assert.Zero(t, told)
}

// The breaker and the limit stand outside of chaos.
func TestChaosIsInnermost(t *testing.T) {
	s := setup{own: parse(t, "breaker failures=2; limit concurrent=1")}
	s.options.Chaos = always(retry.ChaosAct{Kind: retry.ChaosFailure})
	m := s.method(succeed)
	require.ErrorContains(t, m.do(t.Context()), "chaos")
	require.ErrorContains(t, m.do(t.Context()), "chaos")
	require.ErrorContains(t, m.do(t.Context()), "circuit breaker")
	assert.Zero(t, m.group.Snapshot().Methods[0].Limit.Active)
}

// A panic of chaos is one of the method: it reaches the caller, and the breaker counts it.
func TestChaosPanics(t *testing.T) {
	for value, want := range map[any]any{nil: "chaos: panic in Client.Get", "boom": "boom"} {
		throughEntries(t, func(t *testing.T, e entry) {
			s := setup{own: parse(t, "simple attempts=3; breaker failures=1"), general: e.general}
			s.options.Chaos = always(retry.ChaosAct{Kind: retry.ChaosPanic, Value: value})
			m := s.method(succeed)
			assert.PanicsWithValue(t, want, func() { _ = e.call(t, m, t.Context()) })
			assert.Equal(t, "open", m.group.Snapshot().Methods[0].Breaker.State.String())
		})
	}
}

// A result stands in for the method's own, if it can.
func TestChaosResult(t *testing.T) {
	for _, tt := range []struct {
		name  string
		value any
		want  int
		text  string
	}{
		{"fits", 42, 42, ""},
		{"does not fit", "42", 0, "retry: chaos of Client.Get: Value is of type string; the method's result is of type int"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := setup{own: policy.Policy{Retry: attempts(3, time.Hour)}}
			s.options.Chaos = always(retry.ChaosAct{Kind: retry.ChaosResult, Value: tt.value})
			m := s.method(succeed)
			got, err := retry.Call(t.Context(), m.Method, func(ctx context.Context) (int, error) { return 1, m.next(ctx) })
			assert.Equal(t, tt.want, got)
			assert.Zero(t, m.calls())
			if tt.text == "" {
				require.NoError(t, err)
			} else {
				require.EqualError(t, err, tt.text)
			}
			require.EqualError(t, m.do(t.Context()),
				fmt.Sprintf("retry: chaos of Client.Get: Value is of type %T; the method does not have exactly one result", tt.value))
		})
	}
	s := setup{}
	s.options.Chaos = always(retry.ChaosAct{Kind: retry.ChaosResult, Value: 1})
	_, err := retry.Call(t.Context(), s.method(succeed).Method, func(context.Context) (io.Reader, error) { return nil, nil })
	require.EqualError(t, err, "retry: chaos of Client.Get: Value is of type int, which does not implement the method's result")
}

// An ending is a result that counts how often it is closed.
type ending struct{ closed int }

func (e *ending) Close() error { e.closed++; return nil }

// The answer that chaos throws away is closed once, with a lease and without one.
func TestHalfDoneCloses(t *testing.T) {
	for name, lends := range map[string]bool{"data": false, "stream": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := setup{own: policy.Policy{Retry: attempts(2, 0)}, lends: lends}
				s.options.Chaos = always(retry.ChaosAct{Kind: retry.ChaosHalfDone})
				m := s.method(succeed)
				var made []*ending
				got, err := retry.Call(t.Context(), m.Method, func(ctx context.Context) (*ending, error) {
					made = append(made, new(ending))
					return retry.Keep(ctx, made[len(made)-1]), nil
				})
				require.Error(t, err)
				assert.Nil(t, got)
				assert.Equal(t, []*ending{{1}, {1}}, made)
			})
		})
	}
}

// Copies of an attempt are disturbed as well: here the first one hangs, and its copy wins.
func TestChaosAndHedge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := setup{own: parse(t, "hedge after=50ms")}
		s.options.Chaos = firstly(retry.ChaosAct{Kind: retry.ChaosHang})
		m := s.method(succeed)
		start := time.Now()
		got, err := retry.Hedge(t.Context(), m.Method, func(ctx context.Context) (int, error) { return retry.Copy(ctx), nil })
		require.NoError(t, err)
		assert.Equal(t, 1, got)
		assert.Equal(t, 50*ms, time.Since(start))
	})
}

// With error-in, the caller gets the error of chaos, and not what an earlier attempt has found
// in its results. A ChaosError of a wrapper below is the method's own.
func TestChaosAndErrorIn(t *testing.T) {
	below := &retry.ChaosError{Method: "Below.Get", Kind: retry.ChaosFailure, Err: errDown}
	for _, tt := range []struct {
		name  string
		found error // in the results of the first attempt
		act   retry.ChaosAct
		want  string
	}{
		{"error", errDown, retry.ChaosAct{Kind: retry.ChaosFailure, Err: errors.New("busy")}, "chaos: busy"},
		{"final error", errDown, retry.ChaosAct{Kind: retry.ChaosFailure, Err: retry.Permanent(errors.New("no"))}, "chaos: no"},
		{"half-done", errDown, retry.ChaosAct{Kind: retry.ChaosHalfDone}, "chaos: half-done"},
		{"found below", below, retry.ChaosAct{}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			attempt := 0
			s := setup{own: policy.Policy{Retry: attempts(2, 0)}}
			s.options.Chaos = &retry.Chaos{Choose: func(context.Context) retry.ChaosAct {
				if attempt++; attempt == 2 {
					return tt.act
				}
				return retry.ChaosAct{}
			}}
			m := s.method(succeed)
			var reading retry.Reading
			err := reading.Error(m.Do(t.Context(), func(context.Context) error {
				if attempt == 2 && tt.act.Kind != "" {
					return reading.Of(nil, nil)
				}
				return reading.Of(tt.found, nil)
			}))
			if tt.want == "" {
				require.NoError(t, err, "the caller finds it in the results")
			} else {
				require.ErrorContains(t, err, tt.want)
			}
		})
	}
}

// A poll whose result is not good yet loses it like any other answer.
func TestChaosAndPolls(t *testing.T) {
	s := setup{own: policy.Policy{Retry: attempts(3, 0)}, spec: func(s *retry.MethodSpec) { s.Polls = true }}
	s.options.Chaos = firstly(retry.ChaosAct{Kind: retry.ChaosHalfDone})
	polls := 0
	err := s.method(succeed).Do(t.Context(), func(context.Context) error {
		polls++
		return retry.NotYet(polls < 3, nil)
	})
	require.NoError(t, err)
	assert.Equal(t, 3, polls)
}

// SetChaos applies to calls that begin after it, SetPolicy keeps it, and a group that is
// switched off disturbs nothing.
func TestSetChaos(t *testing.T) {
	var log bytes.Buffer
	s := setup{own: policy.Policy{Retry: attempts(1, 0)}}
	s.options.Logger = slog.New(slog.NewTextHandler(&log, nil))
	m := s.method(succeed)
	chaos := always(retry.ChaosAct{Kind: retry.ChaosFailure})
	for _, name := range []string{"Client.Get", "Client"} {
		require.NoError(t, m.do(t.Context()))
		require.NoError(t, m.group.SetChaos(name, chaos))
		assert.Equal(t, "100% error", m.group.Snapshot().Methods[0].Chaos)
		require.ErrorContains(t, m.do(t.Context()), "chaos")
		patch, err := policy.ParsePatch("attempts=2")
		require.NoError(t, err)
		require.NoError(t, m.group.SetPolicy("Client.Get", patch))
		require.ErrorContains(t, m.do(t.Context()), "chaos")
		m.group.SetEnabled(false)
		require.NoError(t, m.do(t.Context()))
		m.group.SetEnabled(true)
		require.ErrorContains(t, m.do(t.Context()), "chaos")
		require.NoError(t, m.group.SetChaos(name, nil))
		assert.Empty(t, m.group.Snapshot().Methods[0].Chaos)
	}
	assert.Contains(t, log.String(), `msg="chaos set" method=Client.Get chaos="100% error"`)
	assert.Contains(t, log.String(), `msg=chaos method=Client.Get count=1 kind=error`)
	assert.Contains(t, log.String(), `msg="chaos set" method=Client.Get chaos=off`)
	assert.Equal(t, 2, strings.Count(log.String(), "msg=chaos "), "one line a second")
	require.EqualError(t, m.group.SetChaos("Client.Put", chaos), "retry: the group has no method Client.Put, or it passes straight through")
}

// What is wrong with a Chaos is an error, and changes nothing.
func TestInvalidChaos(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		chaos      retry.Chaos
	}{
		{"share below", "act 1, error: the share is -0.1, want 0 to 1", retry.Chaos{Acts: []retry.ChaosAct{{Kind: retry.ChaosFailure, Share: -0.1}}}},
		{"share above", "act 1, error: the share is 1.5, want 0 to 1", retry.Chaos{Acts: []retry.ChaosAct{{Kind: retry.ChaosFailure, Share: 1.5}}}},
		{"no number", "act 1, error: the share is NaN, want 0 to 1", retry.Chaos{Acts: []retry.ChaosAct{{Kind: retry.ChaosFailure, Share: math.NaN()}}}},
		{"sum", "the shares add up to 1.1, want 1 at most", retry.Chaos{Acts: []retry.ChaosAct{{Kind: retry.ChaosFailure, Share: 0.5}, {Kind: retry.ChaosPanic, Share: 0.6}}}},
		{"kind", `act 1: unknown kind "fire"`, retry.Chaos{Acts: []retry.ChaosAct{{Kind: "fire"}}}},
		{"no delay", "act 1: delay: Delay is 0s, want more than zero", retry.Chaos{Acts: []retry.ChaosAct{{Kind: retry.ChaosDelay}}}},
		{"delay of an error", "act 1: error: only a delay has a Delay", retry.Chaos{Acts: []retry.ChaosAct{{Kind: retry.ChaosFailure, Delay: 1}}}},
		{"error of a panic", "act 1: panic: only an error or half-done has an Err", retry.Chaos{Acts: []retry.ChaosAct{{Kind: retry.ChaosPanic, Err: errDown}}}},
		{"no result", "act 1: result: Value is nil; for a nil pointer, give it its type", retry.Chaos{Acts: []retry.ChaosAct{{Kind: retry.ChaosResult}}}},
		{"value of an error", "act 1: error: only a result or a panic has a Value", retry.Chaos{Acts: []retry.ChaosAct{{Kind: retry.ChaosFailure, Value: 1}}}},
		{"both", "both Choose and Seed or Acts are set; Choose decides in their place", retry.Chaos{Seed: 1, Choose: func(context.Context) retry.ChaosAct { return retry.ChaosAct{} }}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := setup{}.method(succeed)
			require.EqualError(t, m.group.SetChaos("Client.Get", &tt.chaos), "retry: chaos of Client.Get: "+tt.want)
			assert.Empty(t, m.group.Snapshot().Methods[0].Chaos)
			s := setup{}
			s.options.Chaos = &tt.chaos
			assert.Panics(t, func() { s.method(succeed) })
		})
	}
}

// A hang ends with the context, so a method needs one.
func TestHangsNeedAContext(t *testing.T) {
	hang := retry.ChaosAct{Kind: retry.ChaosHang}
	m := setup{spec: func(s *retry.MethodSpec) { s.NoContext = true }}.method(succeed)
	require.EqualError(t, m.group.SetChaos("Client.Get", always(hang)), "retry: chaos of Client.Get: a method without a context cannot hang")
	require.NoError(t, m.group.SetChaos("Client", always(hang)), "the other methods may have one")
	require.NoError(t, m.do(t.Context()))
	require.NoError(t, m.group.SetChaos("Client", firstly(hang)))
	require.EqualError(t, m.do(t.Context()), "retry: chaos of Client.Get: a method without a context cannot hang")
}

// The same seed draws the same acts, in about their shares.
func TestChaosDraws(t *testing.T) {
	const calls = 10_000
	draws := func(seed uint64) (text string) {
		s := setup{}
		s.options.Chaos = &retry.Chaos{Seed: seed, Acts: []retry.ChaosAct{
			{Kind: retry.ChaosFailure, Share: 0.2, Err: retry.Permanent(errDown)}, {Kind: retry.ChaosHalfDone, Share: 0.1},
		}}
		var drawn strings.Builder
		s.options.Hooks.Disturbed = func(_ context.Context, e retry.ChaosEvent) { drawn.WriteString(string(e.Kind[0])) }
		m := s.method(succeed)
		for range calls {
			before := drawn.Len()
			_ = m.Do(t.Context(), succeed)
			if drawn.Len() == before {
				drawn.WriteString(".")
			}
		}
		return drawn.String()
	}
	first := draws(7)
	assert.Equal(t, first, draws(7))
	assert.NotEqual(t, first, draws(8))
	// Four standard errors: sqrt(p(1-p)/n) is 0.004 and 0.003.
	assert.InDelta(t, 0.2, float64(strings.Count(first, "e"))/calls, 0.016)
	assert.InDelta(t, 0.1, float64(strings.Count(first, "h"))/calls, 0.012)
}
