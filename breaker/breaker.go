package breaker

import (
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/retrygen/retrygen/internal/striped"
	"github.com/retrygen/retrygen/internal/virtual"
)

// A Breaker guards one dependency. It is safe for concurrent use. A nil *Breaker allows
// everything, and its methods change nothing.
type Breaker struct {
	now atomic.Uint64 // a word; attempts through a closed breaker read nothing else
	_   [56]byte      // keeps other fields off its cache line

	config  Config
	keyed   bool                      // it belongs to a Keyed, which may hold many
	key     func() string             // the text of its key; nil if there is none to show
	mode    atomic.Uint32             // a Mode
	refusal atomic.Pointer[OpenError] // while open, or half-open with all probes under way
	window  atomic.Pointer[window]    // of a closed breaker with Rate or SlowRate
	refused striped.Counter           // refused attempts

	mu        sync.Mutex
	cooldown  time.Duration // of the last opening
	openings  int           // since the breaker was last closed
	opened    int64         // changes to Open, ever
	changedAt time.Time     // of the last change of state; zero before the first
	probes    []probe       // under way
	lastProbe uint32        // the number of the last one
	successes int           // of probes, in a row
	remote    bool          // OpenFor opened it, or ForceRemote is in force
	own       *OpenError    // the refusal that OpenFor replaced by a longer one; nil if none
	steered   steering      // by ForceRemote, in force or not
	changes   []Change      // that OnChange has not been called with
	telling   bool          // a goroutine is calling OnChange
}

// New returns a closed breaker. It panics if a number of the Config is out of range or
// two fields contradict each other.
func New(config Config) *Breaker {
	config = config.withDefaults()
	config.check()
	return newBreaker(config, false)
}

// newBreaker returns a breaker for a valid Config with its defaults.
func newBreaker(config Config, keyed bool) *Breaker {
	b := &Breaker{config: config, keyed: keyed}
	b.now.Store(uint64(b.looks(On)))
	if config.windowed() {
		b.window.Store(b.newWindow(b.load().era()))
	}
	return b
}

// looks returns the bits of the word that tell attempts what else to look at in a mode.
func (b *Breaker) looks(m Mode) (bits word) {
	if m != On || b.config.Slow > 0 {
		bits |= guardedBit
	}
	if m != On || b.config.windowed() {
		bits |= observedBit
	}
	return bits
}

// maxOpenings is the end of the count of openings, so that one more fits into an int.
const maxOpenings = math.MaxInt32 - 1

// A move is a change of state that is about to be made.
type move struct {
	to       State
	forced   bool
	remote   bool          // on behalf of others
	refusal  *OpenError    // the error of the attempts that the new state refuses; nil for none
	cooldown time.Duration // of an opening that is not forced
	because  tally         // what led to an opening
}

// opening returns the move that opens the breaker for a cooldown. The lock is held.
func (b *Breaker) opening(because tally) move {
	m := move{to: Open, because: because}
	m.cooldown = cooldown(b.config.Cooldown, b.config.MaxCooldown, b.openings+1, virtual.Float64())
	m.refusal = b.openError(OpenError{until: after(m.cooldown)})
	return m
}

// become makes a move. The lock is held.
func (b *Breaker) become(m move) {
	for !b.try(b.load(), m) { // others count failures without the lock
	}
}

// try makes a move, and with it starts a generation. It reports false, and does nothing,
// if the word has changed since the move was decided on. The lock is held, so only the
// count of failures of a closed breaker can have changed.
func (b *Breaker) try(from word, m move) bool {
	if b.load() != from {
		return false
	}
	// A reader that sees the new state needs its window or its refusal, so they come before
	// the state. The old window goes after it. In other states nobody reads the refusal.
	next := from.next(m.to, m.forced)
	var fresh *window
	if m.to == Closed && !m.forced && b.config.windowed() {
		fresh = b.newWindow(next.era())
		b.window.Store(fresh)
	}
	if m.refusal != nil {
		b.refusal.Store(m.refusal)
	}
	swapped := b.now.CompareAndSwap(uint64(from), uint64(next))
	if swapped {
		b.changed(from, m, fresh)
	}
	return swapped
}

// changed finishes a move that the word shows already. The lock is held.
func (b *Breaker) changed(from word, m move, fresh *window) {
	b.window.Store(fresh)
	b.probes, b.successes = b.probes[:0], 0
	b.remote, b.own = m.remote && (m.forced || m.to == Open), nil
	switch {
	case m.to == Closed:
		b.openings = 0
	case m.cooldown > 0 && m.remote:
		b.cooldown = b.config.Cooldown // how long a probe may take
	case m.cooldown > 0:
		b.cooldown = m.cooldown
		if b.openings < maxOpenings {
			b.openings++
		}
	}
	if from.state() == m.to {
		return
	}
	b.changedAt = virtual.Now()
	if m.to == Open {
		b.opened++
	}
	if b.config.OnChange != nil {
		b.changes = append(b.changes, Change{
			Name: b.config.Name, Instance: b.config.Instance, From: from.state(), To: m.to, At: b.changedAt, Cooldown: m.cooldown,
			Failures: toInt(m.because.failures), Slow: toInt(m.because.slow), Calls: toInt(m.because.calls),
			Forced: m.forced, Remote: m.remote,
		})
	}
}

// Config returns the Config that the breaker was made with, its zero fields filled in with
// their defaults. That of a nil *Breaker is zero.
func (b *Breaker) Config() Config {
	if b == nil {
		return Config{}
	}
	return b.config
}

func (b *Breaker) load() word { return word(b.now.Load()) }
