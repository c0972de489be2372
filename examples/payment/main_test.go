package main

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
)

// The whole example, on a real network: the wrapper is worth having, charges
// nobody twice, and leaves nothing behind. The two runs go side by side, each with
// a server of its own, to take half the time.
func TestExample(t *testing.T) {
	before := runtime.NumGoroutine()
	var without, with *result
	var plainErr, wrapperErr error
	var wg sync.WaitGroup
	wg.Go(func() { without, plainErr = run(t.Context(), false, seed) })
	wg.Go(func() { with, wrapperErr = run(t.Context(), true, seed) })
	wg.Wait()
	require.NoError(t, plainErr)
	require.NoError(t, wrapperErr)

	for _, name := range []string{"Charge", "Balance"} {
		assert.Greater(t, okShare(with.method(name)), okShare(without.method(name)), name)
		assert.Equal(t, without.method(name).calls(), with.method(name).calls(), name)
		assert.NotEmpty(t, with.method(name).retries, name)
	}
	assert.Positive(t, with.server.droppedRepeats(), "a charge whose answer was lost came again")
	assert.Zero(t, with.server.takenTwice(), "charged twice")
	assert.Less(t, with.unheard(), without.unheard(), "charged, but the caller was told it failed")

	var states []breaker.State
	for _, c := range with.changes {
		states = append(states, c.To)
	}
	assert.Contains(t, states, breaker.Open)
	require.NotEmpty(t, states)
	assert.Equal(t, breaker.Closed, states[len(states)-1], "the server is back, and so are the calls")

	const eventually = 1 // the goroutine that asks
	assert.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+eventually }, 5*time.Second, 10*time.Millisecond)
	assert.NoError(t, report(t.Output(), without, with))
}

func okShare(m *methodResult) float64 {
	return float64(m.outcomes["ok"]) / float64(m.calls())
}
