package breaker

// ForceOpen makes the breaker refuse all attempts until ForceClose or Reset. It is for a
// dependency that must not get any attempt. It does nothing to a nil *Breaker, which allows
// everything.
func (b *Breaker) ForceOpen() {
	if b != nil {
		b.force(move{to: Open, forced: true, refusal: b.openError(OpenError{forced: true})})
	}
}

// ForceClose makes the breaker admit all attempts, whatever their outcomes, until
// ForceOpen or Reset. The breaker forgets its counts and counts nothing. To stop a breaker
// from refusing in an incident, [Breaker.SetMode] with [WatchOnly] is better: the breaker
// keeps counting, and shows when it is safe to set it [On] again.
func (b *Breaker) ForceClose() { b.force(move{to: Closed, forced: true}) }

// Reset closes the breaker. It undoes ForceOpen and ForceClose, and forgets the counts
// and the growth of the cooldown. The breaker then counts and opens as usual. Use it after a
// repair, when nobody needs to wait for the cooldown. Reset does not undo
// [Breaker.ForceRemote]: if that waits for the end of a ForceOpen or ForceClose, it is in
// force now.
func (b *Breaker) Reset() {
	if b == nil {
		return
	}
	b.mu.Lock()
	m := move{to: Closed}
	if b.steered.on {
		m = b.steering()
		b.openings = 0
	}
	b.become(m)
	b.mu.Unlock()
	b.tell()
}

func (b *Breaker) force(m move) {
	if b == nil {
		return
	}
	b.mu.Lock()
	b.become(m)
	b.mu.Unlock()
	b.tell()
}
