package breaker

import "fmt"

// A Mode says how much of its work a breaker does.
type Mode uint8

const (
	On        Mode = iota // all of it
	WatchOnly             // counts, changes state and calls OnChange, but refuses nothing
	Off                   // admits every attempt, counts none, and keeps its state
)

// SetMode changes the mode. A new breaker is On. WatchOnly stops it from refusing attempts in
// an incident: it keeps counting, and shows when it is safe to set it On again. WatchOnly is
// also how to try out a new breaker. Off is for times when failures mean nothing. A state that
// was forced before Off is still forced when the mode is On again. SetMode panics on an
// invalid mode. It does nothing to a nil *Breaker.
func (b *Breaker) SetMode(m Mode) {
	if b == nil {
		return
	}
	if m > Off {
		panic(fmt.Sprintf("breaker %q: invalid mode %v", b.config.Name, m))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	// Attempts look at the mode only if the word tells them to, so the word changes first.
	b.setLooks(lasting)
	b.mode.Store(uint32(m))
	b.setLooks(b.looks(m))
}

func (b *Breaker) setLooks(bits word) {
	for {
		w := b.load()
		if b.now.CompareAndSwap(uint64(w), uint64(w&^lasting|bits)) {
			return // others count failures without the lock
		}
	}
}

// Mode returns the mode that SetMode has set. The mode of a nil *Breaker is On.
func (b *Breaker) Mode() Mode {
	if b == nil {
		return On
	}
	return Mode(b.mode.Load())
}
