package retrypage

import (
	"context"
	"encoding/json"
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

// joined returns a page of a process that takes part in a fleet, until the test ends.
func joined(t *testing.T, store *fleettest.Conn) (*Page, *retry.Group) {
	t.Helper()
	f, err := fleet.New(fleet.Config{Store: store, Bus: store, Name: "web-1"})
	require.NoError(t, err)
	opts := &retry.Options{Group: new(retry.Group)}
	f.Instrument(opts)
	w := retry.NewWrapper("Payments", parse(t, "breaker failures=2"), opts)
	w.Method("Charge", retry.MethodSpec{SharedBreaker: true})
	w.Made()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- f.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
	return pageOf(t, Config{Groups: Groups(opts.Group), Fleet: func() any { return f.Status() }}), opts.Group
}

// The page shows what is in force in the fleet, by whom and why, and for how long.
func TestFleet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(fleettest.Engine).Connect()
		page, group := joined(t, store)
		synctest.Wait()
		v := page.observe()
		assert.Equal(t, "The dependency works", v.Verdict)
		assert.Equal(t, fine, v.Fleet.Level)
		assert.Contains(t, frameOf(v).Parts["fleet"], "1 alive")

		put(t, store, "for 30m by anna: the bank is <slow>\nPayments: mode watch-only\nOther: attempts=2\n")
		time.Sleep(10 * time.Second)
		synctest.Wait()
		require.Equal(t, breaker.WatchOnly, group.Breaker().Mode())
		v = page.observe()
		assert.Equal(t, note, v.Fleet.Level)
		assert.EqualValues(t, 1, v.Fleet.Control.Revision)
		html := frameOf(v).Parts["fleet"]
		for _, part := range []string{"revision 1", "<td>anna</td>", "the bank is &lt;slow&gt;", "<code>Payments: mode watch-only</code>", "29m50s", "names that no wrapper of this process has: Other"} {
			assert.Contains(t, html, part)
		}
		assert.Equal(t, "Breaker watch only: it counts, but it refuses nothing. The operator of the fleet has set that.", v.Dependencies[0].Problems[0].Text)
		text, err := json.Marshal(v)
		require.NoError(t, err)
		assert.Contains(t, string(text), `"author":"anna"`)

		put(t, store, "for 30m by anna: a slip\nPayments: atempts=2\n")
		time.Sleep(10 * time.Second)
		synctest.Wait()
		v = page.observe()
		assert.Equal(t, warn, v.Fleet.Level)
		assert.Equal(t, "The dependency works · the fleet needs a look", v.Verdict)
		assert.Contains(t, frameOf(v).Parts["fleet"], "Revision 2 of the document was refused at")
		assert.Contains(t, frameOf(v).Parts["fleet"], "revision 1", "it stays in force")
	})
}

func put(t *testing.T, store fleet.Store, text string) {
	t.Helper()
	d, err := store.Get(t.Context())
	require.NoError(t, err)
	_, err = store.Put(t.Context(), text, d.Revision)
	require.NoError(t, err)
}

// What can be wrong with the fleet of a process.
func TestFleetProblems(t *testing.T) {
	at := time.Date(2030, 1, 2, 15, 4, 5, 0, time.UTC)
	up := fleet.EngineStatus{Reachable: true, Since: at}
	tests := []struct {
		name   string
		status any
		level  level
		text   string
	}{
		{"not running", fleet.Status{Process: "web-1"}, warn, "This process takes no part in the fleet: Run of the Fleet is not under way."},
		{"no answer", fleet.Status{Running: true, Control: new(fleet.ControlStatus)}, warn, "The store of the document has not answered yet. What is in force stays until its time is over."},
		{"lost store", fleet.Status{Running: true, Control: &fleet.ControlStatus{Store: fleet.EngineStatus{Since: at}}}, warn, "The store of the document cannot be reached since 15:04:05. What is in force stays until its time is over."},
		{"lost bus", fleet.Status{Running: true, Hints: &fleet.HintsStatus{Bus: fleet.EngineStatus{Since: at}}}, warn, "The bus cannot be reached since 15:04:05. This process hears of no other, and no other of this one."},
		{"ambiguous", fleet.Status{Running: true, Hints: &fleet.HintsStatus{Bus: up, Ambiguous: []string{"A", "B"}}}, warn, "Several breakers have the same name and instance, so they take no part: A, B. Options.Name tells them apart."},
		{"fine", fleet.Status{Running: true, Control: &fleet.ControlStatus{Store: up}, Hints: &fleet.HintsStatus{Bus: up}}, fine, ""},
		{"no status", "a text", warn, "The status of the fleet cannot be read: Config.Fleet returns no fleet.Status."},
		{"no JSON", func() {}, warn, "The status of the fleet cannot be read: Config.Fleet returns no fleet.Status."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := fleetOf(tt.status)
			assert.Equal(t, tt.level, v.Level)
			text := ""
			if v.Problems != nil {
				text = v.Problems[0].Text
			}
			assert.Equal(t, tt.text, text)
		})
	}
}
