package breaker

import (
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// call makes one attempt with the given outcome, and returns the error of Allow.
func call(b *Breaker, o Outcome) error {
	permit, err := b.Allow()
	permit.Done(o)
	return err
}

// fail makes n attempts that fail.
func fail(b *Breaker, n int) {
	for range n {
		_ = call(b, Failure)
	}
}

// allowed returns a permit of a breaker that must admit an attempt.
func allowed(t *testing.T, b *Breaker) Permit {
	t.Helper()
	permit, err := b.Allow()
	require.NoError(t, err)
	return permit
}

func TestZeroConfigTakesDefaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{})
		fail(b, DefaultFailures-1)
		assert.Equal(t, Closed, b.State())
		fail(b, 1)
		assert.Equal(t, Snapshot{State: Open, Openings: 1, RetryAfter: DefaultCooldown}, present(b.Snapshot()))
		time.Sleep(DefaultCooldown)
		permit := allowed(t, b)
		assert.ErrorIs(t, call(b, Success), ErrOpen, "one probe at a time")
		permit.Done(Success)
		assert.Equal(t, Closed, b.State(), "one success closes it")
	})
}

func TestNilBreakerAllowsEverything(t *testing.T) {
	var b *Breaker
	permit, err := b.Allow()
	assert.NoError(t, err)
	permit.Done(Failure)
	assert.Nil(t, b.Refuses(0))
	assert.Equal(t, Closed, b.State())
	assert.Equal(t, On, b.Mode())
	assert.Zero(t, b.Snapshot())
	for _, change := range []func(){b.ForceOpen, b.ForceClose, b.Reset, func() { b.SetMode(Off) }} {
		change()
		assert.Zero(t, b.Snapshot(), "nothing changes it")
	}
	new(Permit).Done(Failure) // the zero permit does nothing
}

// In other libraries the count decays with a window, so that they never open at this pace.
func TestFailuresFarApartAreConsecutive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Failures: 5, Cooldown: 30 * time.Second})
		for range 4 {
			fail(b, 1)
			time.Sleep(19 * time.Second)
		}
		assert.Equal(t, Closed, b.State())
		fail(b, 1)
		assert.Equal(t, Open, b.State())
	})
}

func TestSuccessForgetsFailures(t *testing.T) {
	b := New(Config{Failures: 3})
	for range 10 {
		fail(b, 2)
		require.NoError(t, call(b, Success))
	}
	assert.Equal(t, Snapshot{State: Closed}, present(b.Snapshot()))
}

// The caller that gives up tells nothing about the dependency.
func TestNeutralChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Failures: 2, Cooldown: time.Second})
		fail(b, 1)
		for range 3 {
			require.NoError(t, call(b, Neutral))
		}
		assert.Equal(t, 1, b.Snapshot().Failures, "neither counted nor forgotten")
		fail(b, 1)
		time.Sleep(time.Second)
		require.NoError(t, call(b, Neutral))
		assert.Equal(t, Snapshot{State: HalfOpen, Openings: 1}, present(b.Snapshot()), "the probe's place is free")
		require.NoError(t, call(b, Success))
		assert.Equal(t, Closed, b.State())
	})
}

func TestSecondDoneDoesNothing(t *testing.T) {
	b := New(Config{Failures: 2})
	permit := allowed(t, b)
	permit.Done(Failure)
	permit.Done(Failure)
	permit.Done(Success)
	assert.Equal(t, 1, b.Snapshot().Failures)
}

func TestOpenRefusesWithOneErrorUntilTheCooldownEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Name: "payments", Failures: 1, Cooldown: 10 * time.Second})
		fail(b, 1)
		_, first := b.Allow()
		refusal, ok := errors.AsType[*OpenError](first)
		require.True(t, ok)
		assert.ErrorIs(t, first, ErrOpen)
		assert.Equal(t, "payments", refusal.Name())
		assert.False(t, refusal.Forced())
		assert.Equal(t, 10*time.Second, refusal.RetryAfter())
		assert.Equal(t, `circuit breaker "payments" is open for another 10s`, refusal.Error())

		time.Sleep(10*time.Second - 1)
		_, last := b.Allow()
		assert.Same(t, first, last, "one error for an opening")
		assert.Equal(t, time.Duration(1), refusal.RetryAfter())
		time.Sleep(time.Nanosecond)
		assert.Equal(t, time.Duration(0), refusal.RetryAfter())
		assert.Equal(t, Open, b.State(), "until the next attempt")
		require.NoError(t, call(b, Success))
		time.Sleep(time.Hour)
		assert.Equal(t, time.Duration(0), refusal.RetryAfter(), "never negative")
		assert.Equal(t, `circuit breaker "payments" was open`, refusal.Error())
	})
}

func TestRefusesLooksAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Failures: 1, Cooldown: 10 * time.Second})
		assert.Nil(t, b.Refuses(0), "closed")
		fail(b, 1)
		assert.NotNil(t, b.Refuses(10*time.Second-1))
		assert.Nil(t, b.Refuses(10*time.Second), "the cooldown is over by then")
		time.Sleep(10 * time.Second)
		assert.Nil(t, b.Refuses(0))
		permit := allowed(t, b)
		assert.Nil(t, b.Refuses(0), "half-open: a probe may be admitted")
		permit.Done(Failure)
		b.ForceOpen()
		assert.NotNil(t, b.Refuses(math.MaxInt64), "forced open has no end")
	})
}

// The outcome of an attempt that began before a change of state does not count.
func TestLateResultsChangeNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Failures: 2, Cooldown: time.Second})
		lateSuccess, lateFailure, later := allowed(t, b), allowed(t, b), allowed(t, b)
		fail(b, 2)
		lateSuccess.Done(Success)
		assert.Equal(t, Open, b.State())
		time.Sleep(time.Second)
		probe := allowed(t, b)
		lateFailure.Done(Failure)
		assert.Equal(t, HalfOpen, b.State())
		probe.Done(Success)
		later.Done(Failure)
		assert.Equal(t, Snapshot{State: Closed}, present(b.Snapshot()))
	})
}

func TestForcedStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Name: "x", Failures: 1, Cooldown: time.Second})
		b.ForceOpen()
		time.Sleep(time.Hour)
		_, err := b.Allow()
		refusal, ok := errors.AsType[*OpenError](err)
		require.True(t, ok, "no cooldown ends a forced state")
		assert.True(t, refusal.Forced())
		assert.Zero(t, refusal.RetryAfter())
		assert.Equal(t, `circuit breaker "x" is forced open`, err.Error())
		assert.Equal(t, Snapshot{Name: "x", State: Open, Forced: true}, present(b.Snapshot()))

		b.ForceClose()
		fail(b, 10)
		assert.Equal(t, Snapshot{Name: "x", State: Closed, Forced: true}, present(b.Snapshot()), "no failure opens it")

		b.Reset()
		assert.Equal(t, Snapshot{Name: "x", State: Closed}, present(b.Snapshot()))
		fail(b, 1)
		assert.Equal(t, Open, b.State())
		b.Reset()
		assert.Equal(t, Snapshot{Name: "x", State: Closed}, present(b.Snapshot()))
	})
}

func TestClosedSuccessAndRefusalAllocateNothing(t *testing.T) {
	b := New(Config{Failures: 1})
	assert.Zero(t, testing.AllocsPerRun(1000, func() { _ = call(b, Success) }))
	fail(b, 1)
	assert.Zero(t, testing.AllocsPerRun(1000, func() { _ = call(b, Success) }))
	for _, change := range []func(){
		func() { b.OpenFor(time.Hour) }, func() { b.ForceRemote(Open) }, func() { b.ForceRemote(Closed) }, func() { b.ResetRemote() },
	} {
		change()
		assert.Zero(t, testing.AllocsPerRun(1000, func() { _ = call(b, Success) }))
	}
}

func TestStringsOfEnumerations(t *testing.T) {
	assert.Equal(t, []string{"closed", "open", "half-open", "State(9)"},
		[]string{Closed.String(), Open.String(), HalfOpen.String(), State(9).String()})
	assert.Equal(t, []string{"success", "failure", "neutral", "alive", "Outcome(9)"},
		[]string{Success.String(), Failure.String(), Neutral.String(), Alive.String(), Outcome(9).String()})
}
