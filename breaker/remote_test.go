package breaker

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOpenForOpensForThatTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told journal
		start := time.Now()
		b := New(Config{Name: "x", Failures: 2, Cooldown: 10 * time.Second, MaxCooldown: time.Minute, OnChange: told.add})
		fail(b, 1)
		require.True(t, b.OpenFor(4*time.Second))
		assert.Equal(t, Snapshot{Name: "x", State: Open, Remote: true, RetryAfter: 4 * time.Second}, present(b.Snapshot()), "it is no opening of its own")
		time.Sleep(3 * time.Second)
		_, err := b.Allow()
		assert.EqualError(t, err, `circuit breaker "x" is open for another 1s`)
		time.Sleep(time.Second)
		assert.True(t, b.Snapshot().Remote, "no attempt has come yet")

		probe := allowed(t, b)
		assert.Equal(t, Snapshot{Name: "x", State: HalfOpen, Probes: 1}, present(b.Snapshot()))
		require.ErrorIs(t, call(b, Success), ErrOpen, "beside the probe")
		time.Sleep(time.Second)
		probe.Done(Failure)
		s := b.Snapshot()
		assert.Equal(t, 1, s.Openings, "the first of its own")
		assert.False(t, s.Remote)
		assert.Greater(t, s.RetryAfter, 7*time.Second)
		assert.LessOrEqual(t, s.RetryAfter, 10*time.Second, "the cooldown has not grown")

		require.Len(t, told.list, 3)
		assert.Equal(t, Change{Name: "x", From: Closed, To: Open, At: start, Cooldown: 4 * time.Second, Remote: true}, told.list[0])
		assert.Equal(t, Change{Name: "x", From: Open, To: HalfOpen, At: start.Add(4 * time.Second)}, told.list[1])
		assert.Equal(t, 1, told.list[2].Failures)
		assert.False(t, told.list[2].Remote)
	})
}

// The place of a probe that is lost is free after Config.Cooldown, whatever d and the
// cooldowns before were.
func TestLostProbeAfterOpenFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Failures: 1, Cooldown: 10 * time.Second, MaxCooldown: time.Hour})
		require.True(t, b.OpenFor(time.Second))
		time.Sleep(time.Second)
		allowed(t, b) // and lost
		time.Sleep(10*time.Second - 1)
		require.ErrorIs(t, call(b, Success), ErrOpen)
		assert.Equal(t, time.Nanosecond, b.refusal.Load().RetryAfter())
		time.Sleep(time.Nanosecond)
		require.NoError(t, call(b, Success))
		require.Equal(t, Closed, b.State())

		for range 4 { // the cooldown grows to a minute at least
			fail(b, 1)
			time.Sleep(time.Hour)
		}
		require.NoError(t, call(b, Success))
		require.True(t, b.OpenFor(time.Minute))
		time.Sleep(time.Minute)
		allowed(t, b)
		time.Sleep(10 * time.Second)
		assert.NoError(t, call(b, Success))
	})
}

func TestOpenForIsBounded(t *testing.T) {
	for _, tt := range []struct {
		name    string
		config  Config
		d, want time.Duration
	}{
		{"short", Config{Cooldown: time.Minute}, 1, 1},
		{"by the cooldown", Config{Cooldown: time.Minute}, time.Hour, time.Minute},
		{"by the default", Config{}, time.Hour, DefaultCooldown},
		{"by the longest cooldown", Config{Cooldown: time.Minute, MaxCooldown: 10 * time.Minute}, time.Hour, 10 * time.Minute},
		{"huge", Config{Cooldown: time.Minute, MaxCooldown: time.Hour}, math.MaxInt64, time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var told journal
				tt.config.OnChange = told.add
				b := New(tt.config)
				require.True(t, b.OpenFor(tt.d))
				assert.Equal(t, tt.want, b.Snapshot().RetryAfter)
				assert.Equal(t, tt.want, told.list[0].Cooldown)
			})
		})
	}
}

// The longest times last to the end of time. They do not overflow, which would end them at
// once.
func TestLongestCooldowns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		forever := Config{Failures: 1, Cooldown: math.MaxInt64}
		opened, own, probing := New(forever), New(forever), New(forever)
		require.True(t, opened.OpenFor(math.MaxInt64))
		fail(own, 1)
		require.True(t, probing.OpenFor(time.Nanosecond))
		time.Sleep(time.Nanosecond)
		allowed(t, probing)
		for _, b := range []*Breaker{opened, own, probing} {
			err := call(b, Success)
			require.ErrorIs(t, err, ErrOpen)
			assert.Greater(t, b.refusal.Load().RetryAfter(), 100*365*24*time.Hour)
		}
		assert.False(t, opened.OpenFor(math.MaxInt64), "it cannot last longer")
	})
}

func TestOpenForProlongs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told journal
		b := New(Config{Failures: 1, Cooldown: 10 * time.Second, OnChange: told.add})
		fail(b, 1)
		time.Sleep(6 * time.Second)
		for _, d := range []time.Duration{time.Second, 4 * time.Second} {
			assert.False(t, b.OpenFor(d), "it stays open for 4s anyway")
			assert.Equal(t, 4*time.Second, b.Snapshot().RetryAfter)
		}
		assert.False(t, b.CloseRemote(), "nothing to take back")
		require.True(t, b.OpenFor(5*time.Second))
		require.True(t, b.OpenFor(8*time.Second))
		assert.Equal(t, Snapshot{State: Open, Openings: 1, RetryAfter: 8 * time.Second}, present(b.Snapshot()), "the opening is its own")
		assert.Equal(t, 8*time.Second, b.Refuses(0).RetryAfter())

		time.Sleep(time.Second)
		require.True(t, b.CloseRemote())
		assert.Equal(t, 3*time.Second, b.Snapshot().RetryAfter, "of its own")
		assert.False(t, b.CloseRemote())

		require.True(t, b.OpenFor(9*time.Second))
		time.Sleep(5 * time.Second)
		require.ErrorIs(t, call(b, Success), ErrOpen)
		require.True(t, b.CloseRemote())
		assert.Equal(t, Open, b.State())
		assert.Zero(t, b.Snapshot().RetryAfter)
		assert.False(t, b.CloseRemote())
		require.True(t, b.OpenFor(time.Second), "no attempt has come, so it is open")
		time.Sleep(time.Second)
		assert.False(t, b.CloseRemote(), "the prolongation is over")

		require.NoError(t, call(b, Success), "the probe")
		assert.Equal(t, []State{Open, HalfOpen, Closed}, told.states(), "a prolongation is no change of state")
		for _, c := range told.list {
			assert.False(t, c.Remote)
		}
	})
}

// What OpenFor did to an opening is over with that. CloseRemote does not find the refusal of
// an earlier one.
func TestProlongationEndsWithTheOpening(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Failures: 1, Cooldown: 10 * time.Second})
		fail(b, 1)
		time.Sleep(5 * time.Second)
		require.True(t, b.OpenFor(10*time.Second))
		time.Sleep(10 * time.Second)
		fail(b, 1)
		require.Equal(t, 10*time.Second, b.Snapshot().RetryAfter)
		assert.False(t, b.CloseRemote())
		assert.Equal(t, 10*time.Second, b.Snapshot().RetryAfter)
	})
}

func TestCloseRemoteClosesWhatOpenForOpened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told journal
		start := time.Now()
		b := New(Config{Failures: 2, Cooldown: 10 * time.Second, OnChange: told.add})
		assert.False(t, b.CloseRemote(), "it is closed")
		fail(b, 1)
		late := allowed(t, b)
		require.True(t, b.OpenFor(time.Second))
		require.True(t, b.OpenFor(5*time.Second))
		assert.True(t, b.Snapshot().Remote, "prolonged, too")
		require.True(t, b.CloseRemote())
		assert.Equal(t, Snapshot{}, present(b.Snapshot()))
		assert.False(t, b.CloseRemote())
		late.Done(Failure)
		assert.Zero(t, b.Snapshot().Failures, "of an earlier generation")
		assert.Equal(t, []Change{
			{From: Closed, To: Open, At: start, Cooldown: time.Second, Remote: true},
			{From: Open, To: Closed, At: start, Remote: true},
		}, told.list)

		require.True(t, b.OpenFor(time.Second))
		time.Sleep(time.Minute)
		assert.True(t, b.CloseRemote(), "although the time is over")
		assert.Equal(t, Closed, b.State())

		require.True(t, b.OpenFor(time.Second))
		time.Sleep(time.Second)
		probe := allowed(t, b)
		assert.False(t, b.CloseRemote(), "it is half-open")
		assert.False(t, b.OpenFor(time.Second))
		assert.Equal(t, HalfOpen, b.State())
		probe.Done(Success)
		assert.Equal(t, Closed, b.State())
	})
}

func TestOpenForAndOtherSwitches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Failures: 1, Cooldown: 10 * time.Second})
		for _, d := range []time.Duration{0, -1, math.MinInt64} {
			assert.False(t, b.OpenFor(d))
		}
		for _, force := range []func(){b.ForceOpen, b.ForceClose} {
			force()
			before := b.Snapshot()
			assert.False(t, b.OpenFor(time.Second))
			assert.False(t, b.CloseRemote())
			assert.Equal(t, before, b.Snapshot())
		}
		b.Reset()

		b.SetMode(Off)
		assert.False(t, b.OpenFor(time.Second))
		assert.Equal(t, Closed, b.State())
		b.SetMode(WatchOnly)
		assert.True(t, b.OpenFor(time.Second))
		assert.Equal(t, Open, b.State())
		assert.NoError(t, call(b, Success), "it refuses nothing")
		b.SetMode(Off)
		assert.True(t, b.CloseRemote(), "the breaker must not be open when it is back at work")
		assert.Equal(t, Closed, b.State())
		b.SetMode(On)

		for _, end := range []func(){b.ForceOpen, b.ForceClose, b.Reset} {
			require.True(t, b.OpenFor(time.Second))
			end()
			assert.False(t, b.Snapshot().Remote)
			assert.False(t, b.CloseRemote())
			b.Reset()
		}
	})
}

func TestNilBreakerHasNothingRemote(t *testing.T) {
	var b *Breaker
	assert.False(t, b.OpenFor(time.Second))
	assert.False(t, b.CloseRemote())
	assert.False(t, b.ForceRemote(Open))
	assert.False(t, b.ResetRemote())
	assert.Zero(t, b.Snapshot())
	assert.Zero(t, b.Config())
}

// OnChange may call the four operations: no lock is held. What they change is told after
// the change that it was called with.
func TestListenerMayCallTheRemoteOperations(t *testing.T) {
	var b *Breaker
	var told journal
	b = New(Config{Failures: 1, OnChange: func(c Change) {
		told.add(c)
		switch len(told.list) {
		case 1:
			b.CloseRemote()
			b.ForceRemote(Open)
			told.add(Change{}) // the call is not nested
		case 3:
			b.ResetRemote()
			b.OpenFor(time.Second)
		}
	}})
	b.OpenFor(time.Second)
	assert.Equal(t, []State{Open, Closed, Closed, Open, Closed, Open}, told.states())
}

func TestConfigHasItsDefaults(t *testing.T) {
	c := New(Config{Name: "x", Rate: 50 * Percent}).Config()
	assert.Equal(t, Config{
		Name: "x", Rate: 50 * Percent, Min: DefaultMin, Window: DefaultWindow,
		Cooldown: DefaultCooldown, Probes: DefaultProbes, Successes: DefaultSuccesses,
	}, c)
}
