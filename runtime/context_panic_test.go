package retry

import (
	"bytes"
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
)

// A fragile is a context of the user's that leaves once, by panic or runtime.Goexit, when
// one of its methods is called for the nth time. It counts the calls on one goroutine: on
// another, which package context starts, nobody could catch the panic.
type fragile struct {
	context.Context
	method    string
	n         int
	exits     bool
	goroutine string
	left      bool
}

func (f *fragile) touch(method string) {
	if method != f.method || goroutine() != f.goroutine {
		return
	}
	f.n--
	if f.n != 0 {
		return
	}
	f.left = true
	if f.exits {
		runtime.Goexit()
	}
	panic(f)
}

func (f *fragile) Done() <-chan struct{}       { f.touch("Done"); return f.Context.Done() }
func (f *fragile) Err() error                  { f.touch("Err"); return f.Context.Err() }
func (f *fragile) Value(k any) any             { f.touch("Value"); return f.Context.Value(k) }
func (f *fragile) Deadline() (time.Time, bool) { f.touch("Deadline"); return f.Context.Deadline() }

// goroutine returns the number of this goroutine, as a trace shows it.
func goroutine() string {
	trace := make([]byte, 32)
	return string(bytes.Fields(trace[:runtime.Stack(trace, false)])[1])
}

// A context of the caller's may leave wherever a call asks it. The call then gives back its
// permit, its place, and the token of a retry or a copy that has not begun.
func TestContextsThatLeaveACall(t *testing.T) {
	const (
		budget  = "; budget ratio=1% burst=9"
		guards  = budget + "; limit concurrent=2"
		retries = "simple attempts=2 delay=1ms"
	)
	lends := func(s *MethodSpec) { s.Lends = true }
	tests := []struct {
		name, text string
		breaker    string // besides failures; "" for none
		change     func(*MethodSpec)
	}{
		{name: "direct", text: retries + budget},
		{name: "slow calls", text: retries + budget, breaker: " slow=1m slow-rate=50% min=1"},
		{name: "timed", text: retries + budget + "; timeout attempt=1m"},
		{name: "general", text: retries + guards + "; timeout attempt=1m total=1h"},
		{name: "lends", text: retries + guards + "; timeout attempt=1m", change: lends},
		{name: "polls", text: retries + guards, change: func(s *MethodSpec) { s.Lends, s.Polls = true, true }},
		{name: "idempotency key", text: retries + guards, change: func(s *MethodSpec) { s.IdempotencyKey = true }},
		{name: "keyed", text: retries + guards, change: func(s *MethodSpec) { s.Keyed = true }},
		{name: "hedged", text: retries + guards + "; hedge after=10ms"},
		{name: "hedged and lends", text: retries + guards + "; hedge after=10ms; timeout attempt=1m total=1h", change: lends},
		{name: "hedged and keyed", text: retries + guards + "; hedge after=10ms", change: func(s *MethodSpec) { s.Keyed = true }},
	}
	for _, tt := range tests {
		for _, state := range []breaker.State{breaker.Closed, breaker.HalfOpen} {
			t.Run(tt.name+" "+state.String(), func(t *testing.T) {
				leave := func(t *testing.T, ctx *fragile) (left bool) {
					synctest.Test(t, func(t *testing.T) {
						failures := map[breaker.State]string{breaker.Closed: "9", breaker.HalfOpen: "1"}[state]
						m := methodOf(t, tt.text+"; breaker cooldown=1s probes=2 successes=9 failures="+failures+tt.breaker, func(s *MethodSpec) {
							if tt.change != nil {
								tt.change(s)
							}
						})
						left = leaveBy(t, m, ctx, state)
					})
					return left
				}
				for _, method := range []string{"Done", "Err", "Value", "Deadline"} {
					for _, exits := range []bool{false, true} {
						for n := 1; leave(t, &fragile{Context: context.Background(), method: method, n: n, exits: exits}); n++ {
							require.False(t, t.Failed(), "%s, for the %d. time, exits %v", method, n, exits)
						}
					}
				}
			})
		}
	}
}

// leaveBy makes one call with a context that may leave it, while the breaker is in a state.
// It requires that nothing stays taken, and reports whether the context has left the call.
func leaveBy(t *testing.T, m *Method, ctx *fragile, state breaker.State) bool {
	p := m.plan.Load()
	if state == breaker.HalfOpen {
		require.Error(t, m.Do(context.Background(), func(context.Context) error { return errFlaky }))
		time.Sleep(time.Second)
	}
	tokens := p.budget.tokens.Load()
	begun := make(chan context.Context, 9)
	f := func(ctx context.Context) (int, error) {
		begun <- ctx
		time.Sleep(20 * time.Millisecond) // long enough for a copy
		if state == breaker.HalfOpen {
			return 1, nil
		}
		return 0, errFlaky
	}
	over := make(chan bool)
	go func() {
		defer close(over)
		defer func() {
			if left := recover(); left != nil {
				assert.Same(t, ctx, left)
			}
		}()
		ctx.goroutine = goroutine()
		if p.hedge.After > 0 {
			_, _ = Hedge(ctx, m, f)
		} else {
			_, _ = Call(ctx, m, f)
		}
	}()
	<-over
	time.Sleep(100 * time.Millisecond) // shorter than the breaker waits for a probe

	spent := float64(tokens-p.budget.tokens.Load()) / wholeToken
	assert.InDelta(t, max(0, len(begun)-1), spent, 0.05, "tokens, where a success gives 0.01 back")
	for n := len(begun); n > 0 && p.hedge.After > 0; n-- {
		assert.Error(t, (<-begun).Err(), "the contexts have ended")
	}
	if p.limit != nil {
		assert.Empty(t, p.limit.slots, "places")
	}
	if p.keyed == nil {
		assert.Zero(t, p.breaker.Snapshot().Probes, "permits")
		return ctx.left
	}
	for range 20 { // the entry of a key goes when the key is well and nobody holds it
		_ = m.Do(context.Background(), func(context.Context) error { return nil })
		time.Sleep(time.Second)
	}
	assert.Zero(t, p.keyed.Snapshot().Keys, "permits of the key")
	return ctx.left
}
