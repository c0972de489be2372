package breaker

import (
	"errors"
	"fmt"
	"time"
)

// ErrOpen is what every OpenError matches with errors.Is.
var ErrOpen = errors.New("circuit breaker open")

// An OpenError refuses a call. It is made when the breaker opens, so refusing
// costs no allocation, and computes what it tells when it is asked.
type OpenError struct {
	name    string
	until   time.Duration // when a call may be let through, by clock
	probing bool          // the breaker is half-open and has its probes out
	forced  bool
}

// Name is the breaker's.
func (e *OpenError) Name() string { return e.name }

// Forced reports whether ForceOpen has opened the breaker.
func (e *OpenError) Forced() bool { return e.forced }

// RetryAfter is how long it takes until a call may be let through: until the
// cooldown is over or, while probes are out, until the first of them is given up
// at the latest. It is zero from then on, and for a breaker that is forced open,
// for which nobody knows.
func (e *OpenError) RetryAfter() time.Duration {
	if e.forced {
		return 0
	}
	return max(0, e.until-clock())
}

// refuses reports whether a call made after d from now is refused too.
func (e *OpenError) refuses(d time.Duration) bool {
	return e.forced || e.until-clock() > d
}

// Is reports whether target is ErrOpen.
func (e *OpenError) Is(target error) bool { return target == ErrOpen }

// Error names the breaker, and says when to come back.
func (e *OpenError) Error() string {
	switch {
	case e.forced:
		return fmt.Sprintf("circuit breaker %q is forced open", e.name)
	case e.probing:
		return fmt.Sprintf("circuit breaker %q is half-open and probing", e.name)
	}
	if wait := e.RetryAfter(); wait > 0 {
		return fmt.Sprintf("circuit breaker %q is open for another %v", e.name, wait.Round(time.Millisecond))
	}
	return fmt.Sprintf("circuit breaker %q was open", e.name)
}

// Refuses returns the error that a call made after d from now would get, as far
// as is known now: nil where it would be let through or asked again, because the
// breaker is closed or half-open, or its cooldown will be over.
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
