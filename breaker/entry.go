package breaker

import (
	"sync/atomic"
	"time"
)

// An entry is the breaker of a key.
type entry struct {
	*Breaker
	refused atomic.Int64 // refused attempts
	bad     atomic.Int64 // the time of the last failure or slow attempt, by clock
	passed  atomic.Int64 // successes while the window held something bad
	holders atomic.Int64 // attempts that are about to count a failure or as slow
	removed atomic.Bool
}

// hold keeps the entry from being removed until release. It reports false if the entry is
// removed, or is perhaps being removed right now.
func (e *entry) hold() bool {
	e.holders.Add(1)
	if e.removed.Load() {
		e.release()
		return false
	}
	return true
}

func (e *entry) release() { e.holders.Add(-1) }

// odd reports whether a key does not equal itself, because it contains a NaN. The map
// would never find it again.
func odd[K comparable](key K) bool { return !equal(key, key) }

func equal[K comparable](a, b K) bool { return a == b }

func (k *Keyed[K]) find(key K) *entry {
	if e, ok := k.entries.Load(key); ok {
		return e.(*entry)
	}
	return nil
}

// enter returns the entry of a key, held. It makes one if there is room, and otherwise
// returns nil.
func (k *Keyed[K]) enter(key K) *entry { return k.enterWith(key, k.sweep) }

// enterWith is enter with a func that makes room and reports whether there is any. It is
// called under the lock.
func (k *Keyed[K]) enterWith(key K, makeRoom func() bool) *entry {
	k.mu.Lock()
	defer k.mu.Unlock()
	e := k.find(key)
	if e == nil && !odd(key) && (k.count.Load() < k.most || makeRoom()) {
		e = &entry{Breaker: newBreaker(k.config, true)}
		e.key = k.name(key)
		k.entries.Store(key, e)
		k.count.Add(1)
	}
	if e != nil {
		e.holders.Add(1) // the lock keeps it from being removed meanwhile
	}
	return e
}

// letGo removes the entry of a key if its breaker has nothing to remember.
func (k *Keyed[K]) letGo(key K, e *entry) {
	if e == nil || !e.worthALook() || !e.healthy() {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if !e.removed.Load() {
		k.remove(key, e, e.healthy)
	}
}

// remove removes an entry, unless an attempt holds it or it is not idle. It marks the
// entry as removed before it looks. So an attempt that held the entry earlier keeps it,
// and one that comes later sees the mark and enters the key again, behind the lock. The
// lock is held.
func (k *Keyed[K]) remove(key K, e *entry, idle func() bool) {
	e.removed.Store(true)
	if e.holders.Load() > 0 || !idle() {
		e.removed.Store(false)
		return
	}
	k.entries.Delete(key)
	k.count.Add(-1)
}

// sweepPause is the time from one sweep to the next, at least.
const sweepPause = time.Second

// sweep removes idle entries, and reports whether there is room. The lock is held.
func (k *Keyed[K]) sweep() bool {
	now := clock()
	if now < k.sweepAt {
		return false
	}
	k.sweepAt = now + sweepPause
	for key, e := range k.entries.Range {
		e := e.(*entry)
		idle := func() bool { return !e.load().forced() && now-time.Duration(e.bad.Load()) >= k.keep }
		if idle() {
			key, _ := key.(K) // fails for a nil interface, whose zero value is right
			k.remove(key, e, idle)
		}
	}
	return k.count.Load() < k.most
}

// lookEvery is how many successes of a key pass until one looks whether everything bad has
// left the window. Looking takes a lock and adds up the window.
const lookEvery = 64

// worthALook reports whether a success should look whether the breaker is healthy. Most
// need not, while the window held something bad when it was last added up or the breaker is
// forced.
func (e *entry) worthALook() bool {
	if e.load().forced() {
		return false
	}
	w := e.window.Load()
	return w == nil || !w.bad.Load() || e.passed.Add(1)%lookEvery == 0
}

// healthy reports whether the breaker has nothing to remember, like a new one.
func (b *Breaker) healthy() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	w := b.load()
	if w.state() != Closed || w.forced() || w.failures() > 0 {
		return false
	}
	if window := b.window.Load(); window != nil {
		t, _ := window.recent.sum(clock())
		return t.failures == 0 && t.slow == 0
	}
	return true
}
