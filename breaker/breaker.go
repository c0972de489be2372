// Package breaker is a circuit breaker: it stops the calls to a dependency that
// fails, and lets a few through after a while to see whether it is back.
//
// Most callers ask before each call and report after it:
//
//	b := breaker.New(breaker.Config{Name: "payments"})
//	...
//	permit, err := b.Allow()
//	if err != nil {
//		return err // an *OpenError, which knows when to come back
//	}
//	err = charge()
//	permit.Done(outcome(err))
//
// A closed breaker opens at the Failures-th consecutive failure. (Others open when
// the count exceeds the threshold, which is one failure later; here, as in
// resilience4j and Polly, the number is the one at which it opens.) The count does
// not decay: failures far apart are consecutive as long as nothing succeeds in
// between. An open breaker refuses until its cooldown is over. The call that comes
// next finds it half-open: it admits Probes calls at once, closes after Successes
// in a row, and opens again at one failure.
//
// Every change of state begins a new generation, and a result counts only in the
// generation whose permit it belongs to. There are no timers and no goroutines,
// and no lock unless the state changes or is half-open.
package breaker

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// What the zero fields of a Config stand for.
const (
	DefaultFailures  = 5
	DefaultCooldown  = 30 * time.Second
	DefaultProbes    = 1
	DefaultSuccesses = 1
)

// A Config says when a breaker opens and closes.
type Config struct {
	// Name is for errors, changes and snapshots.
	Name string

	// Failures is how many consecutive failures open it, 1 to 2,147,483,647. Zero:
	// DefaultFailures.
	Failures int

	// Cooldown is how long it stays open. Zero: DefaultCooldown.
	Cooldown time.Duration

	// MaxCooldown bounds a cooldown that grows: opening k since the breaker was last
	// closed takes e = min(MaxCooldown, Cooldown·2^(k-1)), drawn from [0.75e, e] so
	// that many breakers do not probe in step. Zero: each takes Cooldown.
	MaxCooldown time.Duration

	// Probes is how many calls a half-open breaker admits at once. Zero:
	// DefaultProbes.
	Probes int

	// Successes is how many probes in a row close it. Zero: DefaultSuccesses.
	Successes int

	// OnChange is told of every change of state, in order, one at a time, and outside
	// of locks: it may call the breaker. It runs on the goroutine whose call made the
	// change, or on one that is still telling of an earlier change and then tells of
	// this one too. A panic in it is that caller's and harms nothing else. Nil:
	// nobody is told.
	OnChange func(Change)
}

// withDefaults fills the zero fields in.
func (c Config) withDefaults() Config {
	if c.Failures == 0 {
		c.Failures = DefaultFailures
	}
	if c.Cooldown == 0 {
		c.Cooldown = DefaultCooldown
	}
	if c.Probes == 0 {
		c.Probes = DefaultProbes
	}
	if c.Successes == 0 {
		c.Successes = DefaultSuccesses
	}
	return c
}

// check panics on a Config that makes no sense, which is a mistake in the program.
func (c Config) check() {
	if c.Failures < 1 || c.Failures > maxFailures || c.Cooldown < 0 || c.Probes < 1 || c.Successes < 1 {
		panic(fmt.Sprintf("breaker %q: a number is out of range: %+v", c.Name, c))
	}
	if c.MaxCooldown != 0 && c.MaxCooldown < c.Cooldown {
		panic(fmt.Sprintf("breaker %q: MaxCooldown %v is shorter than Cooldown %v", c.Name, c.MaxCooldown, c.Cooldown))
	}
}

// A Breaker guards one dependency. It is safe for concurrent use. A nil *Breaker
// allows everything.
type Breaker struct {
	now atomic.Uint64 // a word; all that the calls through a closed breaker look at
	_   [56]byte      // whose cache line nothing else shares

	config  Config
	refusal atomic.Pointer[OpenError] // what a call gets that is refused now; nil while closed

	mu        sync.Mutex
	cooldown  time.Duration // of the last opening
	openings  int           // since it was last closed
	probes    []probe       // that have not reported
	lastProbe uint32        // number of the last one
	successes int           // of probes in a row
	changes   []Change      // to be told
	telling   bool          // some goroutine is at it
}

// New returns a closed breaker. It panics when a number in the Config is
// negative, or MaxCooldown shorter than Cooldown.
func New(config Config) *Breaker {
	config = config.withDefaults()
	config.check()
	return &Breaker{config: config}
}

// An Outcome is how a call went, as far as the dependency's health goes.
type Outcome uint8

const (
	Success Outcome = iota // it answered
	Failure                // it failed
	Neutral                // says nothing: the caller cancelled, say
)

// String returns the outcome in lower case.
func (o Outcome) String() string {
	switch o {
	case Success:
		return "success"
	case Failure:
		return "failure"
	case Neutral:
		return "neutral"
	}
	return fmt.Sprintf("Outcome(%d)", uint8(o))
}

// A Permit is the right to one call. Its holder reports with Done, whatever
// happens to the call. The zero Permit has nothing to report.
type Permit struct {
	breaker *Breaker
	given   word // the era that it was given in, and the number of a probe
}

// Allow asks for a permit. Its error is an *OpenError, and the same one for all
// that are refused in an opening.
func (b *Breaker) Allow() (Permit, error) {
	if b != nil {
		if w := word(b.now.Load()); w.state() == Closed {
			return Permit{b, w.era()}, nil
		}
	}
	return b.allowProbe()
}

// Done reports how the call went. Only the first Done of a Permit counts, and
// only as long as the breaker is in the state that gave the Permit.
func (p *Permit) Done(o Outcome) {
	if p.breaker != nil {
		p.report(o)
	}
}

func (p *Permit) report(o Outcome) {
	b := p.breaker
	p.breaker = nil // before a listener can leave by panic
	switch {
	case o == Success && b.load() == p.given: // closed, and no failure to forget
	case p.given.probe() != 0:
		b.reportProbe(p.given, o)
	case o == Success:
		b.forget(p.given)
	case o == Failure:
		b.count(p.given)
	}
}

// forget sets the count of consecutive failures to zero.
func (b *Breaker) forget(era word) {
	for {
		w := b.load()
		if w.era() != era || w.failures() == 0 || b.now.CompareAndSwap(uint64(w), uint64(era)) {
			return
		}
	}
}

// count counts a failure of a closed breaker, and opens it at the last one that
// it takes.
func (b *Breaker) count(era word) {
	for {
		w := b.load()
		if w.era() != era || w.forced() {
			return
		}
		if w.failures()+1 >= b.config.Failures {
			b.trip(era)
			return
		}
		if b.now.CompareAndSwap(uint64(w), uint64(w+1)) {
			return
		}
	}
}

// trip opens a closed breaker, unless a success came in between.
func (b *Breaker) trip(era word) {
	b.mu.Lock()
	for {
		w := b.load()
		if w.era() != era {
			break
		}
		if w.failures()+1 < b.config.Failures {
			if b.now.CompareAndSwap(uint64(w), uint64(w+1)) {
				break
			}
			continue
		}
		// Nobody but the holder of the lock changes the state, but others count: the
		// swap makes sure that what was decided on still holds.
		if b.now.CompareAndSwap(uint64(w), uint64(w+1)) {
			b.open(w.failures() + 1)
			break
		}
	}
	b.mu.Unlock()
	b.tell()
}

// open makes the breaker open for a cooldown. The lock is held.
func (b *Breaker) open(failures int) {
	b.openings++
	b.cooldown = cooldown(b.config.Cooldown, b.config.MaxCooldown, b.openings, rand.Float64())
	b.become(Open, false, &OpenError{name: b.config.Name, until: clock() + b.cooldown}, failures)
}

// become changes the state, and starts a generation. The lock is held.
func (b *Breaker) become(to State, forced bool, refusal *OpenError, failures int) {
	from := b.load()
	b.probes, b.successes = b.probes[:0], 0
	if to == Closed {
		b.openings = 0
	}
	b.refusal.Store(refusal) // before the state, for whoever sees that looks for this
	b.now.Store(uint64(from.next(to, forced)))
	if b.config.OnChange != nil && from.state() != to {
		c := Change{Name: b.config.Name, From: from.state(), To: to, At: time.Now(), Failures: failures, Forced: forced}
		if to == Open && !forced {
			c.Cooldown = b.cooldown
		}
		b.changes = append(b.changes, c)
	}
}

func (b *Breaker) load() word { return word(b.now.Load()) }
