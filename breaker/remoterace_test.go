package breaker

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// If the last failure and OpenFor come together, the breaker opens once: by itself, or for
// others. An opening of its own is counted as one even if OpenFor prolongs it.
func TestOpenForBesideTheLastFailure(t *testing.T) {
	for round := range rounds {
		var told journal
		b := New(Config{Failures: 1, Cooldown: time.Minute, OnChange: told.add})
		bad := allowed(t, b)
		together(func() { spin(round % 64); bad.Done(Failure) }, func() { b.OpenFor(time.Minute) })
		s := b.Snapshot()
		require.Equal(t, Open, s.State)
		require.EqualValues(t, 1, s.Opened)
		require.Len(t, told.list, 1)
		require.Equal(t, s.Remote, told.list[0].Remote)
		require.Equal(t, s.Remote, s.Openings == 0)
		require.Equal(t, s.Remote, told.list[0].Failures == 0)
	}
}

// A prolongation beside an attempt that finds the cooldown over: either the attempt is the
// probe and nothing is prolonged, or it is refused.
func TestOpenForBesideTheProbe(t *testing.T) {
	for round := range rounds {
		b := New(Config{Failures: 1, Cooldown: time.Hour})
		fail(b, 1)
		b.endCooldown(false)
		var err error
		var prolonged bool
		together(
			func() { spin(round % 64); _, err = b.Allow() },
			func() { prolonged = b.OpenFor(time.Hour) },
		)
		require.Equal(t, prolonged, err != nil)
		require.Equal(t, prolonged, b.State() == Open)
	}
}

// The operator's force and the program's own come together. The program's wins, whichever
// comes first.
func TestForceRemoteBesideForceClose(t *testing.T) {
	for round := range rounds {
		b := New(Config{})
		together(func() { spin(round % 64); b.ForceClose() }, func() { b.ForceRemote(Open) })
		s := b.Snapshot()
		require.True(t, s.State == Closed && s.Forced && !s.Remote, s)
		b.Reset()
		s = b.Snapshot()
		require.True(t, s.State == Open && s.Forced && s.Remote, s)
	}
}

// While attempts succeed and fail, others open, close and force the breaker. OnChange gets
// each change in order. When others have taken back what they did, the breaker works as
// usual.
func TestRemoteOperationsUnderLoad(t *testing.T) {
	const callers, calls = 4, 3000
	state, remote := Closed, 0
	var told sync.Mutex // OnChange runs on one goroutine after the other
	b := New(Config{Failures: 3, Cooldown: 50 * time.Microsecond, OnChange: func(c Change) {
		told.Lock()
		defer told.Unlock()
		assert.Equal(t, state, c.From)
		state = c.To
		if c.Remote {
			remote++
		}
	}})
	var wg sync.WaitGroup
	for caller := range callers {
		wg.Go(func() {
			for i := range calls {
				if call(b, []Outcome{Success, Failure, Neutral}[(caller+i/50)%3]) != nil {
					runtime.Gosched()
				}
				if s := b.Snapshot(); s.Remote && !s.Forced && s.State != Open {
					t.Errorf("OpenFor only opens: %+v", s)
				}
			}
		})
	}
	for _, change := range []func(){
		func() { b.OpenFor(time.Millisecond) },
		func() { b.CloseRemote() },
		func() { b.ForceRemote(Open); b.ResetRemote() },
		func() { b.ForceRemote(Closed); b.ResetRemote() },
	} {
		wg.Go(func() {
			for range calls / 10 {
				change()
				runtime.Gosched()
			}
		})
	}
	wg.Wait()
	s := b.Snapshot()
	assert.Equal(t, s.State, state)
	assert.False(t, s.Forced)
	assert.Zero(t, s.Probes)
	assert.Positive(t, remote, "others changed nothing, so the test shows nothing")
}
