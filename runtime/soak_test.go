package retry

import (
	"context"
	"errors"
	"flag"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
)

var soakFor = flag.Duration("soak", 5*time.Second, "how long TestSoak loads the package, in all its cases together")

// A soakCase is a method to be loaded.
type soakCase struct {
	name      string
	policy    string
	keyed     bool
	uncounted bool
}

// The total timeouts are far away, so that a context that is not cancelled when its
// call ends shows as memory. The cooldowns are short, so that there are many.
var soakCases = []soakCase{{
	name: "failures in a row, and the direct way",
	policy: "exponential-jitter attempts=3 base=1ms max=4ms; budget ratio=1% burst=20; " +
		"breaker failures=20 cooldown=5ms max-cooldown=20ms probes=4 successes=8",
	uncounted: true,
}, {
	name: "shares of failures and slow calls",
	policy: "exponential-jitter attempts=4 base=1ms max=4ms; timeout attempt=20ms total=1h; budget ratio=1% burst=20; " +
		"breaker rate=40% slow=8ms slow-rate=60% min=50 window=100ms cooldown=10ms probes=3 successes=5; " +
		"limit concurrent=200 rate=200000/s wait=2ms",
}, {
	name: "a breaker for each key",
	policy: "exponential-jitter attempts=3 base=1ms max=4ms; timeout attempt=20ms total=1h; budget ratio=1% burst=20; " +
		"breaker rate=50% min=10 window=20 cooldown=10ms probes=2; limit concurrent=200 wait=2ms",
	keyed: true,
}, {
	name: "a budget that is only spent",
	policy: "exponential-jitter attempts=3 base=1ms max=4ms; timeout attempt=20ms total=1h; budget ratio=0% burst=1000000; " +
		"breaker failures=20 cooldown=5ms probes=4 successes=8; limit concurrent=200 wait=2ms; hedge after=2ms max=2",
}, {
	name: "hedged",
	policy: "exponential-jitter attempts=3 base=1ms max=4ms; timeout attempt=20ms total=1h; budget ratio=1% burst=20; " +
		"breaker failures=20 cooldown=5ms probes=4 successes=8; limit concurrent=200 wait=2ms; hedge after=2ms max=2",
}}

// What a method holds is all there again after ten thousand callers of a dependency
// that fails in waves, however their calls have ended.
func TestSoak(t *testing.T) {
	for _, c := range soakCases {
		t.Run(c.name, func(t *testing.T) {
			d := *soakFor / time.Duration(len(soakCases))
			goroutines := runtime.NumGoroutine()
			k := newSoak(t, c)
			k.run(d / 4) // for what is kept for reuse, as goroutines are
			k.settles(t, goroutines)
			heap := heapInUse()
			for range 5 { // a machine that is busy elsewhere may sleep through a wave
				if k.run(d - d/4); k.endInAllWays() {
					break
				}
			}
			k.settles(t, goroutines)
			assert.Less(t, heapInUse(), heap+8<<20, "bytes in use after and before %d calls", k.calls.Load())

			t.Logf("%d calls: %d succeeded, %d failed, %d were refused, %d left; %d attempts",
				k.calls.Load(), k.succeeded.Load(), k.failed.Load(), k.refused.Load(), k.left.Load(), k.attempts.Load())
			k.conserves(t)
			if !c.uncounted {
				k.counts(t)
			}
			for i := range soakKeys {
				k.recovers(t, i)
			}
		})
	}
}

// settles waits until only those goroutines are left that there were before.
func (k *soak) settles(t *testing.T, before int) {
	t.Helper()
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+1 }, 10*time.Second, time.Millisecond,
		"goroutines are left, beside the one that looks for them")
}

// heapInUse is what can be reached. It takes a second collection to empty a
// sync.Pool.
func heapInUse() uint64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// conserves requires that permits, tokens and places under the limit are neither
// lost nor made. The permits of a closed breaker are not counted by anybody, so that
// it is those of probes that are looked for.
func (k *soak) conserves(t *testing.T) {
	t.Helper()
	assert.Equal(t, k.calls.Load(), k.succeeded.Load()+k.failed.Load()+k.refused.Load()+k.left.Load())
	assert.True(t, k.endInAllWays())

	p := k.method.plan.Load()
	if p.limit != nil {
		assert.Empty(t, p.limit.slots, "places that are taken")
		assert.LessOrEqual(t, k.most.Load(), int64(cap(p.limit.slots)), "attempts at a time")
	}
	tokens := p.budget.tokens.Load()
	assert.True(t, 0 <= tokens && tokens <= p.budget.full, "the bucket holds %d of %d", tokens, p.budget.full)

	if p.keyed == nil {
		assert.Zero(t, p.breaker.Snapshot().Probes, "probes that are out")
		return
	}
	assert.LessOrEqual(t, p.keyed.Snapshot().Keys, soakKeys)
	for i := range soakKeys {
		permit, err := p.keyed.Allow(key{text: strconv.Itoa(i)})
		if refusal, ok := errors.AsType[*breaker.OpenError](err); ok {
			assert.NotContains(t, refusal.Error(), "probing", "a probe of key %d is out", i)
		}
		permit.Done(breaker.Neutral)
	}
}

// counts requires that the callers, the dependency, the hooks and the group's
// snapshot tell the same.
func (k *soak) counts(t *testing.T) {
	t.Helper()
	s := k.group.Snapshot().Methods[0]
	assert.Equal(t, k.calls.Load(), s.Calls)
	assert.Equal(t, k.succeeded.Load(), s.Outcomes[OutcomeSuccess])
	assert.Equal(t, k.left.Load(), s.Outcomes[OutcomePanic])
	assert.Equal(t, k.limited.Load(), s.Outcomes[OutcomeLimited])
	assert.LessOrEqual(t, k.refused.Load(), s.Outcomes[OutcomeOpen]+s.Outcomes[OutcomeLimited])
	assert.Equal(t, k.attempts.Load(), s.Attempts+k.hedges.Load(), "an attempt and a copy of one are a call of the dependency")
	for i, o := range outcomes {
		assert.Equal(t, s.Outcomes[o], k.done[i].Load(), "calls that ended as %s", o)
	}

	// Tokens come from the full bucket and from calls that end well. Where these give
	// none, each that is missing has paid for a retry or a copy that was made.
	b := k.method.plan.Load().budget
	paid := (s.Retries + k.hedges.Load()) * wholeToken
	earned := (s.Outcomes[OutcomeSuccess] + s.Outcomes[OutcomeAnswer]) * b.deposits
	assert.LessOrEqual(t, paid, b.full+earned, "more retries than there were tokens for")
	assert.Positive(t, paid)
	if b.deposits == 0 {
		assert.Equal(t, b.full-paid, b.tokens.Load(), "tokens that are left")
	}
}

// recovers requires that the method is in service again soon after the dependency
// is.
func (k *soak) recovers(t *testing.T, i int) {
	t.Helper()
	m := k.method
	if k.keyed {
		m = m.For(strconv.Itoa(i))
	}
	for range 100 {
		err := m.Do(t.Context(), func(context.Context) error { return nil })
		refusal, refused := errors.AsType[*breaker.OpenError](err)
		if refused {
			require.NoError(t, takes(t.Context(), refusal.RetryAfter()))
			continue
		}
		require.NoError(t, err)
		if k.method.plan.Load().breaker.State() == breaker.Closed {
			return
		}
	}
	t.Fatalf("the breaker is not closed again: %+v", k.group.Snapshot())
}

// indexOf is the place of an outcome among outcomes.
func indexOf(o Outcome) int { return slices.Index(outcomes[:], o) }
