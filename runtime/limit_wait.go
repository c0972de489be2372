package retry

import (
	"context"
	"time"

	"github.com/retrygen/retrygen/internal/virtual"
)

// enter waits for a place, which leave gives back, and reports whether it had to wait. It
// returns a LimitError if there is no place in time, and the context's error if the
// context ends first.
func (l *limiter) enter(ctx context.Context) (waited bool, err error) {
	got, err := l.takeSlot()
	var took time.Duration
	if err == nil && !got {
		waited = true
		took, err = l.awaitSlot(ctx)
	}
	if err != nil {
		return waited, l.refuse(err)
	}
	wait, next, err := l.takeTurn(ctx, l.wait-took)
	if err == nil && wait > 0 {
		waited = true
		l.awaitTurn(ctx, wait)
		err = l.turned(ctx, next)
	}
	if err != nil {
		l.leave()
	}
	return waited, l.refuse(err)
}

// takeSlot takes a slot if fewer attempts are under way than may be. If it gets none, the
// attempt may wait for one, or takeSlot returns an error.
func (l *limiter) takeSlot() (got bool, err error) {
	if l.slots == nil {
		return true, nil
	}
	select {
	case l.slots <- struct{}{}:
		return true, nil
	default:
	}
	if l.wait <= 0 {
		return false, l.busy
	}
	return false, nil
}

// awaitSlot waits for a slot. It returns how long that took, which may be no time at all by
// the clock.
func (l *limiter) awaitSlot(ctx context.Context) (took time.Duration, err error) {
	l.waiting.Add(1)
	defer l.waiting.Add(-1)
	began := clock()
	timer := time.NewTimer(l.wait)
	defer timer.Stop()
	select {
	case l.slots <- struct{}{}:
		if err := ctx.Err(); err != nil { // at the same moment
			l.leave()
			return 0, err
		}
		return clock() - began, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-timer.C:
		return 0, l.busy
	}
}

// takeTurn takes a turn, if that comes within patience and before the context's deadline. It
// returns how long it is until then. The attempt must wait that long, and then ask turned.
func (l *limiter) takeTurn(ctx context.Context, patience time.Duration) (wait, next time.Duration, err error) {
	if l.interval == 0 {
		return 0, 0, nil
	}
	if deadline, ok := ctx.Deadline(); ok {
		patience = min(patience, max(virtual.Until(deadline), 1)-1) // a turn at the deadline is too late
	}
	wait, next, ok := l.reserve(patience)
	if !ok {
		return 0, 0, l.fast
	}
	return wait, next, nil
}

// awaitTurn waits for a turn or for the context.
func (l *limiter) awaitTurn(ctx context.Context, wait time.Duration) {
	l.waiting.Add(1)
	defer l.waiting.Add(-1)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// turned returns the error of a context that has ended before the turn. It gives the turn
// back then, unless somebody has the one after it: two would begin at once.
func (l *limiter) turned(ctx context.Context, next time.Duration) error {
	err := ctx.Err()
	if err != nil {
		l.due.CompareAndSwap(int64(next), int64(next-l.interval))
	}
	return err
}
