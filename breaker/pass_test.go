package breaker

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Pass admits an attempt only if Allow would have nothing else to do.
func TestPass(t *testing.T) {
	closed := Config{Failures: 2, Cooldown: time.Second}
	tests := []struct {
		name    string
		config  Config
		prepare func(*Breaker)
		passes  bool
		refuses bool
	}{
		{"closed", closed, func(*Breaker) {}, true, false},
		{"with a failure", closed, func(b *Breaker) { report(t, b, Failure) }, true, false},
		{"open", closed, func(b *Breaker) { report(t, b, Failure); report(t, b, Failure) }, false, true},
		{"after the cooldown", closed, func(b *Breaker) {
			report(t, b, Failure)
			report(t, b, Failure)
			time.Sleep(time.Second)
		}, false, false},
		{"forced open", closed, (*Breaker).ForceOpen, false, true},
		{"forced closed", closed, (*Breaker).ForceClose, true, false},
		{"off", closed, func(b *Breaker) { b.ForceOpen(); b.SetMode(Off) }, false, false},
		{"watch only", closed, func(b *Breaker) { b.ForceOpen(); b.SetMode(WatchOnly) }, false, false},
		{"on again", closed, func(b *Breaker) { b.SetMode(Off); b.SetMode(On) }, true, false},
		{"window", Config{Rate: 50 * Percent}, func(*Breaker) {}, true, false},
		{"slow calls", Config{Slow: time.Second, SlowRate: 50 * Percent}, func(*Breaker) {}, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := New(tt.config)
				tt.prepare(b)
				_, ok := b.Pass()
				assert.Equal(t, tt.passes, ok)
				assert.Equal(t, tt.refuses, b.Refusal() != nil)
				if tt.refuses {
					_, err := b.Allow()
					assert.Same(t, b.Refusal(), err)
				}
			})
		})
	}
}

// report makes an attempt.
func report(t *testing.T, b *Breaker, o Outcome) {
	t.Helper()
	permit, err := b.Allow()
	require.NoError(t, err)
	permit.Done(o)
}

// A success is clean unless it has something to report.
func TestClean(t *testing.T) {
	b := New(Config{Failures: 3})
	era, ok := b.Pass()
	require.True(t, ok)
	assert.True(t, b.Clean(era))

	report(t, b, Failure)
	assert.False(t, b.Clean(era), "it has to forget a failure")
	permit := b.Permit(era)
	permit.Done(Success)
	assert.Zero(t, b.Snapshot().Failures)
	assert.True(t, b.Clean(era))

	b.Reset()
	assert.False(t, b.Clean(era), "another generation")
	permit = b.Permit(era)
	permit.Done(Failure)
	assert.Zero(t, b.Snapshot().Failures)
}

// A window counts each success.
func TestWindowIsNeverClean(t *testing.T) {
	b := New(Config{Rate: 50 * Percent, Min: 2})
	era, ok := b.Pass()
	require.True(t, ok)
	assert.False(t, b.Clean(era))
	permit := b.Permit(era)
	permit.Done(Success)
	assert.Equal(t, 1, b.Snapshot().Calls)
}

func TestPassOfNoBreaker(t *testing.T) {
	var b *Breaker
	era, ok := b.Pass()
	assert.True(t, ok)
	assert.True(t, b.Clean(era))
	assert.Nil(t, b.Refusal())
	permit := b.Permit(era)
	permit.Done(Failure)
}

// A permit knows that it is a probe until it has reported, and a refusal that the probes
// are under way.
func TestProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Failures: 1, Cooldown: time.Second})
		permit, err := b.Allow()
		require.NoError(t, err)
		assert.False(t, permit.Probe(), "of a closed breaker")
		permit.Done(Failure)

		_, err = b.Allow()
		require.IsType(t, new(OpenError), err)
		assert.False(t, err.(*OpenError).Probing(), "it is open")

		time.Sleep(time.Second)
		permit, err = b.Allow()
		require.NoError(t, err)
		assert.True(t, permit.Probe())
		_, err = b.Allow()
		require.IsType(t, new(OpenError), err)
		assert.True(t, err.(*OpenError).Probing())
		permit.Done(Neutral)
		assert.False(t, permit.Probe(), "it has reported")
	})
}
