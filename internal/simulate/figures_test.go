package simulate

import (
	"flag"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
)

// The figures of docs/simulate.md. The short form takes seconds:
//
//	go test ./internal/simulate -run Figures -v
//	go test ./internal/simulate -run Figures -v -long
var long = flag.Bool("long", false, "simulate ten times as much in the tests of figures")

func times(n int) int {
	if *long {
		return 10 * n
	}
	return n
}

// agrees checks that what was seen is a figure, within four standard errors of both.
func agrees(t *testing.T, what string, expected, expectedError, actual, standardError float64) {
	t.Helper()
	both := math.Hypot(expectedError, standardError)
	t.Logf("%s: expected %.4g ± %.2g, simulated %.4g ± %.2g, %.1f standard errors apart",
		what, expected, expectedError, actual, standardError, math.Abs(expected-actual)/max(both, 1e-12))
	assert.InDelta(t, expected, actual, 4*both+1e-9, what)
}

// Optimistic concurrency of 100 clients. The expected figures are those of the simulator of
// Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015
// (aws-arch-backoff-simulator: base 5, cap 2000, network 10 ± 2 ms), with the standard errors
// of its 100 runs.
func TestFiguresOfContention(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		name, strategy string
		writes, off    float64
		done, doneOff  float64 // seconds
	}{
		{"none", "simple attempts=unlimited delay=0s", 2421, 3.5, 2.029, 0.005},
		{"exponential", "exponential attempts=unlimited base=10ms max=2s", 1856, 5.8, 62.98, 0.36},
		{"equal jitter", "exponential-jitter attempts=unlimited base=10ms max=2s jitter=equal", 812.5, 0.8, 6.664, 0.071},
		{"full jitter", "exponential-jitter attempts=unlimited base=10ms max=2s", 796, 0.7, 4.857, 0.057},
		{"decorrelated jitter", "exponential-jitter attempts=unlimited base=5ms max=2s jitter=decorrelated", 1001, 3.0, 0, 0},
	}
	settings := fmt.Sprintf("clients=100 runs=%d", times(40))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := simulated(t, "contention", settings, 1, contender(t, tt.strategy+"; budget off"))
			writes, done := figure(t, r, "writes"), figure(t, r, "time")
			agrees(t, "writes", tt.writes, tt.off, writes.Value, writes.Error)
			if tt.done > 0 {
				agrees(t, "seconds until all are done", tt.done, tt.doneOff, done.Value, done.Error)
			}
		})
	}
	// The reference applies its cap after the draw, so many of its delays are the cap itself.
	// Ours applies it before, and is done earlier for that.
	t.Run("decorrelated jitter, capped after the draw", func(t *testing.T) {
		c := contender(t, "budget off")
		c.Policy.Retry = policy.Retry{Attempts: policy.Unlimited, Strategy: cappedLate{5 * ms, 2 * time.Second}}
		r := simulated(t, "contention", settings, 1, c, contender(t, tests[4].strategy+"; budget off"))
		late := figure(t, r, "time")
		agrees(t, "seconds until all are done", 4.643, 0.072, late.Value, late.Error)
		assert.InDelta(t, 0.92, r.Results[1].Figures[2].Value/late.Value, 0.05, "the share of the time that ours takes")
	})
}

// cappedLate is decorrelated jitter as its source has it.
type cappedLate struct{ base, most time.Duration }

func (s cappedLate) Delay(_ int, prev time.Duration, u float64) time.Duration {
	return min(s.most, s.base+time.Duration(u*float64(3*max(prev, s.base)-s.base)))
}

// Of calls with four attempts, each of which fails with p, 1-p^4 succeed, and they make
// (1-p^4)/(1-p) attempts.
func TestFiguresOfFailures(t *testing.T) {
	calls := times(20000)
	r := simulated(t, "failures", fmt.Sprintf("calls=%d", calls), 1, contender(t, "exponential-jitter attempts=4; budget off"))
	for i, p := range failureRates {
		succeed, load := 1-math.Pow(p, 4), 1+p+p*p+p*p*p
		// The number of attempts is the sum of three that are made with p, p² and p³.
		var square float64
		for n := 1; n <= 4; n++ {
			share := math.Pow(p, float64(n-1)) * (1 - p)
			if n == 4 {
				share = math.Pow(p, 3)
			}
			square += share * float64(n*n)
		}
		n := float64(calls)
		agrees(t, percent(p)+": success", succeed, 0, r.Results[0].Series[0].Values[i], math.Sqrt(succeed*(1-succeed)/n)+1/n)
		agrees(t, percent(p)+": attempts", load, 0, r.Results[0].Series[1].Values[i], math.Sqrt(max(0, square-load*load)/n))
	}
}

// A metastable overload: 80/s at a dependency that serves 100/s and hangs for 10 s. What has
// piled up are the calls of the outage and the retries that the budgets had tokens for. The
// rest of the capacity works it off, and calls succeed as soon as they wait for less than
// their timeout:
//
//	(80/s · 10s + processes · burst - 100/s · 1s) / (100/s - 80/s)
func TestFiguresOfOverload(t *testing.T) {
	const strategy = "exponential-jitter attempts=4; timeout attempt=1s; "
	for seed := range uint64(times(2)) {
		r := simulated(t, "overload", "", seed, contender(t, strategy+"budget off"))
		assert.Contains(t, r.Results[0].Headline, "STUCK")
		// Each call makes four attempts within two seconds, so they come in groups of four.
		agrees(t, "no budget: requests in a second", 320, 0, figure(t, r, "load").Value, 4*math.Sqrt(80.0/63))
	}
	tests := []struct {
		processes, burst int
		wide             float64 // the standard deviation of one run, roughly
	}{
		{1, 10, 5}, {80, 10, 8}, {80, 100, 18},
	}
	for _, tt := range tests {
		name := fmt.Sprintf("burst %d in %s", tt.burst, plural(tt.processes, "process", "processes"))
		t.Run(name, func(t *testing.T) {
			var seen sample
			for seed := range uint64(times(4)) {
				r := simulated(t, "overload", fmt.Sprintf("processes=%d after=15m", tt.processes), seed, contender(t, fmt.Sprintf("%sbudget burst=%d", strategy, tt.burst)))
				recovers := figure(t, r, "recovers")
				require.True(t, recovers.Known, r.Results[0].Headline)
				seen = append(seen, recovers.Value)
			}
			mean, _ := seen.mean()
			expected := float64(80*10+tt.processes*tt.burst-100) / 20
			agrees(t, name+": seconds until it recovers", expected, 0, mean, tt.wide/math.Sqrt(float64(len(seen))))
		})
	}
}

// The queue of the server is that of the textbooks: in M/M/1, a request takes 1/(µ-λ).
func TestFiguresOfTheServer(t *testing.T) {
	var seen sample
	for seed := range uint64(times(8)) {
		r := simulated(t, "overload", "processes=1 before=1000s outage=1ns after=1ns", seed, contender(t, "timeout attempt=1h"))
		seen = append(seen, r.Results[0].mean.Seconds())
	}
	mean, standardError := seen.mean()
	agrees(t, "seconds in the server", 1/(100.0-80), 0, mean, standardError)
}
