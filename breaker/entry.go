package breaker

import (
	"sync/atomic"
	"time"
)

// An entry is a key's breaker.
type entry struct {
	*Breaker
	bad     atomic.Int64 // when something bad was last heard of, by clock
	passed  atomic.Int64 // successes while there was something bad in the window
	holders atomic.Int64 // attempts that are about to count something bad
	removed atomic.Bool
}

// hold keeps an entry from being removed until release. It reports false when the entry
// is removed or may be right now.
func (e *entry) hold() bool {
	e.holders.Add(1)
	if e.removed.Load() {
		e.release()
		return false
	}
	return true
}

func (e *entry) release() { e.holders.Add(-1) }

// odd reports whether a key does not equal itself, as one with a NaN inside. The map would
// never find it again.
func odd[K comparable](key K) bool { return !equal(key, key) }

func equal[K comparable](a, b K) bool { return a == b }

func (k *Keyed[K]) find(key K) *entry {
	if e, ok := k.entries.Load(key); ok {
		return e.(*entry)
	}
	return nil
}

// enter returns the entry of a key, held. It makes one where there is room, and returns
// nil where there is none.
func (k *Keyed[K]) enter(key K) *entry {
	k.mu.Lock()
	defer k.mu.Unlock()
	e := k.find(key)
	if e == nil && !odd(key) && (k.count.Load() < k.most || k.sweep()) {
		e = &entry{Breaker: newBreaker(k.config, true)}
		e.bad.Store(int64(clock()))
		k.entries.Store(key, e)
		k.count.Add(1)
	}
	if e != nil {
		e.holders.Add(1) // the lock keeps it from being removed meanwhile
	}
	return e
}

// letGo removes the entry of a key whose breaker has nothing to remember.
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

// remove removes an entry, unless somebody holds it or it is not idle. It says so before
// it looks: an attempt that holds the entry earlier keeps it, and one that comes later
// sees that the entry is removed and enters the key again, behind the lock. The lock is
// held.
func (k *Keyed[K]) remove(key K, e *entry, idle func() bool) {
	e.removed.Store(true)
	if e.holders.Load() > 0 || !idle() {
		e.removed.Store(false)
		return
	}
	k.entries.Delete(key)
	k.count.Add(-1)
}

// sweepPause is how long it takes at least until a Keyed looks for room again.
const sweepPause = time.Second

// sweep makes room, and reports whether there is some.
func (k *Keyed[K]) sweep() bool {
	now := clock()
	if now < k.sweepAt {
		return false
	}
	k.sweepAt = now + sweepPause
	for key, e := range k.entries.Range {
		e := e.(*entry)
		idle := func() bool { return now-time.Duration(e.bad.Load()) >= k.keep }
		if idle() {
			key, _ := key.(K) // not one where it is a nil interface
			k.remove(key, e, idle)
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
