package retry

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A ledger counts the Dones of each Start, by the context that the Start returned.
type ledger struct {
	mu     sync.Mutex
	starts []*started
}

// A started is a call or an attempt whose Start has returned.
type started struct {
	what  string
	dones int
}

type startedKey struct{}

// start returns what a Start hook returns.
func (l *ledger) start(ctx context.Context, what string) context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := &started{what: what}
	l.starts = append(l.starts, s)
	return context.WithValue(ctx, startedKey{}, s)
}

func (l *ledger) done(ctx context.Context, what string) {
	s := ctx.Value(startedKey{}).(*started)
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.what != what {
		s.dones = 100
	}
	s.dones++
}

// balanced checks that each Start has one Done, which got the context of its Start.
func (l *ledger) balanced(t *testing.T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.starts {
		assert.Equal(t, 1, s.dones, "dones of a start: %s", s.what)
	}
}

// hooks panic or exit now and then, on the goroutine of the call.
func (s *stress) hooks() Hooks {
	maybe := func() {
		switch {
		case s.chance(60):
			panic(errStress)
		case s.chance(60):
			runtime.Goexit()
		}
	}
	hooks := Hooks{
		CallDone: func(ctx context.Context, _ CallEvent) {
			s.ledger.done(ctx, "call")
			maybe()
		},
		AttemptDone: func(ctx context.Context, e AttemptEvent) {
			s.ledger.done(ctx, "attempt")
			if e.Ruling != RulingLost { // on a goroutine of its own
				maybe()
			}
		},
		CallStart: func(ctx context.Context, _ CallStartEvent) context.Context {
			maybe()
			return s.ledger.start(ctx, "call")
		},
		AttemptStart: func(ctx context.Context, _ AttemptStartEvent) context.Context {
			maybe()
			return s.ledger.start(ctx, "attempt")
		},
		Retry:        func(context.Context, RetryEvent) { maybe() },
		GiveUp:       func(context.Context, GiveUpEvent) { maybe() },
		LimitRefused: func(context.Context, LimitEvent) { maybe() },
		HedgeStarted: func(context.Context, HedgeEvent) { maybe() },
	}
	return hooks
}
