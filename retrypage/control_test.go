package retrypage

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	retry "github.com/retrygen/retrygen/runtime"
)

func allow(*http.Request) error { return nil }

func deny(*http.Request) error { return errors.New("who are you?") }

// post sends a form of the page.
func post(t testing.TB, p *Page, path string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	form.Set("token", p.token)
	w := httptest.NewRecorder()
	p.ServeHTTP(w, request(t, http.MethodPost, path, form))
	return w
}

// change asks for an action for the first dependency.
func changeForm(do string, more ...string) url.Values {
	form := url.Values{"dependency": {"d1"}, "do": {do}, "reason": {"the bank is down"}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

func TestActions(t *testing.T) {
	group, _ := payments(t)
	page := pageOf(t, Config{Groups: Groups(group), Control: allow})
	page.current()
	does := func(form url.Values) {
		t.Helper()
		w := post(t, page, "/change", form)
		require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
		assert.Equal(t, "./#d1", w.Header().Get("Location"))
	}
	b := group.Breaker()
	does(changeForm("force-open"))
	assert.True(t, b.Snapshot().Forced && b.State() == breaker.Open)
	does(changeForm("force-close"))
	assert.True(t, b.Snapshot().Forced && b.State() == breaker.Closed)
	does(changeForm("reset"))
	assert.False(t, b.Snapshot().Forced)
	does(changeForm("mode-watch"))
	assert.Equal(t, breaker.WatchOnly, b.Mode())
	does(changeForm("mode-off"))
	assert.Equal(t, breaker.Off, b.Mode())
	does(changeForm("mode-on"))
	does(changeForm("all-watch"))
	assert.Equal(t, breaker.WatchOnly, b.Mode())
	does(changeForm("all-on"))
	assert.Equal(t, breaker.On, b.Mode())
	does(changeForm("disable"))
	assert.False(t, group.Snapshot().Enabled)
	does(changeForm("enable"))
	assert.True(t, group.Snapshot().Enabled)
	does(changeForm("set-policy", "method", "Payments.Charge", "policy", "simple attempts=1; breaker failures=7"))
	assert.Equal(t, 7, group.Snapshot().Methods[0].Policy.Breaker.Failures)
	does(changeForm("force-open", "method", "Payments.Charge"))
	assert.Equal(t, breaker.Open, group.MethodBreaker("Payments.Charge").State())
	assert.Equal(t, breaker.Closed, b.State(), "the shared one is another")
	does(changeForm("reset-policy", "method", "Payments.Charge"))
	assert.Equal(t, 2, group.Snapshot().Methods[0].Policy.Breaker.Failures)
	does(changeForm("set-policy", "method", "Payments.Charge", "policy", "attempts=9"))
	assert.Equal(t, 9, group.Snapshot().Methods[0].Policy.Retry.Attempts)
	does(changeForm("undo-policy", "method", "Payments.Charge"))
	assert.Equal(t, 2, group.Snapshot().Methods[0].Policy.Breaker.Failures)

	assert.Len(t, page.current().Changes, 15)
	newest := page.current().Changes[0]
	assert.Equal(t, "Payments: Payments.Charge runs as its source says again", newest.What)
	assert.Equal(t, "the bank is down", newest.Reason)
	for range 2 * mostChanges {
		does(changeForm("reset"))
	}
	assert.Len(t, page.current().Changes, mostChanges)
}

// A form that asks for nothing that can be done changes nothing and says why.
func TestChangesThatAreRefused(t *testing.T) {
	tests := []struct {
		name   string
		form   url.Values
		status int
		text   string
	}{
		{"no reason", changeForm("force-open", "reason", ""), 422, "Say why"},
		{"a blank reason", changeForm("force-open", "reason", " \t"), 422, "Say why"},
		{"a long reason", changeForm("force-open", "reason", strings.Repeat("x", mostReason+1)), 422, "Say why"},
		{"no action", changeForm(""), 422, "no such action"},
		{"unknown action", changeForm("explode"), 422, "no such action"},
		{"unknown dependency", changeForm("force-open", "dependency", "d7"), 404, "no such dependency"},
		{"unknown breaker", changeForm("force-open", "method", "Payments.Refund"), 422, "no such breaker"},
		{"bad policy", changeForm("set-policy", "method", "Payments.Charge", "policy", "simple atempts=2"), 422, "atempts"},
		{"impossible policy", changeForm("set-policy", "method", "Payments.Charge", "policy", "simple attempts=unlimited"), 422, "Nothing has changed"},
		{"unknown method", changeForm("set-policy", "method", "Payments.Refund", "policy", "none"), 422, "no method Payments.Refund"},
		{"too much", changeForm("force-open", "policy", strings.Repeat("x", mostForm)), 400, "cannot be read"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			group, _ := payments(t)
			page := pageOf(t, Config{Groups: Groups(group), Control: allow})
			before := group.Snapshot()
			w := post(t, page, "/change", tt.form)
			assert.Equal(t, tt.status, w.Code)
			assert.Contains(t, w.Body.String(), tt.text)
			assert.Equal(t, before, group.Snapshot())
			assert.Empty(t, page.current().Changes)
		})
	}
}

// Nothing is changed and no form is shown without the program's consent, for a form of
// another origin, by GET, and for a form of another process.
func TestConsent(t *testing.T) {
	forced := changeForm("force-open")
	tests := []struct {
		name    string
		control func(*http.Request) error
		change  func(*http.Request)
		want    int
	}{
		{"allowed", allow, func(*http.Request) {}, 303},
		{"the program says no", deny, func(*http.Request) {}, 403},
		{"another origin", allow, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		{"a neighbour", allow, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }, 403},
		{"another origin, an old browser", allow, func(r *http.Request) {
			r.Header.Del("Sec-Fetch-Site")
			r.Header.Set("Origin", "https://attacker.example")
		}, 403},
		{"a name that was rebound", allow, func(r *http.Request) { r.Host = "attacker.example" }, 421},
		{"GET", allow, func(r *http.Request) { r.Method = http.MethodGet }, 404}, // it asks for the forms of no dependency
		{"PUT", allow, func(r *http.Request) { r.Method = http.MethodPut }, 405},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			group, _ := payments(t)
			var log strings.Builder
			page := pageOf(t, Config{Groups: Groups(group), Control: tt.control, Logger: slog.New(slog.NewTextHandler(&log, nil))})
			forced.Set("token", page.token)
			r := request(t, http.MethodPost, "/change", forced)
			tt.change(r)
			w := httptest.NewRecorder()
			page.ServeHTTP(w, r)
			assert.Equal(t, tt.want, w.Code)
			assert.Equal(t, tt.want == http.StatusSeeOther, group.Breaker().Snapshot().Forced)
			assert.NotContains(t, w.Body.String(), "who are you?", "the reader learns no details")
			if tt.want == http.StatusForbidden && r.Header.Get("Sec-Fetch-Site") == "same-origin" {
				assert.Contains(t, log.String(), "who are you?")
			}
		})
	}
	t.Run("another process", func(t *testing.T) {
		group, _ := payments(t)
		page, other := pageOf(t, Config{Groups: Groups(group), Control: allow}), pageOf(t, Config{Control: allow})
		forced.Set("token", other.token)
		w := httptest.NewRecorder()
		page.ServeHTTP(w, request(t, http.MethodPost, "/change", forced))
		assert.Equal(t, http.StatusConflict, w.Code)
		assert.False(t, group.Breaker().Snapshot().Forced)
	})
	t.Run("the forms", func(t *testing.T) {
		group, _ := payments(t)
		page := pageOf(t, Config{Groups: Groups(group), Control: deny})
		assert.NotContains(t, get(t, page, "/").Body.String(), "change?")
		w := get(t, page, "/change?dependency=d1")
		assert.Equal(t, http.StatusForbidden, w.Code)
		assert.NotContains(t, w.Body.String(), page.token)
	})
}

// The log and the page say who has changed what, and why.
func TestChangesAreLogged(t *testing.T) {
	group, _ := payments(t)
	var log strings.Builder
	page := pageOf(t, Config{Groups: Groups(group), Control: allow, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	page.current()
	form := changeForm("force-open")
	form.Set("token", page.token)
	r := request(t, http.MethodPost, "/change", form)
	r.SetBasicAuth("anna", "secret")
	page.ServeHTTP(httptest.NewRecorder(), r)
	for _, part := range []string{"retry page: changed", "dependency=Payments", `change="forced the breaker open"`, `reason="the bank is down"`, "anna, 192.0.2.1"} {
		assert.Contains(t, log.String(), part)
	}
	assert.NotContains(t, log.String(), "secret")
	assert.Contains(t, get(t, page, "/").Body.String(), "anna")
}

func TestWho(t *testing.T) {
	r := request(t, http.MethodPost, "/change", nil)
	assert.Equal(t, "192.0.2.1:1234", who(r))
	r.SetBasicAuth("anna", "x")
	assert.Equal(t, "anna, 192.0.2.1:1234", who(r))
	certificate := &x509.Certificate{Subject: pkix.Name{CommonName: "bert"}}
	r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{certificate}}
	assert.Equal(t, "anna, 192.0.2.1:1234", who(r), "a certificate that nobody has verified says nothing")
	r.TLS.VerifiedChains = [][]*x509.Certificate{{certificate}}
	assert.Equal(t, "CN=bert, 192.0.2.1:1234", who(r))
}

// A preview shows what a policy would do, changes nothing, and points at mistakes.
func TestPreview(t *testing.T) {
	group, _ := payments(t)
	page := pageOf(t, Config{Groups: Groups(group), Control: allow})
	page.current()
	before := group.Snapshot()
	preview := func(text string) *httptest.ResponseRecorder {
		return post(t, page, "/preview", url.Values{"dependency": {"d1"}, "method": {"Payments.Charge"}, "policy": {text}})
	}
	good := preview("exponential attempts=3 base=100ms; timeout total=2s")
	assert.Equal(t, http.StatusOK, good.Code)
	for _, part := range []string{
		"up to 2 attempts, with waits of 0s", "up to 3 attempts, with waits of 100ms, 200ms", "a call takes at most 2s",
		`value="set-policy"`, `name="policy" value="exponential attempts=3 base=100ms; timeout total=2s"`,
	} {
		assert.Contains(t, good.Body.String(), part)
	}
	wrong := preview("simple attempts=2;\n timeout totl=2s")
	assert.Equal(t, http.StatusUnprocessableEntity, wrong.Code)
	assert.Contains(t, wrong.Body.String(), "column 28: unknown key &#34;totl&#34;")
	assert.Contains(t, wrong.Body.String(), strings.Repeat(" ", 27)+"^^^^")
	assert.NotContains(t, wrong.Body.String(), "set-policy")
	never := preview("simple attempts=3 delay=5s; timeout total=2s")
	assert.Contains(t, never.Body.String(), "attempt 2")
	assert.NotContains(t, never.Body.String(), "set-policy")
	assert.Contains(t, preview("").Body.String(), "As the program has started")
	assert.Equal(t, before, group.Snapshot())
}

// The methods of an interface can be changed together.
func TestPolicyOfAnInterface(t *testing.T) {
	group, _ := payments(t)
	clientOf(t, group, "Payments", "Balance", "breaker failures=2 cooldown=30s; budget burst=100", "simple attempts=5")
	page := pageOf(t, Config{Groups: Groups(group), Control: allow})
	assert.Contains(t, get(t, page, "/change?dependency=d1").Body.String(), "Policy of all methods of Payments")
	preview := post(t, page, "/preview", url.Values{"dependency": {"d1"}, "method": {"Payments"}, "policy": {"attempts=1"}}).Body.String()
	for _, part := range []string{"<h2>Payments.Balance</h2>", "up to 5 attempts", "<h2>Payments.Charge</h2>", "1 attempt: nothing is retried"} {
		assert.Contains(t, preview, part)
	}
	w := post(t, page, "/change", changeForm("set-policy", "method", "Payments", "policy", "attempts=1"))
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	for _, m := range group.Snapshot().Methods {
		assert.Equal(t, 1, m.Policy.Retry.Attempts)
	}
}

// A group that has left cannot be changed by the form that was made for it.
func TestChangeOfAGroupThatHasLeft(t *testing.T) {
	one, _ := payments(t)
	two, _ := payments(t)
	groups := []*retry.Group{one}
	page := pageOf(t, Config{Groups: func() []*retry.Group { return groups }, Control: allow})
	page.current()
	groups = []*retry.Group{two}
	w := post(t, page, "/change", changeForm("force-open"))
	assert.Equal(t, http.StatusNotFound, w.Code)
	assert.False(t, two.Breaker().Snapshot().Forced)
}
