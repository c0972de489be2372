package breaker

import (
	"time"
)

// An Outcome says what an attempt tells about the health of the dependency.
type Outcome uint8

const (
	Success Outcome = iota // the dependency answered
	Failure                // the dependency failed
	Neutral                // nothing is known; for example, the caller cancelled

	// Alive is proof that the dependency works, although the attempt got no answer: the
	// dependency throttled it, for example. Alive lowers the shares of Config.Rate and
	// Config.SlowRate as a success does, and a probe that ends with it counts towards
	// Config.Successes. It does not end a run of consecutive failures.
	Alive
)

// alive reports whether an attempt shows that the dependency works.
func (o Outcome) alive() bool { return o == Success || o == Alive }

// A Permit admits one attempt. Its holder must call Done, however the attempt ends. Done
// of the zero Permit does nothing.
type Permit struct {
	breaker *Breaker
	given   word          // the era of the permit, and the number of a probe
	start   time.Duration // of the attempt, by clock; zero if attempts are not timed
}

// Allow returns a permit for one attempt, or an [*OpenError]. All attempts that an opening
// refuses get the same error, unless [Breaker.OpenFor] or [Breaker.CloseRemote] changes its
// end.
func (b *Breaker) Allow() (Permit, error) {
	if b != nil {
		if w := b.load(); w.plain() {
			return Permit{breaker: b, given: w.era()}, nil
		}
	}
	return b.allow()
}

// allow is Allow for a breaker that has to look at more than its word.
func (b *Breaker) allow() (Permit, error) {
	if b == nil {
		return Permit{}, nil
	}
	mode := b.Mode()
	if mode == Off {
		return Permit{}, nil
	}
	permit, err := b.ask()
	switch {
	case err == nil:
		return permit, nil
	case mode == WatchOnly:
		return Permit{}, nil
	}
	b.refused.Add()
	return Permit{}, err
}

// ask is Allow in mode On, but does not count a refusal.
func (b *Breaker) ask() (Permit, error) {
	if w := b.load(); w.state() == Closed {
		return b.permit(w.era()), nil
	}
	return b.allowProbe()
}

// permit returns a permit, and starts its clock.
func (b *Breaker) permit(given word) Permit {
	return Permit{breaker: b, given: given, start: b.start()}
}

// start returns the start of an attempt that begins now. It is zero if attempts are not
// timed.
func (b *Breaker) start() time.Duration {
	if b.config.Slow == 0 {
		return 0
	}
	return clock()
}

// Done reports the outcome of the attempt. Only the first Done of a Permit counts, and
// only until the breaker leaves the state that admitted the attempt.
func (p *Permit) Done(o Outcome) {
	if p.breaker != nil {
		p.report(o)
	}
}

func (p *Permit) report(o Outcome) {
	b := p.breaker
	p.breaker = nil // first, because OnChange may panic
	w := b.load()
	if o == Success && w == p.given {
		return // plain and closed, and no failure to forget
	}
	if w&guardedBit != 0 && b.Mode() == Off {
		o = Neutral
	}
	switch {
	case p.given.probe() != 0:
		b.reportProbe(*p, o)
	case o == Neutral:
	case b.config.windowed():
		b.observe(*p, o)
	case o == Success:
		b.forget(p.given)
	case o == Failure:
		b.count(p.given)
	}
}
