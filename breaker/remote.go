package breaker

import (
	"fmt"
	"math"
	"time"
)

// This file changes a breaker on behalf of others: the other processes that use the same
// dependency, and the operator of them all. What the breaker learns from its own attempts
// and what its own program forces comes first.

// OpenFor opens a closed breaker for d because others found that the dependency fails. An
// open breaker stays open until d from now, unless it stays open for longer anyway. When
// the time is over, the next attempt is a probe as usual.
//
// d is at most Config.MaxCooldown, or Config.Cooldown without one; more is lowered to that.
// The opening is not evidence of the breaker's own, so it does not make later cooldowns
// longer.
//
// OpenFor reports whether it changed something. It does nothing to a breaker that is
// half-open, forced or in mode [Off], nor to a nil *Breaker, nor if d is not positive.
func (b *Breaker) OpenFor(d time.Duration) bool {
	if b == nil || d <= 0 {
		return false
	}
	b.mu.Lock()
	changed := b.openFor(min(d, max(b.config.Cooldown, b.config.MaxCooldown)))
	b.mu.Unlock()
	b.tell()
	return changed
}

// openFor is OpenFor under the lock.
func (b *Breaker) openFor(d time.Duration) bool {
	w := b.load()
	if w.forced() || b.Mode() == Off {
		return false
	}
	longer := b.openError(OpenError{until: after(d)})
	switch w.state() {
	case Closed:
		b.become(move{to: Open, remote: true, cooldown: d, refusal: longer})
		return true
	case Open:
		return b.prolong(longer)
	}
	return false
}

// prolong replaces the refusal of an open breaker by one that ends later, and reports false
// if it does not end later. It keeps the refusal of an opening by own evidence, so that
// CloseRemote can restore it. The lock is held.
func (b *Breaker) prolong(longer *OpenError) bool {
	present := b.refusal.Load()
	if longer.until <= present.until {
		return false
	}
	if b.own == nil {
		b.own = present
	}
	b.refusal.Store(longer)
	return true
}

// CloseRemote takes back what [Breaker.OpenFor] did, because others found that the
// dependency works again. It closes a breaker that OpenFor opened. A breaker that opened by
// itself stays open for as long as it would have without OpenFor; if that time is over, the
// next attempt is a probe.
//
// CloseRemote reports whether it changed something. It does nothing to a breaker that is
// half-open or forced, nor to a nil *Breaker.
func (b *Breaker) CloseRemote() bool {
	if b == nil {
		return false
	}
	b.mu.Lock()
	changed := b.closeRemote()
	b.mu.Unlock()
	b.tell()
	return changed
}

// closeRemote is CloseRemote under the lock.
func (b *Breaker) closeRemote() bool {
	if w := b.load(); w.state() != Open || w.forced() {
		return false
	}
	if b.remote {
		b.become(move{to: Closed, remote: true})
		return true
	}
	own := b.own
	if own == nil || !b.refusal.Load().refuses(0) {
		return false
	}
	b.own = nil
	b.refusal.Store(own)
	return true
}

// A steering is the state that ForceRemote asks for, if there is one.
type steering struct {
	to State
	on bool
}

// ForceRemote forces the breaker open or closed for the operator of all processes that use
// the dependency. It acts as ForceOpen and ForceClose do, but comes after them: while one
// of them is in force, ForceRemote waits, and [Breaker.Reset] puts it in force. It lasts
// until [Breaker.ResetRemote].
//
// ForceRemote reports whether it changed what is asked for. It panics unless the state is
// [Open] or [Closed]. It does nothing to a nil *Breaker.
func (b *Breaker) ForceRemote(to State) bool {
	if to != Open && to != Closed {
		panic(fmt.Sprintf("breaker: ForceRemote to %v, which is neither open nor closed", to))
	}
	if b == nil {
		return false
	}
	asked := steering{to: to, on: true}
	b.mu.Lock()
	changed := b.steered != asked
	b.steered = asked
	if changed && !b.forcedHere() {
		b.become(b.steering())
	}
	b.mu.Unlock()
	b.tell()
	return changed
}

// ResetRemote takes back [Breaker.ForceRemote]. If that was in force, the breaker is closed
// then, and has forgotten the counts and the growth of the cooldown. A state that ForceOpen
// or ForceClose forced stays.
//
// ResetRemote reports whether there was something to take back. There is nothing in a nil
// *Breaker.
func (b *Breaker) ResetRemote() bool {
	if b == nil {
		return false
	}
	b.mu.Lock()
	changed := b.steered.on
	b.steered = steering{}
	if changed && !b.forcedHere() {
		b.become(move{to: Closed, remote: true})
	}
	b.mu.Unlock()
	b.tell()
	return changed
}

// forcedHere reports whether ForceOpen or ForceClose is in force. The lock is held.
func (b *Breaker) forcedHere() bool { return b.load().forced() && !b.remote }

// steering returns the move to the state that ForceRemote asks for. The lock is held.
func (b *Breaker) steering() move {
	m := move{to: b.steered.to, forced: true, remote: true}
	if m.to == Open {
		m.refusal = b.openError(OpenError{forced: true})
	}
	return m
}

// after returns the time d from now, by clock. It is the end of time if d is too long.
func after(d time.Duration) time.Duration { return plus(clock(), d) }

// plus returns at + d, or the end of time if that is later. Neither is negative.
func plus(at, d time.Duration) time.Duration { return at + min(d, math.MaxInt64-at) }
