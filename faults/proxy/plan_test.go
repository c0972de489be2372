package proxy

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

var mixed = Mix{
	Weights:  map[Fault]int{None: 4, Refuse: 1, Reset: 1, Truncate: 1, Stall: 1, Delay: 1, Blackhole: 1},
	MaxAfter: 500,
	MaxFor:   time.Second,
}

// The same seed draws the same faults, so that a failure can be repeated.
func TestSeedDrawsTheSameAgain(t *testing.T) {
	plan, again, other := mixed.Plan(7), mixed.Plan(7), mixed.Plan(8)
	differ := 0
	for n := range uint64(100) {
		assert.Equal(t, plan(n), again(n))
		if plan(n) != other(n) {
			differ++
		}
	}
	assert.Greater(t, differ, 50, "another seed draws other faults")
}

// Plans have every fault, every direction and both ends of each range, so that tests with
// plans meet them all.
func TestDrawsCoverThePlan(t *testing.T) {
	const draws = 10000
	plan := mixed.Plan(7)
	var counts [faults]int
	var ways [2]int
	var after int64
	var longest time.Duration
	for n := range uint64(draws) {
		f := plan(n)
		counts[f.Fault]++
		ways[f.Way]++
		after = max(after, f.After)
		longest = max(longest, f.For)
		assert.GreaterOrEqual(t, f.After, int64(0))
		assert.GreaterOrEqual(t, f.For, time.Duration(0))
	}
	for f, count := range counts {
		assert.InDelta(t, draws/10*mixed.Weights[Fault(f)], count, draws/20, Fault(f).String())
	}
	assert.InDelta(t, draws/2, ways[Answer], draws/20)
	assert.Equal(t, mixed.MaxAfter, after, "the end of the range is drawn too")
	assert.LessOrEqual(t, longest, mixed.MaxFor)
	assert.Greater(t, longest, mixed.MaxFor*9/10)
}

func TestPlans(t *testing.T) {
	for _, test := range []struct {
		name string
		plan Plan
		want Fault
	}{
		{"no plan works", nil, None},
		{"always one fault", Always(Fate{Fault: Stall}), Stall},
		{"a weight of zero is never drawn", Mix{Weights: map[Fault]int{Delay: 1}, MaxAfter: 10}.Plan(3), Delay},
	} {
		t.Run(test.name, func(t *testing.T) {
			for n := range uint64(100) {
				assert.Equal(t, test.want, test.plan.fate(n).Fault)
			}
		})
	}
}
