package browser

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/fleet"
	"github.com/retrygen/retrygen/fleet/fleettest"
	"github.com/retrygen/retrygen/retrypage"
)

// join makes this process the member of a fleet, until the test ends.
func join(t *testing.T, store *fleettest.Conn) *fleet.Fleet {
	t.Helper()
	f, err := fleet.New(fleet.Config{Store: store, Bus: store, Name: "web-1"})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- f.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
	return f
}

func put(t *testing.T, store fleet.Store, text string) {
	t.Helper()
	before, err := store.Get(t.Context())
	require.NoError(t, err)
	_, err = store.Put(t.Context(), text, before.Revision)
	require.NoError(t, err)
}

// A page that is open shows what the operator of the fleet says, and what this process refuses.
func TestFleet(t *testing.T) {
	store := new(fleettest.Engine).Connect()
	f := join(t, store)
	d := newDependency(t, "Payments", "breaker failures=3", "simple attempts=2", f.Instrument)
	origin, address := serve(t, retrypage.Config{Fleet: func() any { return f.Status() }}, d)
	b := newTab(t, origin)
	b.do(chromedp.Navigate(address))
	b.shows("#live", "live")
	b.shows("#fleet", "1 alive")
	put(t, store, "for 30m by anna: the bank is slow\nPayments: attempts=1\n")
	assert.Less(t, b.shows("#fleet", "the bank is slow"), soon)
	b.shows("#fleet", "29m")
	b.do(chromedp.Focus(chromedp.CSS("#d1 summary")), chromedp.KeyEvent("\r"))
	b.shows("#d1-methods .policy .tag", "fleet")
	put(t, store, "for 30m by anna: a slip\nPayments: atempts=1\n")
	b.shows("#fleet", "Revision 2 of the document was refused")
	b.shows("#verdict", "the fleet needs a look")
	b.shows("#fleet", "the bank is slow")
}
