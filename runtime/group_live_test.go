package retry_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// live makes Client.Get with three attempts, and a shared breaker and budget.
func live() (*retry.Group, *retry.Method) {
	group := new(retry.Group)
	shared := policy.Policy{Breaker: policy.Breaker{Failures: 5}, Budget: policy.DefaultBudget()}
	w := retry.NewWrapper("Client", shared, &retry.Options{Group: group})
	return group, w.Method("Get", retry.MethodSpec{
		Policy: policy.Policy{Retry: attempts(3, 0)}, SharedBreaker: true, SharedBudget: true,
	})
}

// calls returns how often a method that fails is called.
func calls(t *testing.T, m *retry.Method) (n int) {
	t.Helper()
	_ = m.Do(t.Context(), func(context.Context) error { n++; return errDown })
	return n
}

func patch(t *testing.T, text string) policy.Patch {
	t.Helper()
	x, err := policy.ParsePatch(text)
	require.NoError(t, err)
	return x
}

func parse(t *testing.T, text string) policy.Policy {
	t.Helper()
	p, err := policy.Parse(text)
	require.NoError(t, err)
	return p
}

func TestSetPolicy(t *testing.T) {
	group, get := live()
	require.NoError(t, group.SetPolicy("Client.Get", patch(t, "simple attempts=2 delay=0s; breaker off")))
	assert.Equal(t, 2, calls(t, get))
	assert.Zero(t, group.Breaker().Snapshot().Failures, "the call was not under it")

	require.NoError(t, group.ResetPolicy("Client.Get"))
	assert.Equal(t, 3, calls(t, get), "as the source declares it")
	assert.Equal(t, 3, group.Breaker().Snapshot().Failures)
}

// A method's own breaker keeps its state while its policy stays the same. The shared one
// keeps its state meanwhile.
func TestSetPolicyKeepsBreakers(t *testing.T) {
	group, get := live()
	assert.Equal(t, 3, calls(t, get))
	require.NoError(t, group.SetPolicy("Client.Get", patch(t, "simple attempts=1; breaker failures=2")))
	assert.Equal(t, 1, calls(t, get))
	require.NoError(t, group.SetPolicy("Client.Get", patch(t, "simple attempts=2 delay=0s; breaker failures=2")))
	assert.Equal(t, 1, calls(t, get), "the second failure opens it")
	assert.Equal(t, breaker.Open, group.Snapshot().Methods[0].Breaker.State)
	assert.Equal(t, breaker.Open, group.Breaker().State(), "no method has another one")
	require.NoError(t, group.ResetPolicy("Client.Get"))
	assert.Equal(t, 3, group.Breaker().Snapshot().Failures)
}

func TestSetPolicyThatIsRefused(t *testing.T) {
	group, get := live()
	w := retry.NewWrapper("Client", policy.Policy{}, &retry.Options{Group: group})
	w.Method("Put", retry.MethodSpec{NoContext: true})

	err := group.ResetPolicy("Client.Del")
	assert.EqualError(t, err, "retry: the group has no method Client.Del, or it passes straight through")
	err = group.ResetPolicy("Put")
	assert.EqualError(t, err, `retry: the group has no method Put; did you mean "Client.Put"?`)
	err = group.SetPolicy("Client.Put", patch(t, "simple attempts=2; timeout total=1s"))
	assert.EqualError(t, err, "retry: Client.Put: a timeout needs a context, and the method has none")
	for _, m := range group.Snapshot().Methods {
		if m.Method == "Client.Put" {
			assert.Empty(t, m.Policy.String(), "the old policy is in force")
		}
	}
	err = group.SetPolicy("Client.Get", patch(t, "simple attempts=unlimited"))
	assert.ErrorContains(t, err, `attempts=unlimited needs "budget off"`)
	assert.Equal(t, 3, calls(t, get))
}

// If one of the methods with a name cannot have a policy, the others do not get it either,
// whichever was made first.
func TestSetPolicyIsAllOrNothing(t *testing.T) {
	for refuses := range 2 {
		t.Run(strconv.Itoa(refuses), func(t *testing.T) {
			group := new(retry.Group)
			var methods [2]*retry.Method // of two packages, whose interfaces have one name
			for i := range methods {
				w := retry.NewWrapper("Client", policy.Policy{}, &retry.Options{Group: group})
				methods[i] = w.Method("Get", retry.MethodSpec{
					Policy: policy.Policy{Retry: attempts(2+i, 0)}, NoContext: i == refuses,
				})
			}
			require.Len(t, group.Snapshot().Methods, 2)
			err := group.SetPolicy("Client.Get", patch(t, "simple attempts=5 delay=0s; timeout total=1h"))
			require.EqualError(t, err, "retry: Client.Get: a timeout needs a context, and the method has none")
			assert.Equal(t, 2, calls(t, methods[0]))
			assert.Equal(t, 3, calls(t, methods[1]))

			require.NoError(t, group.SetPolicy("Client.Get", patch(t, "simple attempts=5 delay=0s")))
			assert.Equal(t, 5, calls(t, methods[0]))
			assert.Equal(t, 5, calls(t, methods[1]))
		})
	}
}

// A call ends by the policy that it began with.
func TestSetPolicyDuringACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group, get := live()
		began := time.Now()
		n := 0
		err := get.Do(t.Context(), func(context.Context) error {
			n++
			require.NoError(t, group.SetPolicy("Client.Get", patch(t, "simple attempts=9 delay=1s")))
			return errDown
		})
		assert.ErrorIs(t, err, retry.ErrExhausted)
		assert.Equal(t, 3, n)
		assert.Zero(t, time.Since(began))
	})
}

func TestSetPolicyWhileCallsRun(t *testing.T) {
	group, get := live()
	require.NoError(t, group.SetPolicy("Client.Get", patch(t, "simple attempts=2 delay=0s; breaker off; budget off")))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				n := calls(t, get)
				assert.True(t, n == 2 || n == 4, "%d attempts are those of no policy", n)
			}
		})
	}
	for i := range 200 {
		text := "simple attempts=2 delay=0s; breaker off; budget off"
		if i%2 == 0 {
			text = "linear attempts=4 base=0s; breaker off; budget off"
		}
		assert.NoError(t, group.SetPolicy("Client.Get", patch(t, text)))
	}
	wg.Wait()
}

// A method without a strategy gets the budget together with its first strategy.
func TestSetPolicyBringsTheBudget(t *testing.T) {
	group := new(retry.Group)
	get := retry.NewWrapper("Client", policy.Policy{}, &retry.Options{Group: group}).Method("Get", retry.MethodSpec{})
	assert.Equal(t, 1, calls(t, get))
	require.NoError(t, group.SetPolicy("Client.Get", patch(t, "simple attempts=1000 delay=0s")))
	assert.Equal(t, 11, calls(t, get), "the burst of the default, and the first attempt")
}

func TestSetEnabled(t *testing.T) {
	group, get := live()
	assert.Equal(t, 3, calls(t, get))
	group.SetEnabled(false)
	assert.False(t, group.Snapshot().Enabled)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for range 10 {
		assert.Same(t, errDown, get.Do(cancelled, fail(errDown)), "straight through")
		_, err := retry.Call(cancelled, get, func(context.Context) (int, error) { return 0, errDown })
		assert.Same(t, errDown, err)
		assert.Equal(t, 1, calls(t, get))
	}
	assert.Equal(t, 3, group.Breaker().Snapshot().Failures)

	group.SetEnabled(true)
	assert.Equal(t, 2, calls(t, get), "the breaker opens at the fifth failure")
}

// A breaker that only watches refuses nothing, and its hook still says when it would open.
// So an operator can try its settings.
func TestWatchOnlyBreaker(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		var told []breaker.State
		s := setup{general: e.general, own: policy.Policy{Retry: attempts(3, ms)}}
		s.shared.Breaker = policy.Breaker{Failures: 2, Cooldown: time.Minute}
		s.options.Hooks.BreakerChange = func(c breaker.Change) { told = append(told, c.To) }
		m := s.method(fail(errDown))
		m.group.Breaker().SetMode(breaker.WatchOnly)
		for n := range 2 {
			got := gaveUp(t, e.call(t, m, t.Context()))
			assert.Equal(t, retry.ErrExhausted, got.Cause)
			assert.Equal(t, 3*(n+1), m.calls(), "all attempts")
		}
		assert.Equal(t, []breaker.State{breaker.Open}, told)
		assert.Equal(t, breaker.Open, m.snapshot().State)
		m.answers = []answer{succeed}
		assert.NoError(t, e.call(t, m, t.Context()))

		m.group.Breaker().SetMode(breaker.On)
		assert.ErrorIs(t, e.call(t, m, t.Context()), breaker.ErrOpen, "open as it was")
	})
}

func TestSnapshot(t *testing.T) {
	group, get := live()
	calls(t, get)
	assert.Zero(t, group.Snapshot().Methods[0].Calls, "nobody has asked for counts")
	group.SetCounting(true)
	group.Breaker().Reset()
	require.NoError(t, get.Do(t.Context(), succeed))
	assert.Equal(t, 3, calls(t, get))
	assert.Equal(t, 2, calls(t, get))
	assert.Zero(t, calls(t, get))
	require.NoError(t, group.ResetPolicy("Client.Get"))

	s := group.Snapshot()
	assert.True(t, s.Enabled)
	assert.Equal(t, breaker.Open, s.Breaker.State)
	require.Len(t, s.Methods, 1)
	m := s.Methods[0]
	assert.Equal(t, breaker.Open, m.Breaker.State)
	assert.Equal(t, "Client.Get", m.Method)
	assert.Equal(t, "simple attempts=3 delay=0s max=2562047h47m16.854775807s; breaker failures=5 cooldown=30s probes=1 successes=1; budget ratio=10% burst=10", m.Policy.String())
	assert.Equal(t, int64(4), m.Calls)
	assert.Equal(t, int64(6), m.Attempts)
	assert.Equal(t, int64(3), m.Retries)
	assert.Equal(t, map[retry.Outcome]int64{retry.OutcomeSuccess: 1, retry.OutcomeExhausted: 1, retry.OutcomeOpen: 2}, m.Outcomes)

	group.SetCounting(false)
	require.NoError(t, group.SetPolicy("Client.Get", patch(t, "breaker off")))
	calls(t, get)
	assert.Equal(t, int64(4), group.Snapshot().Methods[0].Calls)
	assert.Nil(t, group.Snapshot().Methods[0].Breaker)
}

func TestSnapshotOfAnEmptyGroup(t *testing.T) {
	assert.Equal(t, retry.GroupSnapshot{Enabled: true}, new(retry.Group).Snapshot())
}

// Retries that SetPolicy adds get their own budget if the group has none. So another wrapper
// of the group may still declare one.
func TestSetPolicyDeclaresNoBudget(t *testing.T) {
	opts := &retry.Options{Group: new(retry.Group)}
	retry.NewWrapper("A", policy.Policy{}, opts).Method("Get", retry.MethodSpec{})
	require.NoError(t, opts.Group.SetPolicy("A.Get", policy.Policy{Retry: attempts(3, 0)}.Patch()))
	assert.NotPanics(t, func() {
		retry.NewWrapper("B", policy.Policy{Budget: policy.Budget{Ratio: 20 * policy.Percent, Burst: 10}}, opts)
	})
}
