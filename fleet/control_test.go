package fleet_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/fleet"
	"github.com/retrygen/retrygen/fleet/fleettest"
	retry "github.com/retrygen/retrygen/runtime"
)

// Each section holds for its own time, counted by the store, and nothing else ends it.
func TestControl(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		publish(t, &e, "for 1m by anna: slow\nClient: attempts=5\nfor 2m by ben: in doubt\nClient: mode watch-only\n*: enabled off\nOther.Get: attempts=7\n")
		later(30 * time.Second)
		p := start(t, &e, "a")
		assert.Equal(t, 5, p.attempts())
		snapshot := p.group.Snapshot()
		assert.Equal(t, breaker.WatchOnly, snapshot.Steered.Mode)
		assert.True(t, snapshot.Steered.Disabled)

		applied := p.said(fleet.EventApplied)
		require.Len(t, applied, 1)
		assert.Equal(t, []string{"Other.Get"}, applied[0].Unmatched)
		assert.Equal(t, "slow", applied[0].Sections[0].Reason)

		later(30*time.Second - 1)
		assert.Equal(t, 5, p.attempts())
		later(1)
		assert.Equal(t, 2, p.attempts())
		assert.NotNil(t, p.group.Snapshot().Steered)
		expired := p.said(fleet.EventExpired)
		require.Len(t, expired, 1)
		assert.Equal(t, "anna", expired[0].Sections[0].Author)

		later(time.Minute)
		assert.Nil(t, p.group.Snapshot().Steered)
		assert.Equal(t, []string{"applied 1", "expired 1", "expired 1"}, p.kinds())
	})
}

// What a later document does not say is no longer in force, and what is over never begins.
func TestControlReplaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		publish(t, &e, "for 1m by a: b\nClient: attempts=5\n")
		later(time.Minute)
		p := start(t, &e, "a")
		assert.Equal(t, 2, p.attempts())
		publish(t, &e, "for 1m by a: b\nClient: attempts=6\n")
		assert.Equal(t, 6, p.attempts())
		publish(t, &e, "")
		assert.Equal(t, 2, p.attempts())
		later(time.Hour)
		assert.Equal(t, []string{"applied 1", "applied 2", "applied 3"}, p.kinds())
	})
}

// A document with a mistake, or one that a group cannot take, changes nothing in any group. The
// one before it stays until its own expiry.
func TestControlRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		p := start(t, &e, "a")
		other := new(retry.Group)
		p.wrap("Other.Get", "exponential attempts=3 base=1s max=2s", other)
		tests := []struct{ name, text, want string }{
			{"a mistake", "for 1h by carl: why\nClient: attempts=9\nClient.Get: atempts=3\n", `the document has mistakes: 3:13: unknown key "atempts"; hint: did you mean "attempts"?`},
			{"a group", "for 1h by carl: why\nClient: attempts=9\nOther.Get: base=5s\n", "retry: Other.Get: base=5s "},
			{"many mistakes", "for 1h by carl: why\n" + strings.Repeat("x\n", 100_000), "; and 99980 more"},
			{"a megabyte", strings.Repeat("# long\n", 150_000), "the document has more than 262144 bytes"},
		}
		for _, tt := range tests {
			publish(t, &e, "for 1m by a: b\nClient: attempts=5\n")
			p.kinds()
			d := publish(t, &e, tt.text)
			assert.Equal(t, 5, p.attempts(), tt.name)
			refused := p.said(fleet.EventRefused)
			require.Len(t, refused, 1, tt.name)
			assert.Equal(t, d.Revision, refused[0].Revision)
			assert.ErrorContains(t, refused[0].Err, tt.want)
			assert.Less(t, len(refused[0].Err.Error()), 10_000)
			if tt.name != "a megabyte" {
				assert.Equal(t, "carl", refused[0].Sections[0].Author)
			}
			status := p.fleet.Status().Control
			assert.Equal(t, d.Revision-1, status.Revision)
			assert.Equal(t, d.Revision, status.Refused.Revision)
			later(time.Minute)
			assert.Equal(t, 2, p.attempts(), tt.name)
			publish(t, &e, "")
			assert.Nil(t, p.fleet.Status().Control.Refused)
		}
	})
}

// A group that comes later gets what is in force before its constructor returns.
func TestControlOfLaterGroups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		p := start(t, &e, "a")
		publish(t, &e, "for 1m by a: b\nLate: attempts=5\nLater.Get: base=5s\n")
		late := new(retry.Group)
		p.wrap("Late.Get", policyText, late)
		assert.Equal(t, 5, late.Snapshot().Methods[0].Policy.Retry.Attempts)
		p.wrap("Late.Put", policyText, late)
		assert.Equal(t, 5, late.Snapshot().Methods[1].Policy.Retry.Attempts)
		p.kinds()

		later1 := new(retry.Group)
		p.wrap("Later.Get", "exponential attempts=3 base=1s max=2s", later1)
		refused := p.said(fleet.EventRefused)
		require.Len(t, refused, 1)
		assert.ErrorContains(t, refused[0].Err, "a wrapper that was made later: retry: Later.Get: ")
		assert.Equal(t, 5, late.Snapshot().Methods[0].Policy.Retry.Attempts)

		later(time.Minute)
		assert.Equal(t, 2, late.Snapshot().Methods[0].Policy.Retry.Attempts)
	})
}

// A group that could not take the document does not take it away from the others when one of
// its sections is over.
func TestControlExpiresBesideAGroupThatRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		p := start(t, &e, "a")
		publish(t, &e, "for 10m by a: b\nClient: attempts=5\nLater.Get: base=5s\nfor 1m by c: d\nClient: mode watch-only\n")
		group := new(retry.Group)
		p.wrap("Later.Get", "exponential attempts=3 base=1s max=2s", group)
		assert.Equal(t, []string{"applied 1", "refused 1"}, p.kinds())
		later(time.Minute)
		assert.Equal(t, 5, p.attempts())
		assert.Nil(t, p.group.Snapshot().Steered)
		assert.Equal(t, []string{"refused 1", "expired 1"}, p.kinds())
		later(9 * time.Minute)
		assert.Equal(t, 2, p.attempts())
		assert.Equal(t, []string{"expired 1"}, p.kinds())
	})
}

// While the store is gone, the last document stays until its own expiry. When it is back,
// what it has is in force.
func TestControlWithoutItsStore(t *testing.T) {
	for _, link := range []fleettest.Link{fleettest.Down, fleettest.Hung} {
		synctest.Test(t, func(t *testing.T) {
			var e fleettest.Engine
			p := start(t, &e, "a", func(c *fleet.Config) { c.Bus = nil })
			publish(t, &e, "for 10m by a: b\nClient: attempts=5\n")
			assert.True(t, p.fleet.Status().Control.Store.Reachable)
			p.kinds()
			p.conn.Set(link)
			publish(t, &e, "for 20m by a: b\nClient: attempts=6\n")
			later(time.Minute)
			assert.Equal(t, 5, p.attempts())
			assert.Equal(t, []string{"unreachable store"}, p.kinds())
			assert.False(t, p.fleet.Status().Control.Store.Reachable)
			later(9*time.Minute - time.Nanosecond)
			assert.Equal(t, 5, p.attempts())
			later(time.Nanosecond)
			assert.Equal(t, 2, p.attempts())
			p.conn.Set(fleettest.Up)
			assert.Equal(t, []string{"expired 1", "applied 2", "reachable store"}, p.kinds())
			assert.Equal(t, 6, p.attempts())
			later(10 * time.Minute)
			assert.Equal(t, 2, p.attempts())
		})
	}
}

// A store that has lost its data takes nothing away. Its next document counts, although its
// revision is lower, even if it is the same text.
func TestControlAfterTheStoreHasLostItsData(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		p := start(t, &e, "a")
		const text = "for 10m by a: b\nClient: attempts=5\n"
		publish(t, &e, text)
		later(9 * time.Minute)
		p.kinds()
		e.Lose()
		later(time.Second)
		assert.Equal(t, []string{"lost 1"}, p.kinds())
		assert.Equal(t, 5, p.attempts())
		publish(t, &e, text)
		later(9 * time.Minute)
		assert.Equal(t, 5, p.attempts(), "a new document has a new time")
		later(time.Minute)
		assert.Equal(t, []string{"applied 1", "expired 1"}, p.kinds())

		publish(t, &e, "")
		publish(t, &e, "")
		p.kinds()
		p.conn.Set(fleettest.Down)
		e.Lose()
		publish(t, &e, text)
		p.conn.Set(fleettest.Up)
		later(time.Second)
		assert.Equal(t, 5, p.attempts(), "what the store has now counts")
	})
}

// A late message of an earlier document changes nothing, because Get does not confirm it.
func TestControlIgnoresLateDocuments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		store := &lateStore{Store: e.Connect(), late: make(chan fleet.Document)}
		p := start(t, &e, "a", func(c *fleet.Config) { c.Store = store })
		first := publish(t, &e, "for 10m by a: b\nClient: attempts=5\n")
		publish(t, &e, "for 10m by a: b\nClient: attempts=6\n")
		store.late <- first
		store.late <- fleet.Document{}
		later(time.Second)
		assert.Equal(t, 6, p.attempts())
		assert.Equal(t, []string{"applied 1", "applied 2"}, p.kinds())
	})
}

// Nor does an earlier document of a replica that lags behind when it is asked.
func TestControlLooksTwiceAtEarlierDocuments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		store := &lateStore{Store: e.Connect(), lags: make(chan fleet.Document, 1)}
		p := start(t, &e, "a", func(c *fleet.Config) { c.Store = store })
		first := publish(t, &e, "for 10m by a: b\nClient: attempts=5\n")
		publish(t, &e, "for 10m by a: b\nClient: attempts=6\n")
		store.lags <- first
		later(time.Minute)
		assert.Empty(t, store.lags)
		assert.Equal(t, 6, p.attempts())
		assert.Equal(t, []string{"applied 1", "applied 2"}, p.kinds())
	})
}

// A lateStore also delivers documents that a test sends.
type lateStore struct {
	fleet.Store
	late chan fleet.Document
	lags chan fleet.Document // what the next Gets return, in the place of the present one
}

func (s *lateStore) Get(ctx context.Context) (fleet.Document, error) {
	select {
	case d := <-s.lags:
		return d, nil
	default:
		return s.Store.Get(ctx)
	}
}

func (s *lateStore) Watch(ctx context.Context, receive func(fleet.Document)) error {
	documents := make(chan fleet.Document)
	go func() {
		_ = s.Store.Watch(ctx, func(d fleet.Document) { documents <- d })
		close(documents)
	}()
	for {
		select {
		case d := <-s.late:
			receive(d)
		case d, ok := <-documents:
			if !ok {
				return nil
			}
			receive(d)
		}
	}
}

// Only the age counts, and the least favourable one. A store whose clock goes back gives no
// section more time.
func TestControlGoesByTheAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		store := &lateStore{Store: e.Connect(), late: make(chan fleet.Document)}
		p := start(t, &e, "a", func(c *fleet.Config) { c.Store = store })
		d := fleet.Document{Text: "for 10m by a: b\nClient: attempts=5\n", Revision: 7, Age: -time.Hour}
		store.late <- d
		synctest.Wait()
		assert.Equal(t, 5, p.attempts(), "an age below zero is zero")
		d.Age = 9 * time.Minute
		store.late <- d
		synctest.Wait()
		d.Age = 0
		store.late <- d
		later(time.Minute)
		assert.Equal(t, 2, p.attempts())
		d.Revision, d.Age = 8, 2*time.Hour
		store.late <- d
		synctest.Wait()
		assert.Equal(t, 2, p.attempts(), "over when it came")
	})
}

// What the process sets by itself wins, and an expiry takes only the layer of the fleet.
func TestControlIsBelowTheProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		p := start(t, &e, "a")
		publish(t, &e, "for 1m by a: b\nClient: attempts=5; timeout total=7s\n")
		text, err := fleet.ParseDocument("for 1m by a: b\nClient: attempts=9\n")
		require.NoError(t, err)
		require.NoError(t, p.group.SetPolicy("Client.Get", text.Overrides()[0].Patch))
		assert.Equal(t, 9, p.attempts())
		assert.Contains(t, p.policy(), "total=7s")
		later(time.Minute)
		assert.Equal(t, 9, p.attempts())
		assert.NotContains(t, p.policy(), "total")
	})
}

// When Run ends, the layer goes, and a later Run brings it back.
func TestControlEndsWithRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		p := start(t, &e, "a")
		publish(t, &e, "for 10m by a: b\nClient: attempts=5\n")
		assert.Equal(t, 5, p.attempts())
		p.stop()
		assert.Equal(t, 2, p.attempts())
		assert.Equal(t, fleet.Status{Process: "a", Control: &fleet.ControlStatus{}, Hints: &fleet.HintsStatus{}}, p.fleet.Status())
		group := new(retry.Group)
		p.wrap("Client.Get", policyText, group)
		assert.Equal(t, 2, group.Snapshot().Methods[0].Policy.Retry.Attempts)
		p.run()
		assert.Equal(t, 5, p.attempts())
		assert.Equal(t, 5, group.Snapshot().Methods[0].Policy.Retry.Attempts)
	})
}
