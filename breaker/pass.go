package breaker

// This file holds the names that generated code and the runtime use: parts of Allow and
// Done that are small enough to be inlined.

// An Era is for generated code: what [Breaker.Pass] remembers of the breaker until
// [Breaker.Clean] or [Breaker.Permit].
type Era uint64

// Pass is for generated code: it is [Breaker.Allow] for the usual case, a closed breaker
// that does not time attempts. True admits the attempt, which ends with Clean or, where
// Clean is false, with the Done of its Permit. False means that Allow has to decide.
func (b *Breaker) Pass() (Era, bool) {
	if b == nil {
		return 0, true
	}
	w := b.load()
	return Era(w.era()), w.plain()
}

// Clean is for generated code: it reports whether a success that Pass admitted has
// nothing to report, because there is no failure to forget, no window to count in, and
// no change since Pass.
func (b *Breaker) Clean(e Era) bool { return b == nil || b.load() == word(e) }

// Permit is for generated code: it returns the [Permit] of an attempt that Pass admitted.
func (b *Breaker) Permit(e Era) Permit { return Permit{breaker: b, given: word(e)} }

// Refusal is for generated code: it returns the error of an open breaker that refuses
// right now, and counts the refusal. Nil means that Allow has to decide.
func (b *Breaker) Refusal() *OpenError {
	if b == nil || b.Mode() != On {
		return nil
	}
	e := b.refusing(0)
	if e != nil {
		b.refused.Add()
	}
	return e
}

// Begin is for generated code: it restarts the clock of an attempt that had to wait
// after Allow, so that a breaker with Config.Slow times the attempt alone.
func (p *Permit) Begin() {
	if p.start != 0 {
		p.start = clock()
	}
}

// Probe is for generated code: it reports whether the attempt is a probe of a half-open
// breaker that has not reported.
func (p *Permit) Probe() bool { return p.breaker != nil && p.given.probe() != 0 }
