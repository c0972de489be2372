package report

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/bench/call"
)

func TestJudge(t *testing.T) {
	r := parsed(t, output)
	mine, hand := Key{"Success", "retrygen retry+breaker+budget"}, Key{"Success", "hand loop"}
	nobody := Key{"Success", "nobody"}
	for _, test := range []struct {
		name    string
		goal    Goal
		verdict Verdict
		text    string
	}{
		{"a ratio that is met", Goal{"g", Nanoseconds, mine, hand, 3, 0}, Met, "g: 2.75 × Success/hand loop, at most 3"},
		{"a ratio that is just met", Goal{"g", Nanoseconds, mine, hand, 2.75, 0}, Met, "g: 2.75 × Success/hand loop, at most 2.75"},
		{"a ratio that is missed", Goal{"g", Nanoseconds, mine, hand, 2.5, 0}, Missed, "g: 2.75 × Success/hand loop, at most 2.5"},
		{"a number that is met", Goal{"g", Allocations, mine, Key{}, 0, 0}, Met, "g: 0 allocs/op, at most 0"},
		{"a number that is missed", Goal{"g", Allocations, Key{"Success", "gobreaker+cenkalti"}, Key{}, 0, 5}, Missed, "g: 6 allocs/op, at most 5"},
		{"a ratio and a number", Goal{"g", Nanoseconds, mine, hand, 1, 8}, Met, "g: 11 ns/op, at most 12"},
		{"nothing beside nothing", Goal{"g", Allocations, mine, hand, 1, 0}, Met, "g: 0 allocs/op, at most 0"},
		{"none of it", Goal{"g", Nanoseconds, nobody, hand, 1, 0}, NotMeasured, "g: needs Success/nobody and Success/hand loop"},
		{"none of what it is beside", Goal{"g", Nanoseconds, mine, nobody, 1, 0}, NotMeasured, "g: needs Success/retrygen retry+breaker+budget and Success/nobody"},
		{"no number", Goal{"g", Allocations, nobody, Key{}, 0, 0}, NotMeasured, "g: needs Success/nobody"},
		{"another unit", Goal{"g", Binary, mine, Key{}, 0, 9}, NotMeasured, "g: needs Success/retrygen retry+breaker+budget"},
	} {
		t.Run(test.name, func(t *testing.T) {
			j := test.goal.Judge(r)
			assert.Equal(t, test.verdict, j.Verdict)
			assert.Equal(t, test.text, j.String())
		})
	}
}

// A goal whose contender does not exist would never be measured.
func TestGoalsAreOfContenders(t *testing.T) {
	var keys []Key
	for name, contenders := range map[string][]call.Contender{
		"Success": call.Success, "Told": call.Told, "Parallel cpus=1": call.Success, "Parallel cpus=2": call.Success,
		"Third": call.Third, "Wait": call.Waits, "Refused": call.Refused, "Timeout": call.Timeouts,
	} {
		for _, c := range contenders {
			keys = append(keys, Key{name, c.Name})
		}
		assert.True(t, slices.Contains(keys, Key{name, descriptions[name].reference}), "the reference of %s", name)
	}
	for _, g := range Goals {
		assert.Contains(t, keys, g.Of, g.About)
		if g.Than != (Key{}) {
			assert.Contains(t, keys, g.Than, g.About)
		}
		assert.NotEmpty(t, g.Unit, fmt.Sprint(g))
	}
}
