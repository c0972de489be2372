package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPrint(t *testing.T) {
	goals := []Goal{
		{"beside a loop", Nanoseconds, Key{"Success", "retrygen retry+breaker+budget"}, Key{"Success", "hand loop"}, 2.5, 0},
		{"no allocation", Allocations, Key{"Success", "retrygen retry+breaker+budget"}, Key{}, 0, 0},
		{"refused", Nanoseconds, Key{"Refused", "retrygen retry+breaker+budget"}, Key{"Refused", "gobreaker"}, 0.6, 0},
	}
	want := `goos: linux
goarch: amd64
cpu: Some CPU

Success: a call that succeeds at once
                      contender  ns/op   ±  × hand loop  B/op  allocs/op
                         direct   1.70  6%        0.425     0          0
                      hand loop      4  0%            1     0          0
  retrygen retry+breaker+budget     11  9%         2.75     0          0
             gobreaker+cenkalti    340  6%           85   208          6

Parallel cpus=2: the same from two goroutines on two processors: wall time per call
  contender  ns/op   ±  × hand loop  B/op  allocs/op
     direct      1  0%            -     0          0

Build: a program with 100 interfaces of 10 methods: go build of their package, and its size
  contender    ms   ±  × plain  binary kB
      plain  2000  0%        1       2000

Goals, of medians of 2 rounds; half of the spreads are ±6% or more
  missed        beside a loop: 2.75 × Success/hand loop, at most 2.5
  met           no allocation: 0 allocs/op, at most 0
  not measured  refused: needs Refused/retrygen retry+breaker+budget and Refused/gobreaker
`
	var got strings.Builder
	require.NoError(t, Print(&got, parsed(t, output), goals))
	assert.Equal(t, want, got.String())
}

// A single round has no spread. Printing 0% would look like a quiet machine.
func TestPrintSingleRound(t *testing.T) {
	var got strings.Builder
	require.NoError(t, Print(&got, parsed(t, "BenchmarkSuccess/a 1 7 ns/op\n"), nil))
	assert.Contains(t, got.String(), "Goals, of a single round\n")
}

func TestNumber(t *testing.T) {
	for value, want := range map[float64]string{
		0: "0", 0.0375: "0.037", 0.5: "0.500", 1: "1", 1.896: "1.90", 15.39: "15.4", 209.7: "210", 1240099: "1240099",
	} {
		assert.Equal(t, want, number(value))
	}
}
