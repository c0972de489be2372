package retry

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
)

// client is a wrapper as it is generated.
type client struct {
	next interface {
		Get(ctx context.Context, key string) (*int, error)
		Put(ctx context.Context, key string) error
	}
	get, put *Method
}

func (c *client) Get(ctx context.Context, key string) (*int, error) {
	return Call(ctx, c.get, func(ctx context.Context) (*int, error) { return c.next.Get(ctx, key) })
}

func (c *client) Put(ctx context.Context, key string) error {
	return c.put.Do(ctx, func(ctx context.Context) error { return c.next.Put(ctx, key) })
}

// failing fails the first calls of each run of so many.
type failing struct{ n, every int }

func (f *failing) Get(context.Context, string) (*int, error) { return nil, f.next() }
func (f *failing) Put(context.Context, string) error         { return f.next() }

func (f *failing) next() error {
	if f.n++; f.n%f.every != 0 {
		return errFlaky
	}
	return nil
}

func newClient(t *testing.T, every int, text string) *client {
	m := methodOf(t, text)
	return &client{next: &failing{every: every}, get: m, put: m}
}

func TestSuccessAllocatesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := newClient(t, 1, "exponential-jitter attempts=4; breaker failures=5; budget burst=100")
	assert.Zero(t, testing.AllocsPerRun(1000, func() { _, _ = c.Get(ctx, "key") }))
	assert.Zero(t, testing.AllocsPerRun(1000, func() { _ = c.Put(ctx, "key") }))
}

func TestRefusalAllocatesNothing(t *testing.T) {
	c := newClient(t, 1, "exponential-jitter attempts=4; breaker failures=5")
	c.get.plan.Load().breaker.ForceOpen()
	assert.Zero(t, testing.AllocsPerRun(1000, func() { _, _ = c.Get(t.Context(), "key") }))
	assert.Zero(t, testing.AllocsPerRun(1000, func() { _ = c.Put(t.Context(), "key") }))
}

// Nor does a refusal while a probe is under way, for which the context is searched.
func TestRefusalBesideAProbeAllocatesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, 1000, "breaker failures=1 cooldown=1s")
		require.Error(t, c.Put(t.Context(), "key"))
		time.Sleep(time.Second)
		require.NoError(t, c.put.Do(t.Context(), func(context.Context) error {
			assert.Zero(t, testing.AllocsPerRun(1000, func() { _, _ = c.Get(t.Context(), "key") }))
			assert.Zero(t, testing.AllocsPerRun(1000, func() { _ = c.Put(t.Context(), "key") }))
			require.ErrorIs(t, c.Put(t.Context(), "key"), breaker.ErrOpen)
			return nil
		}))
	})
}

// The contexts of retries are all that they allocate, and those of two come together.
func TestRetryAllocatesItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := newClient(t, 3, "simple attempts=3 delay=0s; breaker failures=5; budget off")
	assert.Equal(t, 1.0, testing.AllocsPerRun(1000, func() { _, _ = c.Get(ctx, "key") }))
	assert.Equal(t, 1.0, testing.AllocsPerRun(1000, func() { _ = c.Put(ctx, "key") }))
}

// A call waits with one timer, however often it waits.
func TestWaitsShareATimer(t *testing.T) {
	one := testing.AllocsPerRun(20, func() { newTimed(t, 2) })
	many := testing.AllocsPerRun(20, func() { newTimed(t, 6) })
	assert.Equal(t, 2.0, many-one, "four more waits cost their contexts")
}

var timed = map[int]*client{}

func newTimed(t *testing.T, every int) {
	c := timed[every]
	if c == nil {
		c = newClient(t, every, "simple attempts=6 delay=1us; budget off")
		timed[every] = c
	}
	require.NoError(t, c.Put(t.Context(), "key"))
}

// An attempt timeout costs what context.WithTimeoutCause does.
func TestAttemptTimeoutAllocatesItsContext(t *testing.T) {
	c := newClient(t, 1, "timeout attempt=1h")
	bare := testing.AllocsPerRun(1000, func() {
		_, cancel := context.WithTimeoutCause(t.Context(), 1<<40, ErrAttemptTimeout)
		cancel()
	})
	assert.Equal(t, bare, testing.AllocsPerRun(1000, func() { _, _ = c.Get(t.Context(), "key") }))
}

// An error that is looked into is not copied.
func TestInspectingAllocatesNothing(t *testing.T) {
	err := errors.Join(errFlaky, &Error{Cause: ErrDeadline, Last: errFlaky})
	var none sources
	assert.Zero(t, testing.AllocsPerRun(1000, func() { none.inspect(err) }))
}

// The method for a key stays on the stack.
func TestKeysAllocateNothing(t *testing.T) {
	for _, text := range []string{"breaker failures=5", "exponential-jitter attempts=4; breaker rate=50% min=10"} {
		m := methodOf(t, text, func(s *MethodSpec) { s.Keyed = true })
		ok := func(context.Context) (int, error) { return 1, nil }
		assert.Zero(t, testing.AllocsPerRun(1000, func() { _, _ = Call(t.Context(), m.For("tenant"), ok) }), text)
		assert.Zero(t, testing.AllocsPerRun(1000, func() { _, _ = Call(t.Context(), m.ForNumber(7), ok) }), text)
		assert.Zero(t, testing.AllocsPerRun(1000, func() {
			_ = m.For("tenant").Do(t.Context(), func(context.Context) error { return nil })
		}), text)
	}
}

// So do the hooks of a call that a limit admits at once.
func TestHooksOfASuccessUnderALimit(t *testing.T) {
	var call, attempt time.Duration
	m := NewWrapper("Client", policy.Policy{}, &Options{Hooks: Hooks{
		CallDone:    func(_ context.Context, e CallEvent) { call = e.Duration },
		AttemptDone: func(_ context.Context, e AttemptEvent) { attempt = e.Duration },
	}}).Method("Get", MethodSpec{Policy: mustParse("limit concurrent=2")})
	c := &client{next: &failing{every: 1}, get: m, put: m}
	for range 1000 {
		require.NoError(t, c.Put(t.Context(), "key"))
		require.Equal(t, attempt, call, "the call begins and ends with its attempt")
	}
	assert.Zero(t, testing.AllocsPerRun(1000, func() { _, _ = c.Get(t.Context(), "key") }))
}

// The hooks of a call and its only attempt share two clock reads, and no event
// of theirs is allocated, even if several are joined.
func TestHooksOfASuccess(t *testing.T) {
	var call, attempt time.Duration
	count := 0
	m := NewWrapper("Client", policy.Policy{}, &Options{Name: "eu", Hooks: JoinHooks(Hooks{
		CallDone:    func(_ context.Context, e CallEvent) { call = e.Duration },
		AttemptDone: func(_ context.Context, e AttemptEvent) { attempt = e.Duration },
	}, Hooks{
		CallDone:    func(context.Context, CallEvent) { count++ },
		AttemptDone: func(context.Context, AttemptEvent) { count++ },
	})}).Method("Get", MethodSpec{})
	c := &client{next: &failing{every: 1}, get: m, put: m}
	for range 1000 {
		require.NoError(t, c.Put(t.Context(), "key"))
		require.Equal(t, attempt, call, "the call begins and ends with its attempt")
	}
	assert.Zero(t, testing.AllocsPerRun(1000, func() { _, _ = c.Get(t.Context(), "key") }))
	assert.Zero(t, testing.AllocsPerRun(1000, func() { _ = c.Put(t.Context(), "key") }))
}
