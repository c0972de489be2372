package breaker

import "fmt"

// A Mode is how far a breaker is in service.
type Mode uint8

const (
	On        Mode = iota // as the Config says
	WatchOnly             // it counts, changes its state and tells of that, but refuses nothing
	Off                   // it lets all calls through and counts none; its state stays what it was
)

// String returns "on", "watch-only" or "off".
func (m Mode) String() string {
	switch m {
	case On:
		return "on"
	case WatchOnly:
		return "watch-only"
	case Off:
		return "off"
	}
	return fmt.Sprintf("Mode(%d)", uint8(m))
}

// SetMode changes the mode. A new breaker is On. A state that was forced before Off is
// still forced when the mode is On again. SetMode panics on an invalid mode.
func (b *Breaker) SetMode(m Mode) {
	if m > Off {
		panic(fmt.Sprintf("breaker %q: invalid mode %v", b.config.Name, m))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	// Attempts look at the mode only where the word tells them to, so it does that first.
	b.setLooks(lasting)
	b.mode.Store(uint32(m))
	b.setLooks(b.looks(m))
}

func (b *Breaker) setLooks(bits word) {
	for {
		w := b.load()
		if b.now.CompareAndSwap(uint64(w), uint64(w&^lasting|bits)) {
			return // failures are counted without the lock
		}
	}
}

// Mode is the one that SetMode has set. That of a nil *Breaker is On.
func (b *Breaker) Mode() Mode {
	if b == nil {
		return On
	}
	return Mode(b.mode.Load())
}
