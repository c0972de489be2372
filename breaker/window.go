package breaker

import (
	"math"
	"runtime"
	"sync/atomic"
	"time"
)

// This file opens a breaker by the shares of failures and slow attempts among the recent
// ones.
//
// While the dependency is well, an attempt adds one to a counter that it shares with no
// other processor, and looks at one number that nobody writes. Only what is bad takes the
// lock, and after something bad those successes that may be the ones to open the breaker:
// the one that makes the window hold Min attempts, and the first one after older
// successes have left it. Any other success lowers both shares.
//
// The number that successes look at is check. They do so before they count and again
// after it. One that goes on without the lock was thus counted before check changed last.
// So the holder of the lock first changes check and then adds up: the sum has every
// success that is over, and the others wait for the lock.

// A tally counts calls. One that failed and was slow is in all three numbers.
type tally struct{ calls, failures, slow int64 }

// A window is what a closed breaker knows of the calls of one generation.
type window struct {
	era    word
	recent recent
	check  atomic.Int64 // from this tick on successes take the lock; unsettled: all; never: none
	bad    atomic.Bool  // the last look has found a call that was failed or slow
}

const (
	unsettled = 0             // the first tick
	never     = math.MaxInt64 // a tick that does not come
)

// recent are the calls that a window looks back on. Ticks number the stretches in
// which no call leaves it but by others that come.
type recent interface {
	// good counts a call that neither failed nor was slow, if its tick is before the given
	// one. It needs no lock.
	good(at time.Duration, before int64) (tick int64, ok bool)
	// bad counts another call. The lock is held.
	bad(at time.Duration, failed, slow bool)
	// sum returns what there is in the window, and the tick after the one at hand.
	// The lock is held.
	sum(at time.Duration) (t tally, next int64)
}

// newWindow returns an empty window for the given era.
func (b *Breaker) newWindow(era word) *window {
	w := &window{era: era}
	stripes := runtime.GOMAXPROCS(0)
	if b.keyed {
		stripes = 1
	}
	if n := b.config.WindowCalls; n > 0 {
		w.recent = newRecentCalls(n, stripes)
	} else {
		w.recent = newRecentTime(b.config.Window, stripes)
	}
	w.check.Store(never)
	return w
}

// observe counts a call of a closed breaker that has a window.
func (b *Breaker) observe(p Permit, o Outcome) {
	w := b.window.Load()
	if w == nil || w.era != p.given {
		return // forced, or of an earlier generation
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
	counted := false
	if o.alive() && !slow {
		var tick int64
		if tick, counted = w.recent.good(now, w.check.Load()); counted && tick < w.check.Load() {
			return
		}
	}
	b.mu.Lock()
	if b.window.Load() == w {
		if b.config.Window > 0 {
			now = clock() // others have counted while this call waited for the lock
		}
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

// slow reports whether a call that ends now was a slow one.
func (b *Breaker) slow(p Permit, now time.Duration) bool {
	return p.start != 0 && now-p.start >= b.config.Slow
}

// evaluate opens the breaker when the window is bad enough, and otherwise decides from
// when on successes are to evaluate it again. The lock is held.
func (b *Breaker) evaluate(w *window, now time.Duration) {
	least := int64(b.config.Min)
	most := int64(never) // attempts that the decision is about
	if w.check.Load() == unsettled {
		// The window held fewer than Min. If several successes have been counted since, the
		// one that made it Min decides, and not the last one: none of them is over yet.
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
			continue // the sum may lack a success that is over
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

// toInt returns n, or the largest int where int has 32 bits and n has more.
func toInt(n int64) int { return int(min(n, math.MaxInt)) }
