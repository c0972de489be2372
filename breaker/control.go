package breaker

// ForceOpen makes the breaker refuse all calls until ForceClose or Reset.
func (b *Breaker) ForceOpen() {
	b.force(move{to: Open, forced: true, refusal: &OpenError{name: b.config.Name, forced: true}})
}

// ForceClose makes the breaker allow all calls, whatever becomes of them, until
// ForceOpen or Reset.
func (b *Breaker) ForceClose() { b.force(move{to: Closed, forced: true}) }

// Reset closes the breaker and forgets the past: the count of failures, the
// growth of the cooldown, and what was forced.
func (b *Breaker) Reset() { b.force(move{to: Closed}) }

func (b *Breaker) force(m move) {
	b.mu.Lock()
	b.become(m)
	b.mu.Unlock()
	b.tell()
}
