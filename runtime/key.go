package retry

import (
	"time"

	"github.com/retrygen/retrygen/breaker"
)

// A key is what calls have a breaker by, text or number.
type key struct {
	text   string
	number uint64
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
	keyed.key.number = number
	return &keyed
}

// allow asks the breaker that a call with the key is under.
func (p *plan) allow(k key) (breaker.KeyPermit[key], error) {
	if p.keyed != nil {
		return p.keyed.Allow(k)
	}
	permit, err := p.breaker.Allow()
	return breaker.KeyPermit[key]{Permit: permit}, err
}

// refuses is the error that the breaker would have after d.
func (p *plan) refuses(k key, d time.Duration) *breaker.OpenError {
	if p.keyed != nil {
		return p.keyed.Refuses(k, d)
	}
	return p.breaker.Refuses(d)
}
