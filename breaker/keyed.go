package breaker

import (
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

// An entry is a key's breaker.
type entry struct {
	*Breaker
	bad     atomic.Int64 // when something bad was last heard of, by clock
	passed  atomic.Int64 // successes while there was something bad in the window
	removed atomic.Bool
}

// sweepPause is how long it takes at least until a Keyed looks for room again.
const sweepPause = time.Second

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
	k.keep = 2 * max(k.config.Window, k.config.Cooldown, k.config.MaxCooldown)
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
	case count >= k.most:
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
	case k.count.Load() == 0:
		return nil
	}
	if e := k.find(key); e != nil {
		return e.Refuses(d)
	}
	if k.count.Load() < k.most {
		return nil
	}
	return k.rest.Refuses(d)
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
	// Deferred, even where a listener panics.
	if o == Failure || o == Success && p.start != 0 && k.rest.slow(p.Permit, clock()) {
		p.bad(k)
		defer k.putBack(p.key, p.entry)
	} else if o == Success {
		defer k.letGo(p.key, p.entry)
	}
	p.Permit.Done(o)
}

// bad makes sure that there is a breaker which a bad call is counted by.
func (p *KeyPermit[K]) bad(k *Keyed[K]) {
	if had := p.entry; had == nil || had.removed.Load() {
		p.entry = k.enter(p.key)
		switch w := k.rest.load(); {
		case p.entry == had && had != nil: // it is not removed after all
		case p.entry != nil:
			p.Permit.Done(Neutral)
			// The permit is of the first generation. The breaker was not asked for it, so
			// where that has changed its state since, the call does not count.
			p.Permit = Permit{breaker: p.entry.Breaker, start: p.start}
		case (had != nil || p.breaker == nil) && w.state() == Closed: // there is no room
			p.Permit.Done(Neutral)
			p.Permit = Permit{breaker: k.rest, given: w.era(), start: p.start}
		}
	}
	if p.entry != nil {
		p.entry.bad.Store(int64(clock()))
	}
}

func (k *Keyed[K]) find(key K) *entry {
	if e, ok := k.entries.Load(key); ok {
		return e.(*entry)
	}
	return nil
}

// enter returns the entry of a key, which it makes where there is room; nil where
// there is none.
func (k *Keyed[K]) enter(key K) *entry {
	k.mu.Lock()
	defer k.mu.Unlock()
	e := k.find(key)
	if e == nil && (k.count.Load() < k.most || k.sweep()) {
		e = &entry{Breaker: newBreaker(k.config, true)}
		e.bad.Store(int64(clock()))
		k.entries.Store(key, e)
		k.count.Add(1)
	}
	return e
}

// letGo frees the place of a key whose breaker has nothing to remember. It looks for
// that twice: what is counted before the second look keeps the place, and who counts
// after it finds that the entry has been removed.
func (k *Keyed[K]) letGo(key K, e *entry) {
	if e == nil || !e.worthALook() || !e.healthy() {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if e.removed.Swap(true) {
		return
	}
	if !e.healthy() {
		e.removed.Store(false)
		return
	}
	k.entries.Delete(key)
	k.count.Add(-1)
}

// putBack gives an entry its place again that was let go while something bad was
// counted by it, unless the key has another by now or there is no room.
func (k *Keyed[K]) putBack(key K, e *entry) {
	if e == nil || !e.removed.Load() {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if e.removed.Load() && k.find(key) == nil && k.count.Load() < k.most && !e.healthy() {
		e.removed.Store(false)
		k.entries.Store(key, e)
		k.count.Add(1)
	}
}

func (k *Keyed[K]) remove(key K, e *entry) {
	if !e.removed.Swap(true) {
		k.entries.Delete(key)
		k.count.Add(-1)
	}
}

// sweep makes room, and reports whether there is some.
func (k *Keyed[K]) sweep() bool {
	now := clock()
	if now < k.sweepAt {
		return false
	}
	k.sweepAt = now + sweepPause
	for key, e := range k.entries.Range {
		if e := e.(*entry); now-time.Duration(e.bad.Load()) >= k.keep {
			key, _ := key.(K) // it is none where it is a nil interface
			k.remove(key, e)
		}
	}
	return k.count.Load() < k.most
}

// lookEvery is how many successes pass until one looks whether what is bad has left a
// window of calls. Looking takes a lock, and counts.
const lookEvery = 64

// worthALook reports whether there may be nothing bad left. While the last count of a
// window has found something, most successes need not count again.
func (e *entry) worthALook() bool {
	w := e.window.Load()
	return w == nil || !w.bad.Load() || e.passed.Add(1)%lookEvery == 0
}

// healthy reports whether the breaker is like a new one.
func (b *Breaker) healthy() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	w := b.load()
	if w.state() != Closed || w.failures() > 0 {
		return false
	}
	if window := b.window.Load(); window != nil {
		t, _ := window.recent.sum(clock())
		return t.failures == 0 && t.slow == 0
	}
	return true
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
