package breaker

import "time"

// A Change is a change of a breaker's state.
type Change struct {
	Name     string // of the breaker
	From, To State
	At       time.Time
	Cooldown time.Duration // of an opening; zero for other changes, and where it is forced
	Failures int           // consecutive ones that led to an opening, or those in the window
	Slow     int           // calls in the window that led to an opening
	Calls    int           // in that window; zero where it was consecutive failures
	Forced   bool          // by ForceOpen or ForceClose
}

// tell tells the listener of the changes, unless another goroutine is at it,
// which then tells these too.
func (b *Breaker) tell() {
	if b.config.OnChange == nil {
		return
	}
	b.mu.Lock()
	busy := b.telling || len(b.changes) == 0
	b.telling = b.telling || !busy
	b.mu.Unlock()
	if !busy {
		b.tellAll()
	}
}

func (b *Breaker) tellAll() {
	finished := false
	defer func() {
		if !finished { // the listener has left by panic or Goexit: the rest is told before that goes on
			b.tellAll()
		}
	}()
	for {
		c, ok := b.nextChange()
		if !ok {
			finished = true
			return
		}
		b.config.OnChange(c)
	}
}

func (b *Breaker) nextChange() (Change, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.changes) == 0 {
		b.telling = false
		return Change{}, false
	}
	c := b.changes[0]
	b.changes = b.changes[1:]
	return c, true
}
