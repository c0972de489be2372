package browser

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/retrypage"
)

// With the program's consent, and a reason, a click forces the breaker open. The page says
// so, and who did it.
func TestControl(t *testing.T) {
	d := newDependency(t, "Payments", "breaker failures=3", "simple attempts=1")
	origin, address := serve(t, retrypage.Config{Control: allow, Who: func(*http.Request) string { return "anna" }}, d)
	b := newTab(t, origin)
	b.do(chromedp.Navigate(address), chromedp.Click(chromedp.CSS("#d1 .act a")))
	b.shows("h1", "change Payments")
	b.do(chromedp.Click(chromedp.CSS("button[value=force-open]")))
	assert.False(t, d.group.Breaker().Snapshot().Forced, "the browser asks for a reason")
	b.do(
		chromedp.SendKeys(chromedp.CSS("#breaker0-reason"), "the bank is down"),
		chromedp.Click(chromedp.CSS("button[value=force-open]")),
	)
	b.shows("#d1 .state", "forced open")
	assert.Equal(t, breaker.Open, d.group.Breaker().State())
	for _, text := range []string{"anna", "Payments: forced the breaker open", "the bank is down"} {
		b.shows("#changes", text)
	}
	b.shows("#live", "live")
	d.group.Breaker().Reset()
	b.shows("#d1 .state", "closed")
}

// A single key of a breaker is forced open, and reset, by its own form. The keys that fail are
// offered while somebody types.
func TestControlOfAKey(t *testing.T) {
	d := newKeyedDependency(t, "Payments", "breaker failures=1")
	d.down.Store(true)
	d.callFor("acme")
	origin, address := serve(t, retrypage.Config{Control: allow, ShowKeys: true, Who: func(*http.Request) string { return "anna" }}, d)
	b := newTab(t, origin)
	change := func(key, button string) {
		t.Helper()
		b.do(chromedp.Navigate(address + "change?dependency=d1"))
		b.shows("h1", "change Payments")
		assert.Equal(t, "acme", evaluate[string](b, `document.querySelector("#key0").list.options[0].value`))
		b.do(
			chromedp.SendKeys(chromedp.CSS("#key0"), key),
			chromedp.SendKeys(chromedp.CSS("#key0-reason"), "the customer asked"),
			chromedp.Click(chromedp.CSS("button[value="+button+"]")),
		)
	}
	change("zenith", "key-force-open")
	b.shows("#d1 .state", "open for some keys")
	b.shows("#d1-gauges", "zenith open, forced")
	b.shows("#changes", `Payments: forced the key "zenith" of Payments.Get open`)
	assert.True(t, d.group.KeyBreaker("Payments.Get", "zenith").Snapshot().Forced)
	assert.False(t, d.group.Breaker().Snapshot().Forced, "other keys stay as they are")
	change("zenith", "key-reset")
	b.shows("#d1-gauges", "1 open")
	change("acme", "key-reset")
	b.shows("#d1 .state", "closed")
}

// Without consent there is no way to the forms, and a form that was open before does nothing.
func TestControlNeedsConsent(t *testing.T) {
	var refuses atomic.Bool
	d := newDependency(t, "Payments", "breaker failures=3", "simple attempts=1")
	origin, address := serve(t, retrypage.Config{Control: func(*http.Request) error {
		if refuses.Load() {
			return errors.New("not now")
		}
		return nil
	}}, d)
	b := newTab(t, origin)
	b.do(chromedp.Navigate(address + "change?dependency=d1"))
	b.do(chromedp.SendKeys(chromedp.CSS("#breaker0-reason"), "I want to"))
	refuses.Store(true)
	b.do(chromedp.Click(chromedp.CSS("button[value=force-open]")))
	b.shows("main", "You may not change anything here")
	assert.False(t, d.group.Breaker().Snapshot().Forced)
	b.do(chromedp.Navigate(address))
	b.shows("#verdict", "works")
	assert.False(t, evaluate[bool](b, `document.querySelector("a[href^=change]") !== null`))
	b.forgive("403")
}

// A policy is previewed, with its mistakes, before it is in force.
func TestPolicyIsPreviewed(t *testing.T) {
	d := newDependency(t, "Payments", "breaker failures=3", "simple attempts=2 delay=0s")
	origin, address := serve(t, retrypage.Config{Control: allow}, d)
	b := newTab(t, origin)
	preview := func(field, text string) {
		b.do(
			chromedp.SetValue(chromedp.CSS(field), text),
			chromedp.Click(chromedp.CSS("form[action=preview] button")),
		)
	}
	b.do(chromedp.Navigate(address + "change?dependency=d1"))
	preview("#policy0", "simple atempts=4")
	b.shows("#faults", "column 8: unknown key")
	b.shows("#faults pre", "       ^^^^^^^")
	preview("#policy", "simple attempts=4 delay=10ms")
	b.shows(".sides", "up to 4 attempts, with waits of 10ms, 10ms, 10ms")
	assert.Equal(t, 2, d.group.Snapshot().Methods[0].Policy.Retry.Attempts, "nothing has changed yet")
	b.do(
		chromedp.SendKeys(chromedp.CSS("#set-reason"), "more patience"),
		chromedp.Click(chromedp.CSS("button[value=set-policy]")),
	)
	b.shows("#d1", "1 method runs under a policy that the source does not say")
	assert.Equal(t, 4, d.group.Snapshot().Methods[0].Policy.Retry.Attempts)
	b.forgive("422")
}

// A page of another origin can neither change anything, nor read or frame the page.
func TestOtherOrigins(t *testing.T) {
	d := newDependency(t, "Payments", "breaker failures=3", "simple attempts=1")
	origin, address := serve(t, retrypage.Config{Control: allow}, d)
	attacker := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(`<!doctype html><link rel="icon" href="data:,"><title>attacker</title>
<form method="post" action="` + address + `change"><input name="do" value="force-open"><input name="dependency" value="d1"><input name="reason" value="x"><button>Win a prize</button></form>
<iframe src="` + address + `"></iframe>`))
	}))
	t.Cleanup(attacker.Close)
	b := newTab(t, origin, attacker.URL)
	b.do(chromedp.Navigate(attacker.URL + "/"))
	read := evaluateAsync[string](b, `fetch("`+address+`snapshot.json").then(r => "read " + r.status, e => "refused")`)
	assert.Equal(t, "refused", read)
	blind := evaluateAsync[string](b, `fetch("`+address+`change", {method: "POST", mode: "no-cors", body: new URLSearchParams({do: "force-open", dependency: "d1", reason: "x"})}).then(r => r.type, e => "refused")`)
	assert.Contains(t, []string{"opaque", "refused"}, blind)
	framed := evaluate[bool](b, `(() => { try { return frames[0].document.querySelector("#verdict") !== null } catch { return false } })()`)
	assert.False(t, framed)
	b.do(chromedp.Click(chromedp.CSS("button")))
	b.shows("body", "A page of another origin has sent this")
	require.False(t, d.group.Breaker().Snapshot().Forced)
	b.forgive("") // the browser complains about the attacker
}
