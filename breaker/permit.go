package breaker

import (
	"fmt"
	"time"
)

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
	given   word          // the era that it was given in, and the number of a probe
	start   time.Duration // of the call, by clock; zero where calls are not timed
}

// Era is what Pass remembers of a breaker.
type Era uint64

// Pass is Allow for the usual case, in which there is nothing to do but remember the
// Era: the breaker is closed, and does not time its calls. It reports
// false where there is more to it, and Allow is to be asked. The call that has passed
// ends with Clean or, where that reports false, with the Done of its Permit.
//
// Pass and Clean are small enough to be inlined.
func (b *Breaker) Pass() (Era, bool) {
	if b == nil {
		return 0, true
	}
	w := b.load()
	return Era(w.era()), w.plain()
}

// Clean reports whether there is nothing to report of a call that has passed and
// succeeded, because no failure is to be forgotten, no window counts it, and nothing
// has changed.
func (b *Breaker) Clean(e Era) bool { return b == nil || b.load() == word(e) }

// Permit returns the Permit of a call that has passed.
func (b *Breaker) Permit(e Era) Permit { return Permit{breaker: b, given: word(e)} }

// Refusal returns the error that Allow would return without more ado, because the
// breaker is open; nil where Allow is to be asked.
func (b *Breaker) Refusal() *OpenError {
	if b == nil || b.load().state() != Open {
		return nil
	}
	if e := b.refusal.Load(); b.Mode() == On && e != nil && e.refuses(0) {
		return e
	}
	return nil
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

// Begin says that the call begins only now, where its holder had to wait since
// Allow: a breaker that looks for slow calls times the call alone.
func (p *Permit) Begin() {
	if p.start != 0 {
		p.start = clock()
	}
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
