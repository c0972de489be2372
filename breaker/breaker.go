package breaker

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// A Breaker guards one dependency. It is safe for concurrent use. A nil *Breaker
// allows everything.
type Breaker struct {
	now atomic.Uint64 // a word; all that the calls through a closed breaker look at
	_   [56]byte      // whose cache line nothing else shares

	config  Config
	keyed   bool                      // there may be many of it
	mode    atomic.Uint32             // a Mode
	refusal atomic.Pointer[OpenError] // what a call gets that is refused now; nil while closed
	window  atomic.Pointer[window]    // of a closed breaker that looks at rates

	mu        sync.Mutex
	cooldown  time.Duration // of the last opening
	openings  int           // since it was last closed
	probes    []probe       // that have not reported
	lastProbe uint32        // number of the last one
	successes int           // of probes in a row
	changes   []Change      // to be told
	telling   bool          // some goroutine is at it
}

// New returns a closed breaker. It panics on a Config that contradicts itself or has
// a number out of its range.
func New(config Config) *Breaker {
	config = config.withDefaults()
	config.check()
	return newBreaker(config, false)
}

// newBreaker makes a breaker of a Config that is good and has its defaults.
func newBreaker(config Config, keyed bool) *Breaker {
	b := &Breaker{config: config, keyed: keyed}
	b.now.Store(uint64(b.looks(On)))
	if config.windowed() {
		b.window.Store(b.newWindow(b.load().era()))
	}
	return b
}

// looks is what the word tells of how much there is to look at in a mode.
func (b *Breaker) looks(m Mode) (bits word) {
	if m != On || b.config.Slow > 0 {
		bits |= guardedBit
	}
	if m != On || b.config.windowed() {
		bits |= observedBit
	}
	return bits
}

// open makes the breaker open for a cooldown, because of the calls told. The lock is
// held.
func (b *Breaker) open(because tally) {
	b.openings++
	b.cooldown = cooldown(b.config.Cooldown, b.config.MaxCooldown, b.openings, rand.Float64())
	b.become(Open, false, &OpenError{name: b.config.Name, until: clock() + b.cooldown}, because)
}

// become changes the state, and starts a generation. The lock is held.
func (b *Breaker) become(to State, forced bool, refusal *OpenError, because tally) {
	from := b.load()
	next := from.next(to, forced)
	b.probes, b.successes = b.probes[:0], 0
	if to == Closed {
		b.openings = 0
	}
	b.refusal.Store(refusal) // before the state, for whoever sees that looks for this
	b.window.Store(nil)
	if to == Closed && !forced && b.config.windowed() {
		b.window.Store(b.newWindow(next.era()))
	}
	b.now.Store(uint64(next))
	if b.config.OnChange != nil && from.state() != to {
		c := Change{
			Name: b.config.Name, From: from.state(), To: to, At: time.Now(),
			Failures: because.failures, Slow: because.slow, Calls: because.calls, Forced: forced,
		}
		if to == Open && !forced {
			c.Cooldown = b.cooldown
		}
		b.changes = append(b.changes, c)
	}
}

func (b *Breaker) load() word { return word(b.now.Load()) }
