package retry

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/internal/virtual"
	"github.com/retrygen/retrygen/policy"
)

// crowdOf makes a crowd with the policy that a text says.
func crowdOf(t testing.TB, text string, keyed bool) virtual.Crowd {
	t.Helper()
	p, err := policy.Parse(text)
	require.NoError(t, err)
	return virtual.NewCrowd("Client.Get", p, keyed)
}

// enterWorld installs a world for a test.
func enterWorld(t testing.TB) *virtual.World {
	w := &virtual.World{Rand: rand.New(rand.NewPCG(1, 2))}
	t.Cleanup(virtual.Enter(w))
	return w
}

// A machine says what it wants, step by step.
func TestMachine(t *testing.T) {
	w := enterWorld(t)
	c := crowdOf(t, "linear attempts=3 base=100ms; timeout attempt=1s; breaker failures=5", false).NewCaller()
	call := c.Begin(7, 0, 0)
	assert.Equal(t, virtual.Step{Kind: virtual.Attempt, Attempt: 1}, call.Next())
	assert.Equal(t, virtual.Step{Kind: virtual.Wait, Attempt: 1, At: time.Second}, call.Next())

	w.Time = 200 * time.Millisecond
	call.Timer() // in vain
	call.Returned(0, errFlaky)
	assert.Equal(t, virtual.Step{Kind: virtual.Wait, Attempt: 1, At: 300 * time.Millisecond}, call.Next())

	w.Time = 300 * time.Millisecond
	call.Timer()
	assert.Equal(t, virtual.Step{Kind: virtual.Attempt, Attempt: 2}, call.Next())
	assert.Equal(t, virtual.Step{Kind: virtual.Wait, Attempt: 2, At: 1300 * time.Millisecond}, call.Next())

	w.Time = 1300 * time.Millisecond
	call.Timer()
	assert.Equal(t, virtual.Step{Kind: virtual.Wait, Attempt: 2, At: 1500 * time.Millisecond, Cancel: []int{0}}, call.Next())

	w.Time = 1500 * time.Millisecond
	call.Timer()
	assert.Equal(t, virtual.Attempt, call.Next().Kind)
	call.Next()
	call.Returned(0, nil)
	assert.Equal(t, virtual.Step{Kind: virtual.Done, Attempt: 3, Outcome: "success"}, call.Next())
	assert.Equal(t, virtual.Guards{Breaker: "closed"}, c.Guards())
}
