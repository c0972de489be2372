package breaker

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// present returns what a snapshot says about the present. It leaves out what has happened
// since the breaker was made, and the shares and the pressure, which follow from the counts.
func present(s Snapshot) Snapshot {
	s.Opened, s.Refused, s.Changed = 0, 0, time.Time{}
	s.FailureShare, s.SlowShare, s.Pressure = 0, 0, 0
	return s
}

// presentKeys is present for the breakers of keys.
func presentKeys(s KeyedSnapshot) KeyedSnapshot {
	s.Refused, s.Rest = 0, present(s.Rest)
	return s
}

func TestSnapshotCountsSinceTheBreakerWasMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Failures: 1, Cooldown: time.Second})
		assert.Equal(t, time.Time{}, b.Snapshot().Changed, "it never changed")
		wants := func(opened, refused int64, changed time.Time) {
			t.Helper()
			s := b.Snapshot()
			assert.Equal(t, opened, s.Opened)
			assert.Equal(t, refused, s.Refused)
			assert.True(t, changed.Equal(s.Changed), s.Changed)
		}
		begin := time.Now()
		fail(b, 1)
		wants(1, 0, begin)
		for range 3 {
			require.ErrorIs(t, call(b, Success), ErrOpen)
		}
		assert.NotNil(t, b.Refuses(0), "no attempt is refused")
		wants(1, 3, begin)

		time.Sleep(time.Second)
		probe := allowed(t, b)
		wants(1, 3, begin.Add(time.Second))
		require.ErrorIs(t, call(b, Success), ErrOpen, "beside the probe")
		time.Sleep(time.Second / 2)
		probe.Done(Failure)
		wants(2, 4, begin.Add(1500*time.Millisecond))

		time.Sleep(time.Second)
		b.ForceOpen()
		wants(2, 4, begin.Add(1500*time.Millisecond)) // it was open
		require.NotNil(t, b.Refusal())
		wants(2, 5, begin.Add(1500*time.Millisecond))
		b.Reset()
		wants(2, 5, begin.Add(2500*time.Millisecond))
		b.ForceOpen()
		wants(3, 5, begin.Add(2500*time.Millisecond))
	})
}

// What a breaker would refuse is not refused in other modes.
func TestRefusedCountsOnlyWhatIsRefused(t *testing.T) {
	b := New(Config{})
	b.ForceOpen()
	for _, m := range []Mode{WatchOnly, Off} {
		b.SetMode(m)
		assert.NoError(t, call(b, Success))
		assert.Nil(t, b.Refusal())
	}
	assert.Zero(t, b.Snapshot().Refused)
}

func TestSnapshotHasTheShares(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Rate: 90 * Percent, Slow: time.Second, SlowRate: 90 * Percent})
		shares := func(failure, slow float64) {
			t.Helper()
			s := b.Snapshot()
			assert.Equal(t, failure, s.FailureShare)
			assert.Equal(t, slow, s.SlowShare)
		}
		shares(0, 0)
		mixed(b, 6, 1)
		slow := allowed(t, b)
		time.Sleep(time.Second)
		slow.Done(Success)
		shares(1.0/8, 1.0/8)
		b.ForceOpen()
		shares(0, 0)
	})
	b := New(Config{Failures: 9, Slow: time.Second, SlowRate: 50 * Percent})
	mixed(b, 1, 1)
	assert.Equal(t, 0.5, b.Snapshot().FailureShare, "although consecutive failures open it")
}

func TestSnapshotAsJSON(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(Config{Name: "ledger", Instance: "eu-west", Failures: 1, Cooldown: 1500 * time.Millisecond})
		marshal := func() string {
			text, err := json.Marshal(b.Snapshot())
			require.NoError(t, err)
			return string(text)
		}
		assert.JSONEq(t, `{"name":"ledger","instance":"eu-west","state":"closed","mode":"on"}`, marshal())
		fail(b, 1)
		assert.JSONEq(t, `{
			"name":"ledger","instance":"eu-west","state":"open","mode":"on","openings":1,"opened":1,
			"retryAfter":"1.5s","changed":"`+time.Now().Format(time.RFC3339Nano)+`"
		}`, marshal())

		b = New(Config{Name: "ledger", Failures: 4, Cooldown: time.Minute})
		fail(b, 1)
		assert.JSONEq(t, `{"name":"ledger","state":"closed","mode":"on","failures":1,"pressure":0.25}`, marshal())
		b.OpenFor(time.Second)
		assert.JSONEq(t, `{
			"name":"ledger","state":"open","mode":"on","remote":true,"opened":1,
			"retryAfter":"1s","changed":"`+time.Now().Format(time.RFC3339Nano)+`"
		}`, marshal())
		b.ForceRemote(Closed)
		assert.JSONEq(t, `{
			"name":"ledger","state":"closed","mode":"on","forced":true,"remote":true,"opened":1,
			"changed":"`+time.Now().Format(time.RFC3339Nano)+`"
		}`, marshal())
	})
}
