package breaker

// ForceOpen makes the breaker refuse all calls until ForceClose or Reset.
func (b *Breaker) ForceOpen() {
	b.force(Open, true, &OpenError{name: b.config.Name, forced: true})
}

// ForceClose makes the breaker allow all calls, whatever becomes of them, until
// ForceOpen or Reset.
func (b *Breaker) ForceClose() { b.force(Closed, true, nil) }

// Reset closes the breaker and forgets the past: the count of failures, the
// growth of the cooldown, and what was forced.
func (b *Breaker) Reset() { b.force(Closed, false, nil) }

func (b *Breaker) force(to State, forced bool, refusal *OpenError) {
	b.mu.Lock()
	b.become(to, forced, refusal, tally{})
	b.mu.Unlock()
	b.tell()
}
