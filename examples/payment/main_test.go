package main

import (
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
)

// The wrapper is worth having. The whole example runs in virtual time, so that a busy
// machine does not change which calls are late. The bubble fails the test if a goroutine
// is left behind.
func TestWrapperIsWorthHaving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		without, err := run(t.Context(), new(pipeNetwork).network(), false, seed)
		require.NoError(t, err)
		with, err := run(t.Context(), new(pipeNetwork).network(), true, seed)
		require.NoError(t, err)

		for _, name := range []string{"Charge", "Balance"} {
			a, b := without.method(name), with.method(name)
			assert.Equal(t, a.calls(), b.calls(), "%s: the columns compare the same calls", name)
			assert.Greater(t, b.outcomes["ok"], a.outcomes["ok"]+a.calls()/20, "%s: at least every twentieth call is saved", name)
			for _, cause := range []string{"server busy", "timeout", "connection lost"} {
				assert.Positive(t, b.retries[cause], "%s: %s is retried", name, cause)
			}
			assert.Less(t, b.outcomes["refused"], a.outcomes["refused"], "%s: the breaker stops calls to a dead server", name)
			assert.Zero(t, b.retries["declined"], "the bank's answer is final")
		}
		assert.Positive(t, with.method("Balance").retries["not ready"])

		assert.Positive(t, with.server.droppedRepeats(), "a charge without an answer is repeated")
		assert.Zero(t, with.server.takenTwice(), "charged twice")
		assert.Less(t, with.unheard(), without.unheard(), "charged, but the caller got an error")

		require.NotEmpty(t, with.changes)
		first, last := with.changes[0], with.changes[len(with.changes)-1]
		assert.Equal(t, breaker.Open, first.To)
		assert.Equal(t, breaker.Closed, last.To, "the calls succeed again when the server is back")
		isDown, isBack := plan[len(plan)-2].start, plan[len(plan)-1].start
		assert.Greater(t, first.at, isDown, "retries overcome the other faults without opening it")
		assert.Less(t, first.at, isBack)
		assert.Less(t, last.at-isBack, 150*time.Millisecond, "one cooldown and a probe later")
		assert.NoError(t, report(t.Output(), without, with))
	})
}

// This holds on a real network, however busy the machine is. The two runs go on at the
// same time, each with its own server, which takes half as long.
func TestOnLoopback(t *testing.T) {
	before := runtime.NumGoroutine()
	var without, with *result
	var plainErr, wrapperErr error
	var wg sync.WaitGroup
	wg.Go(func() { without, plainErr = run(t.Context(), loopback, false, seed) })
	wg.Go(func() { with, wrapperErr = run(t.Context(), loopback, true, seed) })
	wg.Wait()
	require.NoError(t, plainErr)
	require.NoError(t, wrapperErr)

	assert.Equal(t, calls, with.method("Charge").calls()+with.method("Balance").calls())
	assert.Zero(t, with.server.takenTwice(), "charged twice")

	var text strings.Builder
	require.NoError(t, report(&text, without, with))
	assert.LessOrEqual(t, strings.Count(text.String(), "\n"), 60, "a report fits on a screen")
	t.Log(text.String())

	const asking = 1 // this goroutine
	assert.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+asking }, time.Minute, 10*time.Millisecond)
}
