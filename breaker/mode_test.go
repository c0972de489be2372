package breaker

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWatchOnlyCountsAndRefusesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []State
		b := New(Config{Failures: 2, Cooldown: time.Second, OnChange: func(c Change) { told = append(told, c.To) }})
		b.SetMode(WatchOnly)
		fail(b, 2)
		assert.Equal(t, Snapshot{State: Open, Mode: WatchOnly, Openings: 1, RetryAfter: time.Second}, present(b.Snapshot()))
		assert.NoError(t, call(b, Failure), "neither refused nor counted")
		assert.Nil(t, b.Refuses(0))
		time.Sleep(time.Second)
		probe := allowed(t, b)
		assert.NoError(t, call(b, Failure), "beside the probe")
		probe.Done(Success)
		assert.Equal(t, []State{Open, HalfOpen, Closed}, told)
	})
}

func TestOffCountsNothingAndKeepsTheState(t *testing.T) {
	for name, config := range map[string]Config{
		"consecutive": {Failures: 2, Cooldown: time.Minute},
		"rate":        {Rate: 50 * Percent, Min: 2, Cooldown: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := New(config)
				fail(b, 1)
				before := allowed(t, b)
				b.SetMode(Off)
				before.Done(Failure)
				for range 10 {
					assert.NoError(t, call(b, Failure))
				}
				b.SetMode(On)
				assert.Equal(t, 1, b.Snapshot().Failures)
				fail(b, 1)
				require.ErrorIs(t, call(b, Success), ErrOpen)

				b.SetMode(Off)
				assert.NoError(t, call(b, Success))
				assert.Nil(t, b.Refuses(0))
				b.SetMode(On)
				assert.ErrorIs(t, call(b, Success), ErrOpen, "as open as before")
			})
		})
	}
}

// A probe that reports while the breaker is off frees its place and does not count.
func TestProbeThatReportsToABreakerThatIsOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Failures: 1, Cooldown: time.Second})
		fail(b, 1)
		time.Sleep(time.Second)
		probe := allowed(t, b)
		b.SetMode(Off)
		probe.Done(Success)
		b.SetMode(On)
		assert.Equal(t, HalfOpen, b.State())
		assert.NoError(t, call(b, Success))
		assert.Equal(t, Closed, b.State())
	})
}

func TestForcedIsForcedAgainAfterOff(t *testing.T) {
	b := New(Config{})
	b.ForceOpen()
	b.SetMode(Off)
	assert.NoError(t, call(b, Success))
	b.SetMode(On)
	assert.ErrorIs(t, call(b, Success), ErrOpen)
}

func TestInvalidMode(t *testing.T) {
	assert.Panics(t, func() { New(Config{}).SetMode(Off + 1) })
	assert.Equal(t, "Mode(3)", (Off + 1).String())
	assert.Equal(t, "on watch-only off", On.String()+" "+WatchOnly.String()+" "+Off.String())
}
