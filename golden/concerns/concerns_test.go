package concerns_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/golden/concerns"
	retry "github.com/retrygen/retrygen/runtime"
)

const ms = time.Millisecond

var errDown = errors.New("down")

// An attempt has what a method read from its context.
type attempt struct {
	at   time.Time
	left time.Duration // until the deadline; zero if there is none
	key  string
	ctx  string // the value of the caller's context, and the number of the attempt
}

type callerKey struct{}

// dependency is a Concerns whose methods all do the same.
type dependency struct {
	err      error
	failures int // before the first success; negative: it never succeeds
	hangs    bool
	takes    time.Duration // duration of an attempt, even if its context ends
	attempts []attempt
	seen     []context.Context
}

func (d *dependency) All(ctx context.Context) error {
	a := attempt{at: time.Now(), key: retry.IdempotencyKey(ctx)}
	a.ctx = fmt.Sprint(ctx.Value(callerKey{}), retry.Attempt(ctx))
	if deadline, ok := ctx.Deadline(); ok {
		a.left = time.Until(deadline)
	}
	d.attempts = append(d.attempts, a)
	d.seen = append(d.seen, ctx)
	time.Sleep(d.takes)
	if d.hangs {
		<-ctx.Done()
		return ctx.Err()
	}
	if d.failures != 0 {
		d.failures--
		return d.err
	}
	return nil
}

func (d *dependency) NoRetry(ctx context.Context) error   { return d.All(ctx) }
func (d *dependency) OnlyRetry(ctx context.Context) error { return d.All(ctx) }
func (d *dependency) Own(ctx context.Context) error       { return d.All(ctx) }
func (d *dependency) Unlimited(ctx context.Context) error { return d.All(ctx) }
func (d *dependency) None(ctx context.Context) error      { return d.All(ctx) }
func (d *dependency) NoContext() error                    { return d.All(context.Background()) }
func (d *dependency) Do() error                           { return d.All(context.Background()) }

func (d *dependency) NoError(ctx context.Context) int {
	_ = d.All(ctx)
	return len(d.attempts)
}

// offsets returns when the attempts began, counted from the first.
func (d *dependency) offsets() []time.Duration {
	var offsets []time.Duration
	for _, a := range d.attempts {
		offsets = append(offsets, a.at.Sub(d.attempts[0].at))
	}
	return offsets
}

type method struct {
	name string
	call func(concerns.Concerns, context.Context) error
}

var (
	all       = method{"All", concerns.Concerns.All}
	noRetry   = method{"NoRetry", concerns.Concerns.NoRetry}
	onlyRetry = method{"OnlyRetry", concerns.Concerns.OnlyRetry}
	own       = method{"Own", concerns.Concerns.Own}
	unlimited = method{"Unlimited", concerns.Concerns.Unlimited}
	none      = method{"None", concerns.Concerns.None}
	noContext = method{"NoContext", func(c concerns.Concerns, _ context.Context) error { return c.NoContext() }}
)

func TestConcernsInForce(t *testing.T) {
	tests := []struct {
		method
		offsets []time.Duration // of the attempts, when all fail
		left    time.Duration   // until the deadline, in the first attempt
		key     bool
		cause   error // nil: the method's error comes back unchanged
		reason  string
	}{
		{all, []time.Duration{0, 10 * ms, 30 * ms}, 100 * ms, true, retry.ErrExhausted, "all that the type says"},
		{noRetry, []time.Duration{0}, 100 * ms, true, nil, "simple attempts=1 replaces the strategy only"},
		{onlyRetry, []time.Duration{0, 10 * ms, 30 * ms}, 0, false, retry.ErrExhausted, "timeout, breaker and key are off"},
		{own, []time.Duration{0}, 300 * ms, true, breaker.ErrOpen, "its breaker opens at 1; its timeout has no attempt="},
		{none, []time.Duration{0}, 0, false, nil, "nothing"},
		{noContext, []time.Duration{0, 10 * ms, 30 * ms}, 0, false, retry.ErrExhausted, "no timeout, no key, but the rest"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &dependency{err: errDown, failures: -1}
				ctx := context.WithValue(t.Context(), callerKey{}, "me ")
				err := tt.call(concerns.NewResilientConcerns(next, nil), ctx)
				assert.Equal(t, tt.offsets, next.offsets(), tt.reason)
				for i, a := range next.attempts {
					if tt.name != "NoContext" {
						assert.Equal(t, fmt.Sprint("me ", i+1), a.ctx)
					}
					assert.Equal(t, tt.left, a.left, tt.reason)
					assert.Equal(t, next.attempts[0].key, a.key)
				}
				assert.Equal(t, tt.key, next.attempts[0].key != "", tt.reason)
				if tt.cause == nil {
					assert.Same(t, errDown, err)
				} else {
					assert.ErrorIs(t, err, tt.cause)
					assert.ErrorIs(t, err, errDown)
				}
			})
		})
	}
}

func TestTimeouts(t *testing.T) {
	hangs := dependency{hangs: true}
	deaf := func(takes time.Duration) dependency { return dependency{takes: takes, err: errDown, failures: -1} }
	tests := []struct {
		method
		next    dependency
		offsets []time.Duration // of the attempts
		end     time.Duration
		want    error
		reason  string
	}{
		{all, hangs, []time.Duration{0, 110 * ms, 230 * ms}, 330 * ms, retry.ErrExhausted, "each attempt ends after 100ms"},
		{all, deaf(600 * ms), []time.Duration{0, 610 * ms}, 1210 * ms, retry.ErrDeadline, "the call ends after 1s"},
		{noRetry, hangs, []time.Duration{0}, 100 * ms, context.DeadlineExceeded, "the only attempt's error as it is"},
		{noRetry, deaf(1001 * ms), []time.Duration{0}, 1001 * ms, retry.ErrDeadline, "the call ends after 1s"},
		{noRetry, deaf(999 * ms), []time.Duration{0}, 999 * ms, errDown, "and not before"},
		{own, hangs, []time.Duration{0}, 300 * ms, retry.ErrDeadline, "only the call ends"},
		{unlimited, hangs, []time.Duration{0, 110 * ms, 220 * ms}, 320 * ms, breaker.ErrOpen, "each attempt ends after 100ms"},
	}
	for _, tt := range tests {
		t.Run(tt.name+", "+tt.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next, start := &tt.next, time.Now()
				err := tt.call(concerns.NewResilientConcerns(next, nil), t.Context())
				assert.Equal(t, tt.end, time.Since(start), tt.reason)
				assert.Equal(t, tt.offsets, next.offsets(), tt.reason)
				assert.ErrorIs(t, err, tt.want)
			})
		})
	}
}

func TestUnlimited(t *testing.T) {
	tests := []struct {
		name     string
		failures int
		attempts int
		end      time.Duration
		want     error
		reason   string
	}{
		{"well at last", 50, 51, 500 * ms, nil, "more retries than the type's burst of 10"},
		{"never well", -1, 100, 990 * ms, retry.ErrDeadline, "no wait that ends with the total of 1s"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &dependency{err: errDown, failures: tt.failures}
				group := new(retry.Group)
				client := concerns.NewResilientConcerns(next, &retry.Options{Group: group})
				group.Breaker().ForceClose() // it would open at 3
				start := time.Now()
				err := client.Unlimited(context.WithValue(t.Context(), callerKey{}, "me "))
				assert.Equal(t, tt.end, time.Since(start), tt.reason)
				require.Len(t, next.attempts, tt.attempts, tt.reason)
				assert.Equal(t, "me 7", next.attempts[6].ctx)
				assert.NotEmpty(t, next.attempts[6].key)
				assert.ErrorIs(t, err, tt.want)
			})
		})
	}
}

// A method that passes straight through gets the caller's own context, even one that has
// ended, and its results come back.
func TestPassesThrough(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	next := &dependency{err: errDown, failures: -1}
	client := concerns.NewResilientConcerns(next, nil)
	assert.Same(t, errDown, client.None(ctx))
	assert.Equal(t, 2, client.NoError(ctx))
	assert.Equal(t, []context.Context{ctx, ctx}, next.seen)
	assert.Same(t, next, client.Unwrap())
	for _, m := range []method{all, noRetry, onlyRetry, own, unlimited} {
		assert.ErrorIs(t, m.call(client, ctx), context.Canceled, m.name)
	}
	assert.Len(t, next.seen, 2, "no attempt where something is in force")
}

func TestOnlyBudgetOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &dependency{err: errDown, failures: -1}
		client := concerns.NewResilientOnlyBudgetOff(next, nil)
		for range 60 {
			require.ErrorIs(t, client.Do(), retry.ErrExhausted)
		}
		assert.Len(t, next.attempts, 180, "120 retries are more than the default burst of 10")
	})
}

func TestSuccessWithoutTimeoutAndKeyAllocatesNothing(t *testing.T) {
	client := concerns.NewResilientConcerns(healthy{}, nil)
	ctx := t.Context()
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = client.OnlyRetry(ctx) }), "budget")
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = client.NoContext() }), "budget and breaker")
}

// healthy succeeds and records nothing.
type healthy struct{ concerns.Concerns }

func (healthy) OnlyRetry(context.Context) error { return nil }
func (healthy) NoContext() error                { return nil }
