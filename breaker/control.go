package breaker

// ForceOpen makes the breaker refuse all attempts until ForceClose or Reset. It does nothing
// to a nil *Breaker, which goes on to allow everything.
func (b *Breaker) ForceOpen() {
	if b != nil {
		b.force(move{to: Open, forced: true, refusal: b.openError(OpenError{forced: true})})
	}
}

// ForceClose makes the breaker admit all attempts, whatever their outcomes, until
// ForceOpen or Reset.
func (b *Breaker) ForceClose() { b.force(move{to: Closed, forced: true}) }

// Reset closes the breaker. It undoes ForceOpen and ForceClose, and forgets the counts
// and the growth of the cooldown.
func (b *Breaker) Reset() { b.force(move{to: Closed}) }

func (b *Breaker) force(m move) {
	if b == nil {
		return
	}
	b.mu.Lock()
	b.become(m)
	b.mu.Unlock()
	b.tell()
}
