package strategies_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/golden/strategies"
	retry "github.com/retrygen/retrygen/runtime"
)

const ms = time.Millisecond

var errDown = errors.New("down")

// broken is a Steps that never succeeds.
type broken struct{ times []time.Time }

func (b *broken) attempt() error {
	b.times = append(b.times, time.Now())
	return errDown
}

func (b *broken) Simple() error                { return b.attempt() }
func (b *broken) Linear() error                { return b.attempt() }
func (b *broken) Incremental() error           { return b.attempt() }
func (b *broken) Exponential() error           { return b.attempt() }
func (b *broken) RandomizedExponential() error { return b.attempt() }
func (b *broken) LinearJitter() error          { return b.attempt() }
func (b *broken) FullJitter() error            { return b.attempt() }
func (b *broken) EqualJitter() error           { return b.attempt() }
func (b *broken) DecorrelatedJitter() error    { return b.attempt() }
func (b *broken) Fibonacci() error             { return b.attempt() }
func (b *broken) Schedule() error              { return b.attempt() }
func (b *broken) Defaults() error              { return b.attempt() }

// waitsOf returns the waits of one call that fails.
func waitsOf(t *testing.T, call func(strategies.Steps) error) []time.Duration {
	t.Helper()
	var waits []time.Duration
	synctest.Test(t, func(t *testing.T) {
		next := new(broken)
		err := call(strategies.NewResilientSteps(next, nil))
		require.ErrorIs(t, err, retry.ErrExhausted)
		require.ErrorIs(t, err, errDown)
		for i := 1; i < len(next.times); i++ {
			waits = append(waits, next.times[i].Sub(next.times[i-1]))
		}
	})
	return waits
}

func TestExactWaits(t *testing.T) {
	tests := []struct {
		name   string
		call   func(strategies.Steps) error
		want   []time.Duration
		reason string
	}{
		{"simple", strategies.Steps.Simple, []time.Duration{10 * ms, 10 * ms}, "three attempts by default"},
		{"linear", strategies.Steps.Linear, []time.Duration{10 * ms, 20 * ms, 30 * ms}, "base·n"},
		{"incremental", strategies.Steps.Incremental, []time.Duration{10 * ms, 15 * ms, 20 * ms}, "base + (n-1)·step"},
		{"exponential", strategies.Steps.Exponential, []time.Duration{10 * ms, 30 * ms, 90 * ms, 100 * ms}, "base·factor^(n-1), up to max"},
		{"fibonacci", strategies.Steps.Fibonacci, []time.Duration{10 * ms, 10 * ms, 20 * ms, 30 * ms, 50 * ms}, "base·F(n)"},
		{"schedule", strategies.Steps.Schedule, []time.Duration{10 * ms, time.Second, 90 * time.Second}, "the list, and max above the default"},
		{"defaults", strategies.Steps.Defaults, []time.Duration{100 * ms, 200 * ms}, "three attempts, base=100ms factor=2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, waitsOf(t, tt.call), tt.reason)
		})
	}
}

// A range has the bounds of a wait, given the wait before it.
type between func(previous time.Duration) (least, most time.Duration)

func fixed(least, most time.Duration) between {
	return func(time.Duration) (time.Duration, time.Duration) { return least, most }
}

func TestJitteredWaits(t *testing.T) {
	micro := time.Microsecond
	decorrelated := func(previous time.Duration) (time.Duration, time.Duration) { return 10 * ms, 3 * max(previous, 10*ms) }
	tests := []struct {
		name   string
		call   func(strategies.Steps) error
		want   []between
		reason string
	}{
		{
			"randomized exponential", strategies.Steps.RandomizedExponential,
			[]between{fixed(8750*micro, 11250*micro), fixed(17500*micro, 22500*micro), fixed(35*ms, 45*ms)}, "an eighth to either side",
		},
		{
			"linear", strategies.Steps.LinearJitter,
			[]between{fixed(5*ms, 15*ms), fixed(10*ms, 30*ms), fixed(15*ms, 45*ms)}, "half to either side",
		},
		{
			"full", strategies.Steps.FullJitter,
			[]between{fixed(ms, 10*ms), fixed(ms, 20*ms), fixed(ms, 40*ms)}, "from min",
		},
		{
			"equal", strategies.Steps.EqualJitter,
			[]between{fixed(5*ms, 10*ms), fixed(10*ms, 20*ms), fixed(20*ms, 40*ms)}, "half is sure",
		},
		{
			"decorrelated", strategies.Steps.DecorrelatedJitter,
			[]between{decorrelated, decorrelated, decorrelated}, "up to three times the wait before",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			low, high := make([]bool, len(tt.want)), make([]bool, len(tt.want))
			for range 200 {
				waits := waitsOf(t, tt.call)
				require.Len(t, waits, len(tt.want))
				var previous time.Duration
				for i, wait := range waits {
					least, most := tt.want[i](previous)
					require.GreaterOrEqual(t, wait, least, tt.reason)
					require.LessOrEqual(t, wait, most, tt.reason)
					eighth := (most - least) / 8
					low[i] = low[i] || wait < least+eighth
					high[i] = high[i] || wait > most-eighth
					previous = wait
				}
			}
			// Each of these has a probability of 1 - (7/8)^200, short of one by 10^-11.
			for i := range tt.want {
				assert.True(t, low[i], "wait %d: no draw in the lowest eighth", i+1)
				assert.True(t, high[i], "wait %d: no draw in the highest eighth", i+1)
			}
		})
	}
}

func TestUnwrap(t *testing.T) {
	next := new(broken)
	assert.Same(t, next, strategies.NewResilientSteps(next, nil).Unwrap())
}
