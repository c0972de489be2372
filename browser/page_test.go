package browser

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/retrypage"
	retry "github.com/retrygen/retrygen/runtime"
)

// soon is how late a page may show a change, on a machine that does other things as well. A
// page without a stream would need five seconds.
const soon = 4 * time.Second

// A page that is open follows the breaker, and says it in the title, too.
func TestPageFollowsTheBreaker(t *testing.T) {
	d := newDependency(t, "Payments", "breaker failures=3 cooldown=10s", "simple attempts=1")
	other := newDependency(t, "Search", "breaker failures=3", "simple attempts=1")
	origin, address := serve(t, retrypage.Config{}, other, d)
	b := newTab(t, origin)
	b.do(chromedp.Navigate(address))
	b.shows("#live", "live")
	b.shows("#verdict", "All 2 dependencies work")
	b.shows("#d2 .state", "closed")

	d.down.Store(true)
	d.call(3)
	require.Equal(t, breaker.Open, d.group.Breaker().State())
	assert.Less(t, b.shows("#d2 .state", "open"), soon)
	b.shows("#verdict", "1 of 2 dependencies fails")
	b.shows("#problems", "Payments: Breaker open: calls are refused at once. Next probe in")
	assert.True(t, evaluate[bool](b, `document.title.startsWith("✕ 1 of 2")`))
	assert.True(t, evaluate[bool](b, `document.querySelector("#dependencies article").id === "d2"`), "what is wrong is on top")

	b.shows("#problems", "The next call is a probe")
	probing, end := make(chan struct{}), make(chan struct{})
	d.down.Store(false)
	go d.probe(probing, end)
	<-probing
	assert.Less(t, b.shows("#d2 .state", "half-open"), soon)
	close(end)
	assert.Less(t, b.shows("#d2 .state", "closed"), soon)
}

// A page under chaos says so wherever it says that something fails.
func TestPageUnderChaos(t *testing.T) {
	d := newDependency(t, "Payments", "breaker failures=2 cooldown=1h", "simple attempts=1")
	origin, address := serve(t, retrypage.Config{}, d)
	b := newTab(t, origin)
	b.do(chromedp.Navigate(address))
	b.shows("#live", "live")
	require.NoError(t, d.group.SetChaos("Payments", &retry.Chaos{Acts: []retry.ChaosAct{{Kind: retry.ChaosFailure, Share: 1}}}))
	assert.Less(t, b.shows("#verdict", "chaos is on"), soon)
	d.call(2)
	b.shows("#verdict", "The dependency fails · chaos is on")
	b.shows("#problems", "Payments chaos: Breaker open")
	b.shows("#d1-head", "on purpose (100% error)")
	assert.True(t, evaluate[bool](b, `document.title.includes("chaos")`))
	require.NoError(t, d.group.SetChaos("Payments", nil))
	d.group.Breaker().Reset()
	b.shows("#verdict", "The dependency works")
	assert.False(t, evaluate[bool](b, `document.body.innerText.includes("chaos")`))
}

// Without scripts the page loads itself again.
func TestWithoutJavaScript(t *testing.T) {
	d := newDependency(t, "Payments", "breaker failures=3 cooldown=1h", "simple attempts=1")
	origin, address := serve(t, retrypage.Config{}, d)
	b := newTab(t, origin)
	send(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.do(chromedp.Navigate(address))
	b.shows("#verdict", "The dependency works")
	assert.NotContains(t, evaluate[string](b, `document.querySelector("#live").innerText`), "live")
	d.down.Store(true)
	d.call(3)
	b.shows("#verdict", "The dependency fails")
}

// A page that has lost its program says so, and does not look healthy.
func TestPageThatHasLostItsProgram(t *testing.T) {
	d := newDependency(t, "Payments", "breaker failures=3", "simple attempts=1")
	origin, stop := serveUntil(t, retrypage.Config{}, d)
	b := newTab(t, origin)
	b.do(chromedp.Navigate(origin + prefix))
	b.shows("#live", "live")
	stop()
	b.shows("#live", "NOT CONNECTED")
	assert.True(t, evaluate[bool](b, `document.body.classList.contains("stale")`))
	b.forgive("ERR_CONNECTION_REFUSED")
	b.forgive("ERR_INCOMPLETE_CHUNKED_ENCODING")
}

// Methods can be opened with the keyboard, and stay open while the page is updated.
func TestKeyboard(t *testing.T) {
	d := newDependency(t, "Payments", "breaker failures=3", "simple attempts=1")
	origin, address := serve(t, retrypage.Config{}, d)
	b := newTab(t, origin)
	b.do(chromedp.Navigate(address))
	b.shows("#live", "live")
	b.do(chromedp.Focus(chromedp.CSS("#d1 summary")), chromedp.KeyEvent("\r"))
	d.call(7)
	b.shows("#d1-methods", "7 calls")
	assert.True(t, evaluate[bool](b, `document.querySelector("#d1 details").open`))
	assert.True(t, evaluate[bool](b, `document.activeElement.tagName === "SUMMARY"`), "the focus stays")
}
