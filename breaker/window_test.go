package breaker

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mixed makes good attempts and then bad ones.
func mixed(b *Breaker, good, bad int) {
	for range good {
		_ = call(b, Success)
	}
	fail(b, bad)
}

// slowly makes an attempt that takes d.
func slowly(b *Breaker, d time.Duration, o Outcome) {
	permit, _ := b.Allow()
	time.Sleep(d)
	permit.Done(o)
}

func TestRateOpensAtTheShare(t *testing.T) {
	for _, test := range []struct {
		name      string
		config    Config
		good, bad int
		want      State
	}{
		{"495 of 1000 are not 50%", Config{Rate: 50 * Percent, Min: 1000, WindowCalls: 1000}, 505, 495, Closed},
		{"500 of 1000 are", Config{Rate: 50 * Percent, Min: 1000, WindowCalls: 1000}, 500, 500, Open},
		{"1 of 3 is not 33.4%", Config{Rate: 334_000, Min: 3, WindowCalls: 3}, 2, 1, Closed},
		{"57 of 100 are 57%", Config{Rate: 57 * Percent, Min: 100, WindowCalls: 100}, 43, 57, Open},
		{"56 of 100 are not", Config{Rate: 57 * Percent, Min: 100, WindowCalls: 100}, 44, 56, Closed},
		{"495 of 1000 in a time", Config{Rate: 50 * Percent, Min: 1000}, 505, 495, Closed},
		{"500 of 1000 in a time", Config{Rate: 50 * Percent, Min: 1000}, 500, 500, Open},
		{"one less than the least number", Config{Rate: 50 * Percent, Min: 20}, 0, 19, Closed},
		{"the least number", Config{Rate: 50 * Percent, Min: 20}, 0, 20, Open},
		{"all of them", Config{Rate: 100 * Percent, Min: 2}, 0, 2, Open},
		{"all but one", Config{Rate: 100 * Percent, Min: 2}, 1, 100, Closed},
		{"a part per million of too few", Config{Rate: 1, Min: 5}, 0, 4, Closed},
		{"a part per million", Config{Rate: 1, Min: 1}, 999_999, 1, Open},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := New(test.config)
				mixed(b, test.good, test.bad)
				assert.Equal(t, test.want, b.State())
			})
		})
	}
}

// If failures come first, the window does not hold Min yet, and the attempt that makes it
// Min may be a success.
func TestSuccessThatFillsTheWindowOpens(t *testing.T) {
	for name, config := range map[string]Config{
		"calls": {Rate: 50 * Percent, Min: 10, WindowCalls: 10},
		"time":  {Rate: 50 * Percent, Min: 10},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := New(config)
				fail(b, 5)
				mixed(b, 4, 0)
				require.Equal(t, Closed, b.State())
				require.NoError(t, call(b, Success))
				assert.Equal(t, Open, b.State())
			})
		})
	}
}

// When old successes leave the window, the share of failures grows. The next attempt finds
// that, even if it succeeds.
func TestSuccessAfterOthersHaveLeftTheWindowOpens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Rate: 50 * Percent, Min: 10, Window: 10 * time.Second})
		mixed(b, 20, 0)
		time.Sleep(5 * time.Second)
		mixed(b, 1, 10)
		require.Equal(t, Closed, b.State(), "10 of 31")
		time.Sleep(5 * time.Second)
		require.NoError(t, call(b, Success))
		assert.Equal(t, Open, b.State(), "10 of 12")
	})
}

func TestWindowOfCallsForgetsTheOldest(t *testing.T) {
	b := New(Config{Rate: 50 * Percent, Min: 4, WindowCalls: 4})
	mixed(b, 4, 1)
	mixed(b, 3, 1)
	assert.Equal(t, Snapshot{State: Closed, Calls: 4, Failures: 1}, present(b.Snapshot()))
	mixed(b, 1, 0)
	require.Equal(t, Closed, b.State())
	fail(b, 1)
	assert.Equal(t, Open, b.State(), "failed, good, failed")
}

func TestWindowOfTimeForgetsTheOldest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Rate: 50 * Percent, Min: 20, Window: 10 * time.Second})
		mixed(b, 30, 19)
		time.Sleep(9 * time.Second)
		assert.Equal(t, Snapshot{State: Closed, Calls: 49, Failures: 19}, present(b.Snapshot()))
		time.Sleep(time.Second)
		assert.Equal(t, Snapshot{State: Closed}, present(b.Snapshot()))
		fail(b, 19)
		assert.Equal(t, Closed, b.State())
		fail(b, 1)
		assert.Equal(t, Open, b.State())
	})
}

// A window that nobody used for a long time is empty, whatever its buckets hold.
func TestWindowAfterALongPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Rate: 50 * Percent, Min: 4, Window: 10 * time.Millisecond})
		for _, pause := range []time.Duration{time.Hour, 25 * 24 * time.Hour, 49 * 24 * time.Hour} {
			mixed(b, 10, 3)
			time.Sleep(pause)
			assert.Equal(t, Snapshot{State: Closed}, present(b.Snapshot()), pause)
			mixed(b, 2, 0)
			assert.Equal(t, 2, b.Snapshot().Calls, pause)
		}
	})
}

func TestSlowCallsOpen(t *testing.T) {
	config := Config{Slow: 2 * time.Second, SlowRate: 50 * Percent, Min: 4, WindowCalls: 10}
	for _, test := range []struct {
		name  string
		calls func(*Breaker)
		want  State
	}{
		{"slow successes", func(b *Breaker) {
			mixed(b, 2, 0)
			slowly(b, 2*time.Second, Success)
			slowly(b, 2*time.Second, Success)
		}, Open},
		{"slow failures", func(b *Breaker) {
			mixed(b, 2, 0)
			slowly(b, 2*time.Second, Failure)
			slowly(b, 2*time.Second, Failure)
		}, Open},
		{"just not slow", func(b *Breaker) {
			for range 10 {
				slowly(b, 2*time.Second-1, Success)
			}
		}, Closed},
		{"cancelled ones do not count", func(b *Breaker) {
			for range 10 {
				slowly(b, 3*time.Second, Neutral)
			}
		}, Closed},
		{"four failures in a row", func(b *Breaker) { fail(b, 4) }, Closed},
		{"five, which is the count of its own", func(b *Breaker) { fail(b, 5) }, Open},
		{"a success in between", func(b *Breaker) { fail(b, 4); mixed(b, 1, 4) }, Closed},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := New(config)
				test.calls(b)
				assert.Equal(t, test.want, b.State())
			})
		})
	}
}

// Begin starts the clock again, so waiting before the attempt does not make it slow.
func TestBeginTimesTheCallAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Slow: time.Second, SlowRate: 100 * Percent, Min: 1})
		permit := allowed(t, b)
		time.Sleep(time.Minute)
		permit.Begin()
		time.Sleep(time.Second - 1)
		permit.Done(Success)
		assert.Equal(t, Closed, b.State())
	})
}

func TestSlowProbeOpensAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Slow: time.Second, SlowRate: 100 * Percent, Min: 1, Cooldown: time.Minute})
		slowly(b, time.Second, Success)
		require.Equal(t, Open, b.State())
		time.Sleep(time.Minute)
		slowly(b, time.Second, Success)
		require.Equal(t, Open, b.State())
		time.Sleep(time.Minute)
		slowly(b, time.Second/2, Success)
		assert.Equal(t, Closed, b.State())
	})
}

// A breaker that closes starts with an empty window, and attempts that began before do not
// count in it.
func TestWindowBeginsAnewWithTheState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Rate: 50 * Percent, Min: 2, Cooldown: time.Second})
		early := allowed(t, b)
		fail(b, 2)
		time.Sleep(time.Second)
		require.NoError(t, call(b, Success))
		require.Equal(t, Snapshot{State: Closed}, present(b.Snapshot()))
		early.Done(Failure)
		assert.Equal(t, Snapshot{State: Closed}, present(b.Snapshot()))
		fail(b, 1)
		b.ForceClose()
		fail(b, 10)
		assert.Equal(t, Snapshot{State: Closed, Forced: true}, present(b.Snapshot()))
		b.Reset()
		assert.Equal(t, Snapshot{State: Closed}, present(b.Snapshot()))
	})
}

func TestChangeTellsOfTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []Change
		b := New(Config{
			Rate: 50 * Percent, Min: 4, Slow: time.Second, SlowRate: 90 * Percent,
			OnChange: func(c Change) { told = append(told, c) },
		})
		mixed(b, 2, 1)
		slowly(b, time.Second, Failure)
		require.Len(t, told, 1)
		assert.Equal(t, Change{
			From: Closed, To: Open, At: time.Now(), Cooldown: DefaultCooldown, Failures: 2, Slow: 1, Calls: 4,
		}, told[0])
	})
}

// Each attempt counts once, whichever processor it runs on.
func TestWindowLosesNothingUnderLoad(t *testing.T) {
	for name, config := range map[string]Config{
		"time":  {Rate: 100 * Percent, Window: time.Hour},
		"calls": {Rate: 100 * Percent, WindowCalls: 1_000_000},
	} {
		t.Run(name, func(t *testing.T) {
			b := New(config)
			var callers sync.WaitGroup
			for range 8 {
				callers.Go(func() {
					for range 500 {
						mixed(b, 9, 1)
					}
				})
			}
			callers.Wait()
			assert.Equal(t, Snapshot{State: Closed, Calls: 40_000, Failures: 4_000}, present(b.Snapshot()))
		})
	}
}

func TestCountingSuccessesAllocatesNothing(t *testing.T) {
	for name, config := range map[string]Config{
		"time":  {Rate: 50 * Percent},
		"calls": {Rate: 50 * Percent, WindowCalls: 100},
		"slow":  {Slow: time.Second, SlowRate: 50 * Percent},
	} {
		b := New(config)
		assert.Zero(t, testing.AllocsPerRun(1000, func() { _ = call(b, Success) }), name)
	}
}
