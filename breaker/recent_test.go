package breaker

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// These tests ask a window directly, in orders in which attempts may meet.

// A success whose tick is the given one or later leaves the counting to the lock.
func TestGoodCountsBeforeATick(t *testing.T) {
	const at = 57*time.Second + 500*time.Millisecond
	for _, tt := range []struct {
		name   string
		recent recent
		before int64
		tick   int64
		ok     bool
	}{
		{"calls, all take the lock", newRecentCalls(10, 1), unsettled, 0, false},
		{"calls, none takes the lock", newRecentCalls(10, 1), never, 0, true},
		{"time, all take the lock", newRecentTime(10*time.Second, 1), unsettled, 57, false},
		{"time, those of this tick take the lock", newRecentTime(10*time.Second, 1), 57, 57, false},
		{"time, those of the next tick take the lock", newRecentTime(10*time.Second, 1), 58, 57, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tick, ok := tt.recent.good(at, tt.before)
			assert.Equal(t, tt.ok, ok)
			assert.Equal(t, tt.tick, tick)
			sum, _ := tt.recent.sum(at)
			assert.Equal(t, ok, sum.calls == 1)
		})
	}
}

// The next tick is the first one in which a success may have left the window.
func TestNextTick(t *testing.T) {
	_, next := newRecentTime(10*time.Second, 1).sum(57 * time.Second)
	assert.EqualValues(t, 58, next)
	_, next = newRecentCalls(10, 1).sum(57 * time.Second)
	assert.Equal(t, int64(never), next, "a window of calls has one tick")
}

// The number that was returned last makes no difference.
func TestNumberOfABucket(t *testing.T) {
	r := newRecentTime(100, 1)
	for _, tt := range []struct {
		at   time.Duration
		want int64
	}{{0, 0}, {9, 0}, {10, 1}, {19, 1}, {20, 2}, {5, 0}, {1000, 100}, {1010, 101}, {999, 99}} {
		assert.Equal(t, tt.want, r.number(tt.at), tt.at)
	}
}

// An attempt that read the clock a window ago does not count in the bucket that has its
// place now.
func TestLateFailureDoesNotCount(t *testing.T) {
	r := newRecentTime(10*time.Second, 1)
	r.bad(57*time.Second, true, true)
	r.bad(47*time.Second, true, true)
	sum, _ := r.sum(57 * time.Second)
	assert.Equal(t, tally{calls: 1, failures: 1, slow: 1}, sum)
}

// A tenth of the shortest window is less than a nanosecond.
func TestShortestWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Rate: 50 * Percent, Min: 2, Window: time.Nanosecond})
		mixed(b, 1, 1)
		assert.Equal(t, Open, b.State())
	})
}

// Ten tenths make a window: successes in each of them count.
func TestWindowHoldsTenTenths(t *testing.T) {
	r := newRecentTime(10*time.Second, 1)
	for tenth := range 11 {
		r.good(time.Duration(tenth)*time.Second, never)
	}
	sum, _ := r.sum(10 * time.Second)
	assert.EqualValues(t, 10, sum.calls)
}

// 500,000 of 1,000,001 are less than a half.
func TestShareIsExact(t *testing.T) {
	c := Config{Rate: 50 * Percent}
	assert.False(t, c.tooMany(tally{calls: 1_000_001, failures: 500_000}))
	assert.True(t, c.tooMany(tally{calls: 1_000_000, failures: 500_000}))
}

// The smallest share is a share too: the window counts the failures, not their run.
func TestSnapshotWithTheSmallestShare(t *testing.T) {
	b := New(Config{Rate: 1, Min: 5})
	fail(b, 1)
	mixed(b, 1, 1)
	assert.Equal(t, Snapshot{Calls: 3, Failures: 2}, present(b.Snapshot()))
}
