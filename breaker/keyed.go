package breaker

import (
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/retrygen/retrygen/internal/striped"
)

// DefaultKeys is the number of keys of a Keyed that can have a breaker of their own.
const DefaultKeys = 1024

// A Keyed holds a breaker for each key of a dependency with many instances, such as
// tenants or shards. It is safe for concurrent use. A nil *Keyed allows everything.
//
// A healthy key takes no memory. At its first failure or slow attempt a key gets a
// breaker, whose window starts there. It loses the breaker when an attempt succeeds, or
// ends with [Alive], and the breaker has nothing bad left to remember.
//
// The number of breakers is bounded. At the bound, a key makes room if it had no failure
// and no slow attempt for twice the longest of Window, Cooldown and MaxCooldown, even if
// its breaker is open, but not if it is forced. Keys without room share one breaker,
// [Keyed.Rest]. So do keys that do not equal themselves, because they contain a NaN. Rest
// also forces and switches all keys. [Keyed.Key] inspects and forces one of them, and
// [Keyed.Each] lists them.
type Keyed[K comparable] struct {
	config Config
	most   int64
	keep   time.Duration
	rest   *Breaker       // of the keys without room
	text   func(K) string // of a key, in changes and errors; nil if they do not name it

	refused striped.Counter // attempts that the breaker of a key has refused
	count   atomic.Int64    // of entries
	entries sync.Map        // K to *entry

	mu      sync.Mutex    // held while entries come and go
	sweepAt time.Duration // the time before which there is no other sweep, by clock
}

// NewKeyed returns a Keyed whose breakers have the given Config. The second argument is
// the number of keys that can have a breaker of their own; zero means DefaultKeys.
// NewKeyed panics if that number is negative, and where New does. Changes and errors do
// not name the key, because it may be a secret; see [Keyed.ShowKeys].
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

// A KeyPermit is a Permit for an attempt with a key.
type KeyPermit[K comparable] struct {
	Permit
	keyed *Keyed[K]
	key   K
	entry *entry // nil if the key had none; Permit then has no breaker, or that of the rest
}

// Rest returns the breaker that the keys without room share. While it is forced open or
// closed, also by [Breaker.ForceRemote], all keys are. Its mode is the mode of all keys. The
// breakers of the keys keep their states meanwhile. [Breaker.OpenFor] opens it for the keys
// without room only. Rest of a nil *Keyed is nil.
func (k *Keyed[K]) Rest() *Breaker {
	if k == nil {
		return nil
	}
	return k.rest
}

// governed reports whether the breaker of the rest decides for all keys.
func (k *Keyed[K]) governed() bool { return k.rest.load().forced() || k.rest.Mode() == Off }

// Allow is [Breaker.Allow] for an attempt with that key.
func (k *Keyed[K]) Allow(key K) (KeyPermit[K], error) {
	if k == nil {
		return KeyPermit[K]{}, nil
	}
	if k.governed() {
		_, err := k.rest.Allow() // which counts nothing now
		return KeyPermit[K]{}, err
	}
	p := KeyPermit[K]{keyed: k, key: key}
	count := k.count.Load()
	if count > 0 {
		p.entry = k.find(key)
	}
	var err error
	switch {
	case p.entry != nil:
		p.Permit, err = p.entry.ask()
		if err != nil {
			return KeyPermit[K]{}, k.refuse(p.entry, err)
		}
	case count >= k.most || odd(key):
		p.Permit, err = k.rest.Allow()
	default:
		p.start = k.rest.start() // the permit belongs to no breaker yet
	}
	return p, err
}

// refuse counts that the breaker of a key refuses an attempt, unless all breakers watch
// only. Then it returns nil.
func (k *Keyed[K]) refuse(e *entry, err error) error {
	if k.rest.Mode() == WatchOnly {
		return nil
	}
	e.refused.Add(1)
	k.refused.Add()
	return err
}

// Refuses is [Breaker.Refuses] for an attempt with that key.
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

// Done is [Permit.Done].
func (p *KeyPermit[K]) Done(o Outcome) {
	k := p.keyed
	p.keyed = nil
	if k == nil { // the permit is that of a Breaker, or the zero one
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

// bad makes sure that a breaker counts a failure or slow attempt. It returns the entry of
// the key, held, or nil if the breaker of the rest counts the attempt.
func (p *KeyPermit[K]) bad(k *Keyed[K]) *entry {
	if had := p.entry; had == nil || !had.hold() {
		p.entry = k.enter(p.key)
		switch w := k.rest.load(); {
		case p.entry == had && had != nil: // it was not removed after all
		case p.entry != nil:
			p.Permit.Done(Neutral)
			// The new permit belongs to the first generation. If the breaker has changed its
			// state since then, it does not count the attempt, which it did not admit.
			p.Permit = Permit{breaker: p.entry.Breaker, start: p.start}
		case (had != nil || p.breaker == nil) && w.state() == Closed: // there is no room
			p.Permit = Permit{breaker: k.rest, given: w.era(), start: p.start}
		}
	}
	if p.entry != nil {
		p.entry.bad.Store(int64(clock()))
	}
	return p.entry
}
