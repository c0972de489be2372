package figures

import (
	"cmp"
	"math"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
)

// buckets is how many parts a window of time has in package breaker. The oldest leaves as a
// whole, so the window reaches back nine to ten tenths of its length.
const buckets = 10

// whenWindowIsBad returns when a window of time holds min attempts and the share of bad ones
// that opens the breaker, on average. It is not ok if that never happens. The outage may
// begin at any time within a bucket, so the result is the mean over several such times.
func whenWindowIsBad(b policy.Breaker, t Traffic, calls []failing) (after float64, ok bool) {
	const phases = 20
	window := cmp.Or(b.Window, breaker.DefaultWindow).Seconds()
	least := float64(cmp.Or(b.Min, breaker.DefaultMin))
	w := badWindow{share: shareOf(b, t.Takes), least: least, width: window / buckets, t: t}
	w.failures, w.step = failuresOverTime(calls, t.Rate, 2*window)
	for i := range phases {
		at, ok := w.opens((float64(i) + 0.5) / phases)
		if !ok {
			return 0, false
		}
		after += at / phases
	}
	return after, true
}

// A badWindow is a window of time in an outage that began at time 0.
type badWindow struct {
	share, least float64
	width        float64 // of a bucket
	t            Traffic
	failures     []float64 // by a time, in steps
	step         float64
}

// opens returns when the window opens the breaker, if a share of the current bucket had
// passed when the outage began.
func (w *badWindow) opens(phase float64) (at float64, ok bool) {
	for i, failed := range w.failures {
		now := float64(i) * w.step
		edge := (math.Floor(now/w.width+phase) - phase - (buckets - 1)) * w.width
		bad := failed - w.failedBy(edge)
		good := w.t.Rate * max(0, min(w.t.Latency.Seconds(), now)-edge)
		if bad > 0 && bad+good >= w.least && bad >= w.share*(bad+good) {
			return now, true
		}
	}
	return 0, false
}

func (w *badWindow) failedBy(at float64) float64 {
	if at <= 0 {
		return 0
	}
	return w.failures[min(int(at/w.step), len(w.failures)-1)]
}

// failuresOverTime returns the mean number of failures by each of many times, until the last
// failure of a call plus a time.
func failuresOverTime(calls []failing, rate, more float64) (failures []float64, step float64) {
	const steps = 8192
	longest := 0.0
	for _, c := range calls {
		longest = max(longest, c.end())
	}
	step = (longest + more) / steps
	// Each failure adds a slope from its time on.
	slope := make([]float64, steps+2)
	for _, c := range calls {
		for _, f := range c {
			slope[min(int(f/step)+1, steps+1)] += rate / float64(len(calls))
		}
	}
	failures = make([]float64, steps+1)
	rising := 0.0
	for i := 1; i <= steps; i++ {
		rising += slope[i]
		failures[i] = failures[i-1] + rising*step
	}
	return failures, step
}

// InWindow returns how many attempts a window of time holds on average, while each attempt
// succeeds and while each fails, and how many it needs. All are zero without such a window.
func InWindow(p policy.Policy, t Traffic) (succeeding, failing float64, min int) {
	b := p.Breaker
	if b.Rate == 0 && b.SlowRate == 0 || b.WindowCalls > 0 {
		return 0, 0, 0
	}
	const reach = 1 - 0.5/buckets
	window := cmp.Or(b.Window, breaker.DefaultWindow).Seconds() * reach
	var attempts float64
	for _, c := range failingCalls(p, t.Takes) {
		n, _ := c.whole(p)
		attempts += n / paths
	}
	return t.Rate * window, t.Rate * window * attempts, cmp.Or(b.Min, breaker.DefaultMin)
}
