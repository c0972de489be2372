package breaker

import (
	"errors"
	"fmt"
	"time"
)

// ErrOpen is the error that every *OpenError matches with errors.Is.
var ErrOpen = errors.New("circuit breaker open")

// An OpenError is the error of an attempt that a breaker refused. The breaker makes one
// when it opens, and another one when OpenFor prolongs that or CloseRemote shortens it. It
// returns the same one to every attempt in between, so refusing does not allocate. The
// methods of an OpenError compute their results when they are called.
type OpenError struct {
	name, instance string
	key            func() string // nil if there is none to show

	until   time.Duration // when the breaker may admit an attempt, by clock; zero if forced
	probing bool          // the breaker is half-open and all its probes are under way
	forced  bool
}

// openError returns e for this breaker.
func (b *Breaker) openError(e OpenError) *OpenError {
	e.name, e.instance, e.key = b.config.Name, b.config.Instance, b.key
	return &e
}

// Name returns the name of the breaker.
func (e *OpenError) Name() string { return e.name }

// Instance returns Config.Instance of the breaker.
func (e *OpenError) Instance() string { return e.instance }

// Key returns the text of the key whose breaker refused. It is empty unless
// [Keyed.ShowKeys] has been called, and for a breaker that keys share.
func (e *OpenError) Key() string {
	if e.key == nil {
		return ""
	}
	return e.key()
}

// Forced reports whether ForceOpen or ForceRemote opened the breaker.
func (e *OpenError) Forced() bool { return e.forced }

// Probing reports whether the breaker is half-open and all its probes are under way.
func (e *OpenError) Probing() bool { return e.probing }

// RetryAfter returns the time until the breaker may admit an attempt: until its cooldown
// is over or, while it probes, until it gives up the oldest probe at the latest. It is zero
// after that, and for a breaker that is forced open, because nobody knows for how long.
func (e *OpenError) RetryAfter() time.Duration {
	return max(0, e.until-clock())
}

// refuses reports whether an attempt after d from now is refused too.
func (e *OpenError) refuses(d time.Duration) bool {
	return e.forced || e.until-clock() > d
}

// Is reports whether target is ErrOpen.
func (e *OpenError) Is(target error) bool { return target == ErrOpen }

// Error returns a text with the name of the breaker, its instance if that is another word,
// the key if keys are shown, and the time that it stays open.
func (e *OpenError) Error() string {
	who := fmt.Sprintf("circuit breaker %q", e.name)
	if e.instance != "" && e.instance != e.name {
		who += fmt.Sprintf(" of instance %q", e.instance)
	}
	if e.key != nil {
		who += fmt.Sprintf(" for key %q", e.key())
	}
	switch {
	case e.forced:
		return who + " is forced open"
	case e.probing:
		return who + " is half-open and probing"
	}
	if wait := e.RetryAfter(); wait > 0 {
		return who + fmt.Sprintf(" is open for another %v", wait.Round(time.Millisecond))
	}
	return who + " was open"
}

// Refuses returns the error that an attempt after d from now would get if the breaker does
// not change until then. It is nil if the breaker is closed or half-open, or if its cooldown
// will be over by then.
func (b *Breaker) Refuses(d time.Duration) *OpenError {
	if b == nil || b.Mode() != On {
		return nil
	}
	return b.refusing(d)
}

// refusing returns the refusal of an open breaker that still refuses after d, or nil.
func (b *Breaker) refusing(d time.Duration) *OpenError {
	for {
		w := b.load()
		if w.state() != Open {
			return nil
		}
		e := b.refusal.Load()
		if b.load() != w {
			continue // the refusal may be that of another state
		}
		if e.refuses(d) {
			return e
		}
		return nil
	}
}
