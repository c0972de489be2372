package breaker

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
)

// A KeyBreaker is the breaker of one key of a [Keyed], whether or not it takes memory now. It
// inspects and forces that key alone. The methods of the zero KeyBreaker change nothing.
type KeyBreaker struct{ of keyControl }

// A keyControl is a Keyed with one of its keys.
type keyControl interface {
	snapshot() Snapshot
	force(State) error
	reset()
}

// Key returns the breaker of one key. A nil *Keyed returns the zero KeyBreaker.
func (k *Keyed[K]) Key(key K) KeyBreaker {
	if k == nil {
		return KeyBreaker{}
	}
	return KeyBreaker{keyOf[K]{k, key}}
}

// Each yields the keys that have a breaker of their own, with its state: the keys whose
// breaker is open, half-open or forced, and those with something bad to remember. It yields
// them in no order. Keys that come or go meanwhile may be left out.
//
// A key may be a secret, such as a token or the name of a customer. Show it only to those who
// may see it.
func (k *Keyed[K]) Each() iter.Seq2[K, Snapshot] {
	return func(yield func(K, Snapshot) bool) {
		if k == nil {
			return
		}
		for key, e := range k.entries.Range {
			key, _ := key.(K) // fails for a nil interface, whose zero value is right
			if !yield(key, k.snapshotOf(e.(*entry))) {
				return
			}
		}
	}
}

// Snapshot returns the state of the key's breaker and changes nothing. A key that remembers
// nothing bad has the state of a new breaker, and one without room for a breaker has that
// of [Keyed.Rest]. The Mode is that of all keys. If the rest is forced, it decides for the
// key, whatever the Snapshot says.
func (b KeyBreaker) Snapshot() Snapshot {
	if b.of == nil {
		return Snapshot{}
	}
	return b.of.snapshot()
}

// ForceOpen makes the breaker of the key refuse all attempts until ForceClose or Reset. The
// key keeps its breaker until then, and counts as one of the keys that can have one. If there
// is no room, the key whose last failure is the oldest loses its breaker.
//
// It returns an error, and forces nothing, if all keys with a breaker are forced, or if the
// key does not equal itself because it contains a NaN.
func (b KeyBreaker) ForceOpen() error { return b.force(Open) }

// ForceClose makes the breaker of the key admit all attempts, whatever their outcomes, until
// ForceOpen or Reset. It keeps the breaker, and returns errors, as ForceOpen does.
func (b KeyBreaker) ForceClose() error { return b.force(Closed) }

func (b KeyBreaker) force(to State) error {
	if b.of == nil {
		return nil
	}
	return b.of.force(to)
}

// Reset closes the breaker of the key, undoes ForceOpen and ForceClose, and forgets all that
// the breaker remembers. The key is then one that has never failed.
func (b KeyBreaker) Reset() {
	if b.of != nil {
		b.of.reset()
	}
}

type keyOf[K comparable] struct {
	keyed *Keyed[K]
	key   K
}

func (o keyOf[K]) snapshot() Snapshot {
	k := o.keyed
	if e := k.find(o.key); e != nil {
		return k.snapshotOf(e)
	}
	if k.count.Load() >= k.most || odd(o.key) {
		return k.rest.Snapshot()
	}
	return Snapshot{Name: k.config.Name, Instance: k.config.Instance, Mode: k.rest.Mode()}
}

func (k *Keyed[K]) snapshotOf(e *entry) Snapshot {
	s := e.Snapshot()
	s.Mode, s.Refused = k.rest.Mode(), e.refused.Load()
	return s
}

func (o keyOf[K]) force(to State) error {
	e := o.keyed.enterWith(o.key, o.keyed.evict)
	switch {
	case e == nil && odd(o.key):
		return fmt.Errorf("breaker %q: a key that does not equal itself has no breaker of its own", o.keyed.config.Name)
	case e == nil:
		return fmt.Errorf("breaker %q: no room for the breaker of another key: those of %d keys are forced", o.keyed.config.Name, o.keyed.most)
	}
	defer e.release() // a forced breaker is kept without that
	if to == Open {
		e.ForceOpen()
	} else {
		e.ForceClose()
	}
	return nil
}

// evict removes the entry with the oldest failure or slow attempt, and reports whether there
// is room. An operator who forces a key while many others fail must not be sent away. It
// keeps entries that are forced, and those that an attempt holds. The lock is held.
func (k *Keyed[K]) evict() bool {
	type candidate struct {
		key K
		*entry
	}
	var all []candidate
	for key, e := range k.entries.Range {
		key, _ := key.(K) // fails for a nil interface, whose zero value is right
		all = append(all, candidate{key, e.(*entry)})
	}
	slices.SortFunc(all, func(a, b candidate) int { return cmp.Compare(a.bad.Load(), b.bad.Load()) })
	for _, c := range all {
		if k.count.Load() < k.most {
			break
		}
		k.remove(c.key, c.entry, func() bool { return !c.load().forced() })
	}
	return k.count.Load() < k.most
}

func (o keyOf[K]) reset() {
	e := o.keyed.holdIfThere(o.key)
	if e == nil {
		return
	}
	defer func() { // a listener may panic
		e.release()
		o.keyed.letGo(o.key, e)
	}()
	e.Reset()
}

// holdIfThere returns the entry of a key, held, or nil if there is none.
func (k *Keyed[K]) holdIfThere(key K) *entry {
	k.mu.Lock()
	defer k.mu.Unlock()
	e := k.find(key)
	if e != nil {
		e.holders.Add(1) // the lock keeps it from being removed meanwhile
	}
	return e
}

// ShowKeys makes changes and errors name the key whose breaker they are about, by the text
// that f returns for it. Without it they do not, because a key may be a secret. Call it
// before the first attempt. f must be safe for concurrent use.
func (k *Keyed[K]) ShowKeys(f func(K) string) { k.text = f }

// name returns a func that returns the text of a key, or nil if keys are not shown. It is
// called outside of locks, because it is the user's code.
func (k *Keyed[K]) name(key K) func() string {
	if k.text == nil {
		return nil
	}
	return func() string { return k.text(key) }
}
