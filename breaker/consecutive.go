package breaker

// This file opens a breaker by consecutive failures, whose count is in the word.

// forget sets the count of consecutive failures to zero.
func (b *Breaker) forget(era word) {
	for {
		w := b.load()
		if w.era() != era || w.failures() == 0 || b.now.CompareAndSwap(uint64(w), uint64(w&^failureMask)) {
			return
		}
	}
}

// count counts a failure of a closed breaker, and opens it at the last one that
// it takes.
func (b *Breaker) count(era word) {
	for {
		w := b.load()
		if w.era() != era || w.forced() {
			return
		}
		if w.failures()+1 >= b.config.Failures {
			b.trip(era)
			return
		}
		if b.now.CompareAndSwap(uint64(w), uint64(w+1)) {
			return
		}
	}
}

// trip opens a closed breaker, unless a success came in between.
func (b *Breaker) trip(era word) {
	b.mu.Lock()
	for {
		w := b.load()
		if w.era() != era {
			break
		}
		if w.failures()+1 < b.config.Failures {
			if b.now.CompareAndSwap(uint64(w), uint64(w+1)) {
				break
			}
			continue
		}
		// Nobody but the holder of the lock changes the state, but others count: the
		// swap makes sure that what was decided on still holds.
		if b.now.CompareAndSwap(uint64(w), uint64(w+1)) {
			b.open(tally{failures: w.failures() + 1})
			break
		}
	}
	b.mu.Unlock()
	b.tell()
}
