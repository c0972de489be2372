package breaker

import (
	"fmt"
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

// String returns the outcome in lower case.
func (o Outcome) String() string {
	switch o {
	case Success:
		return "success"
	case Failure:
		return "failure"
	case Neutral:
		return "neutral"
	case Alive:
		return "alive"
	}
	return fmt.Sprintf("Outcome(%d)", uint8(o))
}

// A Permit is the right to one call. Its holder reports with Done, whatever
// happens to the call. The zero Permit has nothing to report.
type Permit struct {
	breaker *Breaker
	given   word          // the era that it was given in, and the number of a probe
	start   time.Duration // of the call, by clock; zero where calls are not timed
}

// Allow asks for a permit. Its error is an *OpenError, and the same one for all
// that are refused in an opening.
func (b *Breaker) Allow() (Permit, error) {
	if b != nil {
		if w := b.load(); w.plain() {
			return Permit{breaker: b, given: w.era()}, nil
		}
	}
	return b.allow()
}

// allow is Allow where there is more to look at than one word.
func (b *Breaker) allow() (Permit, error) {
	if b == nil {
		return Permit{}, nil
	}
	mode := b.Mode()
	if w := b.load(); w.state() == Closed && mode != Off {
		return b.permit(w.era()), nil
	}
	if mode == Off {
		return Permit{}, nil
	}
	permit, err := b.allowProbe()
	if mode == WatchOnly && err != nil {
		return Permit{}, nil
	}
	return permit, err
}

// permit gives a permit, and starts its clock where calls are timed.
func (b *Breaker) permit(given word) Permit {
	p := Permit{breaker: b, given: given}
	if b.config.Slow > 0 {
		p.start = clock()
	}
	return p
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
