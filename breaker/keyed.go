package breaker

import (
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultKeys is how many keys of a Keyed have a breaker of their own at most.
const DefaultKeys = 1024

// A Keyed is a breaker for each key, such as a tenant or a shard, of calls to one
// dependency. It is safe for concurrent use. A nil *Keyed allows everything.
//
// A key without failures takes no memory. At its first failure or slow call it gets
// a breaker, whose window begins there, and loses it when a call succeeds and there
// is nothing bad left to remember. When as many keys as there may be have one, those
// that nothing bad has been heard of for twice the longest of cooldown and window
// make room, open ones included; the keys for which there is none share one breaker,
// Rest, by which all of them are forced and switched off.
type Keyed[K comparable] struct {
	config Config
	most   int64
	keep   time.Duration
	rest   *Breaker // of the keys for which there is no room

	count   atomic.Int64 // of entries
	entries sync.Map     // K to *entry

	mu      sync.Mutex    // is held while entries come and go
	sweepAt time.Duration // by clock; sweeping again before that is not worth it
}

// NewKeyed returns a Keyed whose breakers are as the Config says. At most as many as
// the given number of keys have one of their own; zero is DefaultKeys. It panics
// where New does, and when the number is negative. What OnChange is told does not
// name the key, which may be somebody's secret.
func NewKeyed[K comparable](config Config, most int) *Keyed[K] {
	if most < 0 {
		panic("breaker: a negative number of keys")
	}
	if most == 0 {
		most = DefaultKeys
	}
	k := &Keyed[K]{most: int64(most), rest: New(config)}
	k.config = k.rest.config
	k.keep = 2 * min(max(k.config.Window, k.config.Cooldown, k.config.MaxCooldown), math.MaxInt64/2)
	return k
}

// A KeyPermit is a Permit for a call with a key.
type KeyPermit[K comparable] struct {
	Permit
	keyed *Keyed[K]
	key   K
	entry *entry // nil: the key had none, and Permit has no breaker or that of the rest
}

// Rest returns the breaker of the keys for which there is no room. As long as it is
// forced open or closed all keys are, and its mode is that of all keys; what theirs
// know is what it was when that ends. That of a nil *Keyed is nil.
func (k *Keyed[K]) Rest() *Breaker {
	if k == nil {
		return nil
	}
	return k.rest
}

// governed reports whether all keys go by the breaker of the rest.
func (k *Keyed[K]) governed() bool { return k.rest.load().forced() || k.rest.Mode() == Off }

// Allow is Breaker.Allow for a call with that key.
func (k *Keyed[K]) Allow(key K) (KeyPermit[K], error) {
	if k == nil {
		return KeyPermit[K]{}, nil
	}
	if k.governed() {
		permit, err := k.rest.Allow()
		return KeyPermit[K]{Permit: permit}, err
	}
	p := KeyPermit[K]{keyed: k, key: key}
	count := k.count.Load()
	if count > 0 {
		p.entry = k.find(key)
	}
	var err error
	switch {
	case p.entry != nil:
		p.Permit, err = p.entry.Allow()
		if err != nil && k.rest.Mode() == WatchOnly {
			return KeyPermit[K]{}, nil
		}
	case count >= k.most || odd(key):
		p.Permit, err = k.rest.Allow()
	default:
		p.Permit = k.rest.permit(0)
		p.breaker = nil // nobody's, but timed
	}
	return p, err
}

// Refuses is Breaker.Refuses for a call with that key.
func (k *Keyed[K]) Refuses(key K, d time.Duration) *OpenError {
	switch {
	case k == nil:
		return nil
	case k.governed(), k.rest.Mode() == WatchOnly:
		return k.rest.Refuses(d)
	}
	count := k.count.Load()
	if count > 0 {
		if e := k.find(key); e != nil {
			return e.Refuses(d)
		}
	}
	if count >= k.most || odd(key) {
		return k.rest.Refuses(d)
	}
	return nil
}

// Done is Permit.Done.
func (p *KeyPermit[K]) Done(o Outcome) {
	k := p.keyed
	p.keyed = nil
	if k == nil {
		p.Permit.Done(o)
		return
	}
	if k.rest.Mode() == Off {
		o = Neutral
	}
	// Deferred, because a listener may panic.
	if o == Failure || o.alive() && p.start != 0 && k.rest.slow(p.Permit, clock()) {
		if e := p.bad(k); e != nil {
			defer e.release()
		}
	} else if o.alive() {
		defer k.letGo(p.key, p.entry)
	}
	p.Permit.Done(o)
}

// bad makes sure that there is a breaker which counts a bad attempt. It returns the
// entry of the key, held, or nil when the breaker of the rest counts the attempt.
func (p *KeyPermit[K]) bad(k *Keyed[K]) *entry {
	if had := p.entry; had == nil || !had.hold() {
		p.entry = k.enter(p.key)
		switch w := k.rest.load(); {
		case p.entry == had && had != nil: // it is not removed after all
		case p.entry != nil:
			p.Permit.Done(Neutral)
			// The new permit is of the first generation. If the breaker has changed its state
			// since then, it did not admit the attempt and does not count it.
			p.Permit = Permit{breaker: p.entry.Breaker, start: p.start}
		case (had != nil || p.breaker == nil) && w.state() == Closed: // there is no room
			p.Permit.Done(Neutral)
			p.Permit = Permit{breaker: k.rest, given: w.era(), start: p.start}
		}
	}
	if p.entry != nil {
		p.entry.bad.Store(int64(clock()))
	}
	return p.entry
}

// A KeyedSnapshot is what a Keyed was like at one moment.
type KeyedSnapshot struct {
	Keys     int      // that have a breaker of their own
	Open     int      // of these
	HalfOpen int      // of these
	Rest     Snapshot // of the breaker of the keys for which there is no room
}

// Snapshot looks at the breakers and changes nothing. That of a nil *Keyed is zero.
func (k *Keyed[K]) Snapshot() KeyedSnapshot {
	if k == nil {
		return KeyedSnapshot{}
	}
	s := KeyedSnapshot{Rest: k.rest.Snapshot()}
	for _, e := range k.entries.Range {
		s.Keys++
		switch e.(*entry).State() {
		case Open:
			s.Open++
		case HalfOpen:
			s.HalfOpen++
		}
	}
	return s
}
