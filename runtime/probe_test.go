package retry_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// A nest is a method that calls others of its wrapper: all of them share a breaker, or
// the breakers of their keys.
type nest struct {
	group *retry.Group
	calls int // of what the innermost one calls
	fails int // of these, the first ones
	call  func(ctx context.Context) error
}

// innermost fails at first.
func (n *nest) innermost(context.Context) error {
	if n.calls++; n.calls <= n.fails {
		return errDown
	}
	return nil
}

// nestings are the ways in which a call comes to be below another one.
var nestings = map[string]func(t *testing.T, text string) *nest{
	"another method": func(t *testing.T, text string) *nest {
		n, method := newNest(t, text)
		outer, inner := method("A", "", false), method("B", "", false)
		n.call = func(ctx context.Context) error {
			return outer.Do(ctx, func(ctx context.Context) error { return inner.Do(ctx, n.innermost) })
		}
		return n
	},
	"another method with a value": func(t *testing.T, text string) *nest {
		n, method := newNest(t, text)
		outer, inner := method("A", "", false), method("B", "", false)
		n.call = func(ctx context.Context) error {
			_, err := retry.Call(ctx, outer, func(ctx context.Context) (int, error) {
				return retry.Call(ctx, inner, func(ctx context.Context) (int, error) { return 1, n.innermost(ctx) })
			})
			return err
		}
		return n
	},
	"general methods": func(t *testing.T, text string) *nest {
		n, method := newNest(t, text)
		outer, inner := method("A", "timeout total=1h", false), method("B", "timeout total=1h attempt=1h", true)
		n.call = func(ctx context.Context) error {
			return outer.Do(ctx, func(ctx context.Context) error { return inner.Do(ctx, n.innermost) })
		}
		return n
	},
	"streams": func(t *testing.T, text string) *nest {
		n, method := newNest(t, text)
		outer, inner := method("A", "timeout total=1h", true), method("B", "timeout attempt=1h", true)
		n.call = func(ctx context.Context) error {
			return outer.Do(ctx, func(ctx context.Context) error { return inner.Do(ctx, n.innermost) })
		}
		return n
	},
	"hedges": func(t *testing.T, text string) *nest {
		n, method := newNest(t, text)
		outer, inner := method("A", "hedge after=1h", false), method("B", "hedge after=1h", false)
		n.call = func(ctx context.Context) error {
			_, err := retry.Hedge(ctx, outer, func(ctx context.Context) (int, error) {
				return retry.Hedge(ctx, inner, func(ctx context.Context) (int, error) { return 1, n.innermost(ctx) })
			})
			return err
		}
		return n
	},
	"itself": func(t *testing.T, text string) *nest {
		n, method := newNest(t, text)
		m := method("A", "", false)
		n.call = func(ctx context.Context) error {
			return m.Do(ctx, func(ctx context.Context) error { return m.Do(ctx, n.innermost) })
		}
		return n
	},
	"two below": func(t *testing.T, text string) *nest {
		n, method := newNest(t, text)
		outer, middle, inner := method("A", "", false), method("B", "breaker failures=9", false), method("C", "", false)
		n.call = func(ctx context.Context) error {
			return outer.Do(ctx, func(ctx context.Context) error {
				return middle.Do(ctx, func(ctx context.Context) error { return inner.Do(ctx, n.innermost) })
			})
		}
		return n
	},
	"a fallback that is a method": func(t *testing.T, text string) *nest {
		n, method := newNest(t, text)
		outer, inner, fallback := method("A", "", false), method("B", "breaker off", false), method("C", "", false)
		n.call = func(ctx context.Context) error {
			return outer.Do(ctx, func(ctx context.Context) error {
				err := inner.Do(ctx, fail(errDown))
				if !inner.FallsBack(ctx, nil, err) {
					return err
				}
				return retry.FallbackError(fallback.Do(ctx, n.innermost), err)
			})
		}
		return n
	},
}

func newNest(t *testing.T, text string) (*nest, func(name, own string, lends bool) *retry.Method) {
	n := &nest{group: new(retry.Group)}
	w := retry.NewWrapper("Client", parse(t, text), &retry.Options{Group: n.group})
	return n, func(name, own string, lends bool) *retry.Method {
		return w.Method(name, retry.MethodSpec{Policy: parse(t, own), SharedBreaker: true, Lends: lends})
	}
}

// A call below one that is a probe of the same breaker is part of that probe. It used to
// be refused by that, so the outer call reported nothing, for ever.
func TestCallsInsideAProbe(t *testing.T) {
	for name, nesting := range nestings {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := nesting(t, "breaker failures=1 cooldown=1s")
				n.fails = 2
				assert.Error(t, n.call(t.Context()))
				require.Equal(t, breaker.Open, n.group.Breaker().State())
				assert.ErrorIs(t, n.call(t.Context()), breaker.ErrOpen)
				assert.Equal(t, 1, n.calls)

				time.Sleep(time.Second)
				assert.Error(t, n.call(t.Context()), "the probe fails below")
				require.Equal(t, breaker.Open, n.group.Breaker().State(), "which opens the breaker again")
				assert.Equal(t, 2, n.group.Breaker().Snapshot().Openings, "once")
				assert.Equal(t, 2, n.calls)

				time.Sleep(time.Second)
				assert.NoError(t, n.call(t.Context()))
				assert.Equal(t, breaker.Closed, n.group.Breaker().State())
				assert.Equal(t, 3, n.calls)
			})
		})
	}
}

// There is one vote of an outer and an inner call, and the inner one takes no place of
// another probe.
func TestCallsInsideAProbeDoNotVote(t *testing.T) {
	for name, nesting := range nestings {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := nesting(t, "breaker failures=1 cooldown=1s probes=2 successes=2")
				n.fails = 1
				assert.Error(t, n.call(t.Context()))
				time.Sleep(time.Second)
				assert.NoError(t, n.call(t.Context()))
				s := n.group.Breaker().Snapshot()
				assert.Equal(t, breaker.HalfOpen, s.State)
				assert.Equal(t, 1, s.Openings)
				assert.Equal(t, 1, s.Successes)
				assert.Zero(t, s.Probes)
				assert.NoError(t, n.call(t.Context()))
				assert.Equal(t, breaker.Closed, n.group.Breaker().State())
			})
		})
	}
}

// A probe of one key is not one of another.
func TestCallsInsideAProbeOfAKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		w := retry.NewWrapper("Client", parse(t, "breaker failures=1 cooldown=1s"), &retry.Options{Group: group})
		method := func(name string) *retry.Method {
			return w.Method(name, retry.MethodSpec{SharedBreaker: true, Keyed: true})
		}
		outer, inner := method("A"), method("B")
		below := func(key string) error {
			return outer.For("a").Do(t.Context(), func(ctx context.Context) error {
				return inner.For(key).Do(ctx, succeed)
			})
		}
		for _, key := range []string{"a", "b"} {
			assert.Error(t, outer.For(key).Do(t.Context(), fail(errDown)))
		}
		time.Sleep(time.Second)
		block := make(chan error)
		go outer.For("b").Do(t.Context(), func(context.Context) error { return <-block })
		synctest.Wait()
		assert.ErrorIs(t, below("b"), breaker.ErrOpen, "b is being probed by another call")
		assert.NoError(t, below("a"))
		assert.Equal(t, 1, group.Snapshot().Methods[0].Keys.Keys, "a is well")
		close(block)
		synctest.Wait()
		assert.Equal(t, 0, group.Snapshot().Methods[0].Keys.Keys)
	})
}

// Only what is below the probe is part of it: another call is refused meanwhile, and so is
// one with the probe's context once the breaker has opened again.
func TestCallsBesideAProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shared := policy.Policy{Breaker: policy.Breaker{Failures: 1, Cooldown: time.Second}}
		m := setup{shared: shared}.method(fail(errDown))
		assert.Error(t, m.do(t.Context()))
		time.Sleep(time.Second)
		err := m.Do(t.Context(), func(ctx context.Context) error {
			assert.ErrorIs(t, m.Do(t.Context(), succeed), breaker.ErrOpen, "not below")
			m.group.Breaker().ForceOpen()
			assert.ErrorIs(t, m.Do(ctx, succeed), breaker.ErrOpen, "no longer a probe")
			return nil
		})
		assert.NoError(t, err)
	})
}

// A context that outlives its probe is not that of the next one.
func TestContextOfAProbeThatIsOver(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		shared := policy.Policy{Breaker: policy.Breaker{Failures: 1, Cooldown: time.Second}}
		m := setup{shared: shared, general: e.general}.method(fail(errDown), succeed, fail(errDown), succeed)
		assert.Error(t, e.call(t, m, t.Context()))
		time.Sleep(time.Second)
		assert.NoError(t, e.call(t, m, t.Context()))
		kept := m.contexts[1]
		assert.Error(t, e.call(t, m, t.Context()))
		time.Sleep(time.Second)
		assert.NoError(t, m.Do(t.Context(), func(context.Context) error {
			assert.ErrorIs(t, m.Do(context.WithoutCancel(kept), succeed), breaker.ErrOpen)
			return nil
		}))
	})
}
