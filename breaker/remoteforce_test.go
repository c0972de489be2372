package breaker

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestForceRemote(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told journal
		start := time.Now()
		b := New(Config{Failures: 1, OnChange: told.add})
		assert.False(t, b.ResetRemote(), "nothing to take back")
		require.True(t, b.ForceRemote(Open))
		assert.False(t, b.ForceRemote(Open), "nothing new")
		assert.Equal(t, Snapshot{State: Open, Forced: true, Remote: true}, present(b.Snapshot()))
		time.Sleep(time.Hour)
		_, err := b.Allow()
		assert.EqualError(t, err, `circuit breaker "" is forced open`)
		assert.False(t, b.OpenFor(time.Second))
		assert.False(t, b.CloseRemote())

		require.True(t, b.ForceRemote(Closed))
		fail(b, 3)
		assert.Equal(t, Snapshot{Forced: true, Remote: true}, present(b.Snapshot()))
		require.True(t, b.ResetRemote())
		assert.False(t, b.ResetRemote())
		assert.Equal(t, Snapshot{}, present(b.Snapshot()))
		fail(b, 1)
		require.Equal(t, 1, b.Snapshot().Openings)
		require.True(t, b.ForceRemote(Open), "no change of state")
		require.True(t, b.ResetRemote())
		assert.Equal(t, Snapshot{}, present(b.Snapshot()), "it has forgotten the openings")

		later := start.Add(time.Hour)
		assert.Equal(t, []Change{
			{From: Closed, To: Open, At: start, Forced: true, Remote: true},
			{From: Open, To: Closed, At: later, Forced: true, Remote: true},
			{From: Closed, To: Open, At: later, Cooldown: DefaultCooldown, Failures: 1},
			{From: Open, To: Closed, At: later, Remote: true},
		}, told.list)
	})
}

// The program's own force wins. The remote one waits, and is in force after Reset.
func TestForceRemoteBelowTheLocalForce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told journal
		b := New(Config{Failures: 1, OnChange: told.add})
		is := func(want Snapshot, why string) {
			t.Helper()
			assert.Equal(t, want, present(b.Snapshot()), why)
		}
		b.ForceClose()
		require.True(t, b.ForceRemote(Open))
		is(Snapshot{Forced: true}, "the local force wins")
		assert.False(t, b.ForceRemote(Open), "it waits already")
		b.Reset()
		is(Snapshot{State: Open, Forced: true, Remote: true}, "the remote one is in force now")
		b.Reset()
		is(Snapshot{State: Open, Forced: true, Remote: true}, "Reset takes away the local force only")
		b.ForceOpen()
		is(Snapshot{State: Open, Forced: true}, "the local force wins")
		require.True(t, b.ForceRemote(Closed))
		is(Snapshot{State: Open, Forced: true}, "the remote one has changed below it")
		require.True(t, b.ResetRemote())
		is(Snapshot{State: Open, Forced: true}, "only the remote force is gone")
		b.Reset()
		is(Snapshot{}, "nothing is forced")

		type flags struct{ forced, remote bool }
		var got []flags
		for _, c := range told.list {
			got = append(got, flags{c.Forced, c.Remote})
		}
		assert.Equal(t, []flags{{true, true}, {false, false}}, got, "opened by the first Reset, and closed by the last")
	})
}

// Reset forgets the growth of the cooldown, although a remote force comes into force.
func TestResetToARemoteForceForgets(t *testing.T) {
	b := New(Config{Failures: 1})
	fail(b, 1)
	b.ForceOpen()
	b.ForceRemote(Open)
	require.Equal(t, 1, b.Snapshot().Openings)
	b.Reset()
	assert.Zero(t, b.Snapshot().Openings)
}

func TestForceRemoteToNonsense(t *testing.T) {
	for _, b := range []*Breaker{nil, New(Config{})} {
		for _, to := range []State{HalfOpen, HalfOpen + 1} {
			assert.PanicsWithValue(t, "breaker: ForceRemote to "+to.String()+", which is neither open nor closed", func() { b.ForceRemote(to) })
		}
	}
}

// ForceRemote on the rest forces all keys. OpenFor on it opens it for the keys without room
// alone.
func TestRemoteOperationsOnTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeyed[string](Config{Failures: 2, Cooldown: time.Minute}, 1)
		failKey(k, "a", 1)
		require.True(t, k.Rest().ForceRemote(Open))
		for _, key := range []string{"a", "b"} {
			assert.ErrorIs(t, callKey(k, key, Success), ErrOpen)
			assert.True(t, k.Refuses(key, time.Hour).Forced())
		}
		require.True(t, k.Rest().ForceRemote(Closed))
		failKey(k, "a", 5)
		assert.Equal(t, 1, k.Key("a").Snapshot().Failures, "it keeps its state meanwhile")
		assert.True(t, k.Snapshot().Rest.Remote)
		require.True(t, k.Rest().ResetRemote())

		require.True(t, k.Rest().OpenFor(time.Second))
		assert.ErrorIs(t, callKey(k, "b", Success), ErrOpen, "it has no room")
		assert.NoError(t, callKey(k, "a", Failure))
		assert.ErrorIs(t, callKey(k, "a", Failure), ErrOpen, "by its own breaker")
		require.True(t, k.Rest().CloseRemote())
		assert.NoError(t, callKey(k, "b", Success))
		assert.Equal(t, Open, k.Key("a").Snapshot().State)
	})
}
