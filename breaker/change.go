package breaker

import "time"

// A Change is a change of a breaker's state. The counts are zero unless To is Open.
type Change struct {
	Name     string // of the breaker
	Instance string // of the breaker; see Config.Instance
	Key      string // whose breaker it is; empty unless Keyed.ShowKeys has been called
	From, To State
	At       time.Time
	Cooldown time.Duration // of an opening; zero for other changes and for forced ones
	Failures int           // that opened it: consecutive ones, or those in the window
	Slow     int           // slow attempts in the window that opened it
	Calls    int           // all attempts in that window; zero if consecutive failures opened it
	Forced   bool          // to a state that ForceOpen, ForceClose or ForceRemote keeps

	// Remote is true for changes that were made on behalf of others: by OpenFor, CloseRemote,
	// ForceRemote or ResetRemote, or by a Reset that puts ForceRemote in force again. They are
	// no news to the others.
	Remote bool
}

// tell calls OnChange with the changes that are due. If another goroutine is doing that,
// it takes these changes too.
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
		if !finished { // OnChange left by panic or Goexit, which goes on after the other changes
			b.tellAll()
		}
	}()
	for {
		c, ok := b.nextChange()
		if !ok {
			finished = true
			return
		}
		if b.key != nil {
			c.Key = b.key()
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
