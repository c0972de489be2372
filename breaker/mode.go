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

// SetMode changes the mode, which is On at first. What was forced is still in force
// when it is On again. A mode that there is not is a panic.
func (b *Breaker) SetMode(m Mode) {
	if m > Off {
		panic(fmt.Sprintf("breaker %q: no mode %v", b.config.Name, m))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mode.Store(uint32(m))
	for {
		old := b.load()
		w := old&^lasting | b.looks(m)
		if b.now.CompareAndSwap(uint64(old), uint64(w)) {
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
