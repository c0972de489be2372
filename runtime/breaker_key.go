package retry

import (
	"time"

	"github.com/retrygen/retrygen/breaker"
)

// A key is what calls have a breaker by, text or number.
type key struct {
	text    string
	number  uint64
	numeric bool // number is the key, even where it is zero
}

// For returns the method for a call with that key: where //retry:breaker has key=,
// each key has a breaker of its own. It does not allocate where the result is handed
// to Do or Call at once.
func (m *Method) For(text string) *Method {
	keyed := *m
	keyed.key.text = text
	return &keyed
}

// ForNumber is For with a key that is a number. It is not that of a text.
func (m *Method) ForNumber(number uint64) *Method {
	keyed := *m
	keyed.key.number, keyed.key.numeric = number, true
	return &keyed
}

// pass is breaker.Pass, for a plan without keys.
func (p *plan) pass() (breaker.Era, bool) {
	if p.keyed != nil {
		return 0, false
	}
	return p.breaker.Pass()
}

// allow asks the breaker that a call with the key is under for a permit.
func (p *plan) allow(k key, permit *breaker.KeyPermit[key]) (err error) {
	if p.keyed != nil {
		*permit, err = p.keyed.Allow(k)
	} else {
		permit.Permit, err = p.breaker.Allow()
	}
	return err
}

// refuses is the error that the breaker would have after d.
func (p *plan) refuses(k key, d time.Duration) *breaker.OpenError {
	if p.keyed != nil {
		return p.keyed.Refuses(k, d)
	}
	return p.breaker.Refuses(d)
}
