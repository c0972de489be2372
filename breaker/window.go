package breaker

import (
	"math"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/retrygen/retrygen/internal/virtual"
)

// This file opens a breaker by the shares of failures and slow attempts among the recent
// ones.
//
// While the dependency works, an attempt adds one to a counter that no other processor uses,
// and reads one number that nobody writes. Failures and slow attempts take the lock. While
// the window holds some, a success takes the lock if it can open the breaker: if it makes the
// window hold Min attempts, or if it is the first one after older successes have left the
// window. Any other success lowers both shares.
//
// That number is check. A success reads it before it counts and again after that. If it
// does not take the lock, it has counted before check changed. So the holder of the lock
// first changes check and then adds up: the sum includes every success that is over, and
// the others wait for the lock.

// A tally counts attempts. One that failed and was slow is in all three numbers.
type tally struct{ calls, failures, slow int64 }

// A window holds what a closed breaker knows about the attempts of one generation.
type window struct {
	era    word
	recent recent
	check  atomic.Int64 // the tick from which on successes take the lock; or unsettled or never
	bad    atomic.Bool  // the last sum had a failure or a slow attempt
}

const (
	unsettled = 0             // all successes take the lock; no tick is earlier
	never     = math.MaxInt64 // no success takes the lock; no tick is later
)

// recent counts the attempts in a window. A tick numbers a stretch of time. Within it an
// attempt leaves the window only when another one comes.
type recent interface {
	// good counts an attempt that neither failed nor was slow, unless its tick is the given
	// one or later. It needs no lock.
	good(at time.Duration, before int64) (tick int64, ok bool)
	// bad counts an attempt that failed or was slow. The lock is held.
	bad(at time.Duration, failed, slow bool)
	// sum returns what the window holds at that time, and the tick after the one of that
	// time. The lock is held.
	sum(at time.Duration) (t tally, next int64)
}

// newWindow returns an empty window for the given era.
func (b *Breaker) newWindow(era word) *window {
	w := &window{era: era}
	stripes := 1 // of a breaker of many
	if !b.keyed && !virtual.On() {
		stripes = runtime.GOMAXPROCS(0)
	}
	if n := b.config.WindowCalls; n > 0 {
		w.recent = newRecentCalls(n, stripes)
	} else {
		w.recent = newRecentTime(b.config.Window, stripes)
	}
	w.check.Store(never)
	return w
}

// observe counts an attempt of a closed breaker with a window.
func (b *Breaker) observe(p Permit, o Outcome) {
	w := b.window.Load()
	if w == nil || w.era != p.given {
		return // the breaker is forced closed, or the permit belongs to an earlier generation
	}
	switch {
	case b.config.Rate > 0:
	case o == Failure:
		b.count(p.given)
	case o == Success:
		b.forget(p.given)
	}
	var now time.Duration
	if b.config.Window > 0 || p.start != 0 {
		now = clock()
	}
	slow := b.slow(p, now)
	var counted bool
	if o.alive() && !slow {
		var tick int64
		if tick, counted = w.recent.good(now, w.check.Load()); counted && tick < w.check.Load() {
			return
		}
	}
	b.mu.Lock()
	if b.window.Load() == w {
		now := clock() // others may have counted while this attempt waited for the lock
		switch {
		case o == Failure || slow:
			w.recent.bad(now, o == Failure, slow)
		case !counted:
			w.recent.good(now, never)
		}
		b.evaluate(w, now)
	}
	b.mu.Unlock()
	b.tell()
}

// slow reports whether an attempt that ends now was slow.
func (b *Breaker) slow(p Permit, now time.Duration) bool {
	return p.start != 0 && now-p.start >= b.config.Slow
}

// evaluate opens the breaker if the window is bad enough. Otherwise it decides from when on
// successes evaluate the window again. The lock is held.
func (b *Breaker) evaluate(w *window, now time.Duration) {
	least := int64(b.config.Min)
	most := int64(never) // attempts that count for the decision
	if w.check.Load() == unsettled {
		// The window held fewer than Min when it was last added up. If several successes
		// have come since, the one that made it Min decides: none of them is over yet, so
		// the others come after it.
		most = least
	}
	for {
		t, next := w.recent.sum(now)
		w.bad.Store(t.failures > 0 || t.slow > 0)
		t.calls = min(t.calls, most)
		check := next
		switch {
		case t.calls >= least && b.config.tooMany(t):
			check = unsettled
		case t.failures == 0 && t.slow == 0:
			check = never
		case t.calls < least:
			check = unsettled
		}
		if w.check.Swap(check) != check {
			continue // the sum may lack a success that saw the old check and is over
		}
		if t.calls >= least && check == unsettled {
			b.become(b.opening(t))
		}
		return
	}
}

// tooMany compares shares in whole numbers: 495 of 1000 are not 50%, and 57 of 100
// are 57%.
func (c *Config) tooMany(t tally) bool {
	atLeast := func(part int64, share int) bool {
		return share > 0 && uint64(part)*all >= uint64(share)*uint64(t.calls)
	}
	return atLeast(t.failures, c.Rate) || atLeast(t.slow, c.SlowRate)
}

// toInt returns n, or the largest int if n does not fit into an int of 32 bits.
func toInt(n int64) int { return int(min(n, math.MaxInt)) }
