package breaker

// This file opens a breaker by consecutive failures. The word holds their count.

// forget sets the count of consecutive failures to zero.
func (b *Breaker) forget(era word) {
	for w := b.load(); w.era() == era && w.failures() > 0; w = b.load() {
		b.now.CompareAndSwap(uint64(w), uint64(w&^failureMask)) // unless others count meanwhile
	}
}

// count counts a failure of a closed breaker, and opens it when there are as many in a
// row as it takes.
func (b *Breaker) count(era word) {
	for {
		w := b.load()
		switch {
		case w.era() != era || w.forced():
			return
		case w.failures()+1 >= b.config.Failures:
			b.trip(w) // then the era is another one, unless the word has changed
		case b.now.CompareAndSwap(uint64(w), uint64(w+1)):
			return
		}
	}
}

// trip opens a closed breaker, unless its word is no longer w. The failure is counted
// and the state changed in one step, because a success between the two would be told
// that the breaker is closed, and would then find it open without another failure.
func (b *Breaker) trip(w word) {
	b.mu.Lock()
	b.try(w, b.opening(tally{failures: int64(w.failures()) + 1}))
	b.mu.Unlock()
	b.tell()
}
