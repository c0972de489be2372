package figures

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/policy"
)

// The load on the dependency, by the real runtime with and without a budget.
func TestAttemptsOfACall(t *testing.T) {
	for _, c := range []struct {
		name, text string
	}{
		{"without a budget", "simple attempts=4 delay=0s; budget off"},
		{"with the default budget", "simple attempts=4 delay=0s; budget"},
		{"with more tokens than the calls want", "simple attempts=2 delay=0s; budget ratio=100% burst=5"},
		{"with a burst of one", "simple attempts=3 delay=0s; budget ratio=20% burst=1"},
	} {
		for _, p := range []float64{0, 0.1, 0.5, 1} {
			t.Run(c.name, func(t *testing.T) {
				numbers := parse(t, c.text)
				figure := BudgetedAttempts(p, numbers.Retry.Attempts, numbers.Budget)
				attemptsOfCalls(t, c.text, p).agrees(t, figure, budgetSlack(numbers, p), "attempts")
			})
		}
	}
	assert.Equal(t, math.Inf(1), Attempts(1, policy.Unlimited))
	assert.InDelta(t, 2, Attempts(0.5, policy.Unlimited), 1e-9)
	assert.InDelta(t, 1, Attempts(0.5, 0), 1e-9, "no strategy is one attempt")
	assert.InDelta(t, 1, BudgetedAttempts(0.5, 3, policy.Budget{Ratio: 10 * policy.Percent}), 1e-9, "no burst, no retries")
}

// budgetSlack is how much fewer attempts there may be than the figure where the calls want
// about as many retries as the budget gives: then the bucket is sometimes full, and what
// flows over is lost. With a burst of one, that is most of the time.
func budgetSlack(p policy.Policy, fails float64) float64 {
	if p.Budget.Off || fails == 0 || fails == 1 {
		return 1e-9
	}
	return 0.05 / float64(p.Budget.Burst)
}

// attemptsOfCalls returns the mean attempts of calls, in batches, after the burst is spent.
func attemptsOfCalls(t *testing.T, text string, fails float64) sample {
	const batches, size = 40, 2000
	p := newProcess(t, text, Traffic{Rate: 1}, 7)
	random := rand.New(rand.NewPCG(7, 3))
	attempts := 0
	call := func() {
		_ = p.Do(t.Context(), func(context.Context) error {
			attempts++
			if random.Float64() < fails {
				return errDown
			}
			return nil
		})
	}
	for range 4000 {
		call()
	}
	var s sample
	for range batches {
		attempts = 0
		for range size {
			call()
		}
		s = append(s, float64(attempts)/size)
	}
	return s
}

// How long the burst of a process lasts.
func TestBudgetLasts(t *testing.T) {
	for _, c := range []struct {
		name, text string
		traffic    Traffic
	}{
		{"fails at once", "exponential-jitter attempts=4 base=100ms; budget burst=10", Traffic{Rate: 5}},
		{"hangs", "exponential-jitter attempts=3 base=1s; timeout attempt=1s; budget burst=20", Traffic{Rate: 20, Takes: time.Second}},
		{"a large burst", "linear attempts=3 base=200ms; budget burst=150", Traffic{Rate: 40, Takes: 10 * time.Millisecond}},
	} {
		t.Run(c.name, func(t *testing.T) {
			figure, ok := BudgetLasts(parse(t, c.text), c.traffic)
			assert.True(t, ok)
			synctest.Test(t, func(t *testing.T) {
				var after sample
				for i := range 200 {
					p := newProcess(t, c.text, c.traffic, uint64(i))
					p.down = true
					start := time.Now()
					p.run(t.Context(), func() bool { return !p.isRefused() })
					p.stop()
					after = append(after, p.refused.Sub(start).Seconds())
				}
				after.agrees(t, figure.Seconds(), 0, "seconds")
			})
		})
	}
	for _, text := range []string{"timeout total=1s", "simple attempts=3; budget off", "timeout attempt=1s; budget"} {
		_, ok := BudgetLasts(parse(t, text), Traffic{Rate: 1})
		assert.False(t, ok, text)
	}
}
