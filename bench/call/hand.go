package call

import (
	"context"
	"errors"
	"time"
)

// A loop is a retry as one would write it by hand, and write it well: it checks the
// context before each attempt, does not repeat a call that the caller has cancelled, and
// stops its timer after a wait.
type loop struct {
	next      Service
	base, max time.Duration
}

func handLoop(base, max time.Duration) func(Service) Service {
	return func(next Service) Service { return &loop{next: next, base: base, max: max} }
}

func (l *loop) Get(ctx context.Context, key string) (*Item, error) {
	delay := l.base
	for attempt := 1; ; attempt++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		got, err := l.next.Get(ctx, key)
		if err == nil || attempt == Attempts || errors.Is(err, context.Canceled) {
			return got, err
		}
		if err := pause(ctx, delay); err != nil {
			return nil, err
		}
		delay = min(2*delay, l.max)
	}
}

// pause waits. It makes no timer when there is nothing to wait for.
func pause(ctx context.Context, delay time.Duration) error {
	if delay == 0 {
		return nil
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// A blind loop checks the context only when it waits, so it calls the service even with a
// dead context. No loop can cost less.
type blind struct {
	next      Service
	base, max time.Duration
}

func blindLoop(base, max time.Duration) func(Service) Service {
	return func(next Service) Service { return &blind{next: next, base: base, max: max} }
}

func (l *blind) Get(ctx context.Context, key string) (*Item, error) {
	delay := l.base
	for attempt := 1; ; attempt++ {
		got, err := l.next.Get(ctx, key)
		if err == nil || attempt == Attempts || errors.Is(err, context.Canceled) {
			return got, err
		}
		if err := pause(ctx, delay); err != nil {
			return nil, err
		}
		delay = min(2*delay, l.max)
	}
}

// A timed call has a deadline and nothing else.
type timed struct{ next Service }

func bareTimeout(next Service) Service { return &timed{next} }

func (t *timed) Get(ctx context.Context, key string) (*Item, error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	return t.next.Get(ctx, key)
}

// timedLoop gives each attempt of a loop a deadline.
func timedLoop(base, max time.Duration) func(Service) Service {
	return func(next Service) Service { return handLoop(base, max)(bareTimeout(next)) }
}
