package retry

import (
	"context"
	"time"

	"github.com/retrygen/retrygen/breaker"
)

// A key says which of the breakers of //retry:breaker with key= guards a call. It is a
// text or a number.
type key struct {
	text    string
	number  uint64
	numeric bool // the number is the key, even if it is zero
}

// For returns the Method for a call with that key, which has a breaker of its own if
// //retry:breaker has key=. It does not allocate if Do or Call gets the result at once.
func (m *Method) For(text string) *Method {
	keyed := *m
	keyed.key.text = text
	return &keyed
}

// ForNumber is For with a number as the key. A number and a text are never the same key.
func (m *Method) ForNumber(number uint64) *Method {
	keyed := *m
	keyed.key.number, keyed.key.numeric = number, true
	return &keyed
}

// pass is breaker.Pass. It reports false for a plan with keys, or with breakers that are forced
// in the place of its own.
func (p *plan) pass() (breaker.Era, bool) {
	if p.keyed != nil || p.standIn != nil {
		return 0, false
	}
	return p.breaker.Pass()
}

// allow asks the breaker of the key for a permit.
func (p *plan) allow(k key, permit *breaker.KeyPermit[key]) (err error) {
	one, keyed := p.inForce()
	if keyed != nil {
		*permit, err = keyed.Allow(k)
	} else {
		permit.Permit, err = one.Allow()
	}
	return err
}

// admit is allow for an attempt with the context ctx. It returns a probing if the attempt
// is a probe. An attempt that is part of a probe above gets no permit.
func (p *plan) admit(ctx context.Context, k key, permit *breaker.KeyPermit[key]) (*probing, error) {
	err := p.allow(k, permit)
	probe, below := p.probed(ctx, k, permit.Probe(), err)
	if below {
		permit.Done(breaker.Neutral)
		return nil, nil
	}
	return probe, err
}

// refuses returns the error with which the breaker would refuse an attempt after d.
func (p *plan) refuses(k key, d time.Duration) *breaker.OpenError {
	one, keyed := p.inForce()
	if keyed != nil {
		return keyed.Refuses(k, d)
	}
	return one.Refuses(d)
}

// inForce returns the breaker that decides now, or those of the keys.
func (p *plan) inForce() (one *breaker.Breaker, keyed *breaker.Keyed[key]) {
	if forced := p.forced(); forced != nil {
		return forced.of(p.keyed != nil)
	}
	return p.breaker, p.keyed
}
