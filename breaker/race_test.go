package breaker

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// together starts the funcs at the same moment, each on a processor of its own if there are
// enough, and returns when all have ended.
func together(funcs ...func()) {
	var ready atomic.Int32
	var wg sync.WaitGroup
	for _, f := range funcs {
		wg.Go(func() {
			ready.Add(1)
			for spins := 1; int(ready.Load()) < len(funcs); spins++ {
				if spins%1024 == 0 {
					runtime.Gosched()
				}
			}
			f()
		})
	}
	wg.Wait()
}

// spin lasts longer the larger n is.
func spin(n int) {
	var nothing atomic.Int32
	for range n {
		nothing.Load()
	}
}

// rounds is the number of tries of a test that looks for a race.
const rounds = 10_000

// If a failure and a success end together, one of two has failed, whichever comes first. So
// a breaker that opens at one half must open.
func TestFailureBesideASuccessEvaluatesTheWindow(t *testing.T) {
	for round := range rounds {
		b := New(Config{Rate: 50 * Percent, Min: 2, WindowCalls: 10})
		b.window.Load().recent = newRecentCalls(10, 64) // many stripes, so that adding up takes longer
		good, bad := allowed(t, b), allowed(t, b)
		together(func() { spin(round % 512); good.Done(Success) }, func() { bad.Done(Failure) })
		require.Equal(t, Open, b.State(), "%+v", b.Snapshot())
	}
}

// After a success the count of failures is zero. So if the breaker is closed then, one more
// failure of two does not open it.
func TestSuccessBesideTheLastFailureKeepsItClosed(t *testing.T) {
	for round := range rounds {
		b := New(Config{Failures: 2})
		fail(b, 1)
		good, bad := allowed(t, b), allowed(t, b)
		var after State
		together(
			func() { spin(round % 64); good.Done(Success); after = b.State() },
			func() { bad.Done(Failure) },
		)
		if after == Closed {
			require.Equal(t, Closed, b.State())
		}
	}
}

// Once Mode returns Off, a failure does not count.
func TestFailureBesideSetModeIsNotCountedOnceOff(t *testing.T) {
	for range rounds {
		b := New(Config{Failures: 2})
		bad := allowed(t, b)
		together(
			func() { b.SetMode(Off) },
			func() {
				for spins := 1; b.Mode() != Off; spins++ {
					if spins%1024 != 0 {
						continue
					}
					runtime.Gosched()
				}
				bad.Done(Failure)
			},
		)
		require.Zero(t, b.Snapshot().Failures)
	}
}
