package retrypage

import (
	"context"
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

// keyedClient returns a group with a method whose calls have a key.
func keyedClient(t *testing.T) (*retry.Group, *retry.Method) {
	t.Helper()
	group := new(retry.Group)
	w := retry.NewWrapper("Client", parse(t, "breaker failures=1"), &retry.Options{Group: group})
	return group, w.Method("Get", retry.MethodSpec{Policy: parse(t, "simple attempts=1"), SharedBreaker: true, Keyed: true})
}

// The keys of a breaker are counted, and named only where the program says so.
func TestKeys(t *testing.T) {
	for _, show := range []bool{false, true} {
		group, m := keyedClient(t)
		for _, key := range []string{"acme", "zenith", "a", "b", "c", "d", "e", "f", "g"} {
			fail(t, m.For(key), 1)
		}
		d := pageOf(t, Config{Groups: Groups(group), ShowKeys: show}).observe().Dependencies[0]
		require.Len(t, d.Breakers, 1)
		keys := d.Breakers[0].Keys
		assert.Equal(t, 9, keys.Open)
		assert.Equal(t, "open for some keys: other calls pass", d.State+": "+d.Meaning)
		assert.Equal(t, "Breaker open for some keys: 9 keys are refused, and 0 are half-open.", d.Problems[0].Text)
		if show {
			assert.Len(t, keys.Worst, mostKeys)
			assert.Equal(t, keyView{Key: "a", State: breaker.Open}, keys.Worst[0])
		} else {
			assert.Empty(t, keys.Worst)
		}
	}
}

// Keys that somebody has forced are no closed keys, and somebody must undo it.
func TestForcedKeys(t *testing.T) {
	group, _ := keyedClient(t)
	page := pageOf(t, Config{Groups: Groups(group), ShowKeys: true})
	require.NoError(t, group.KeyBreaker("Client.Get", "acme").ForceClose())
	d := page.observe().Dependencies[0]
	assert.Equal(t, "forced for some keys: calls pass", d.State+": "+d.Meaning)
	assert.Equal(t, "Breaker forced for some keys: somebody has forced 1 key closed.", d.Problems[0].Text)
	require.NoError(t, group.KeyBreaker("Client.Get", "zenith").ForceOpen())
	d = page.observe().Dependencies[0]
	assert.Equal(t, "Breaker open for some keys: 1 key is refused, and 0 are half-open. Somebody has forced 2 keys.", d.Problems[0].Text)
	assert.Equal(t, &keysView{Keys: 2, Open: 1, Closed: 1, Forced: 2, Worst: []keyView{
		{Key: "zenith", State: breaker.Open, Forced: true}, {Key: "acme", Forced: true},
	}}, d.Breakers[0].Keys)
	assert.Contains(t, frameOf(page.observe()).Parts["d1-gauges"], "<code>zenith</code> open, forced")
}

// Calls with a key and calls without one can be under one breaker. Each has a form of its own.
func TestBreakerWithAndWithoutKeys(t *testing.T) {
	group := new(retry.Group)
	w := retry.NewWrapper("Client", parse(t, "breaker failures=1"), &retry.Options{Group: group})
	plain := w.Method("Ping", retry.MethodSpec{SharedBreaker: true})
	w.Method("Get", retry.MethodSpec{SharedBreaker: true, Keyed: true})
	fail(t, plain, 1)
	page := pageOf(t, Config{Groups: Groups(group), Control: allow})
	list := page.observe().Dependencies[0].Breakers
	require.Len(t, list, 2)
	assert.Equal(t, []any{"", breaker.Open}, []any{list[0].Method, list[0].State})
	assert.Equal(t, []any{"Client.Get", breaker.Closed}, []any{list[1].Method, list[1].State})
	require.Equal(t, http.StatusSeeOther, post(t, page, "/change", changeForm("force-open", "method", list[1].Method)).Code)
	assert.True(t, group.Snapshot().Keys.Rest.Forced)
	assert.False(t, group.Breaker().Snapshot().Forced)
}

// A form forces and resets one key, and the others stay as they are.
func TestKeyActions(t *testing.T) {
	group, m := keyedClient(t)
	page := pageOf(t, Config{Groups: Groups(group), Control: allow, ShowKeys: true})
	page.current()
	does := func(do, key string, more ...string) {
		t.Helper()
		w := post(t, page, "/change", changeForm(do, append([]string{"method", "Client.Get", "key", key}, more...)...))
		require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	}
	state := func(key any) breaker.Snapshot { return group.KeyBreaker("Client.Get", key).Snapshot() }
	does("key-force-open", "acme")
	assert.True(t, state("acme").Forced && state("acme").State == breaker.Open)
	require.ErrorIs(t, m.For("acme").Do(t.Context(), func(context.Context) error { return nil }), breaker.ErrOpen)
	succeed(t, m.For("zenith"), 1)
	assert.Equal(t, `Client: forced the key "acme" of Client.Get open`, page.current().Changes[0].What)
	does("key-force-close", "acme")
	assert.True(t, state("acme").Forced && state("acme").State == breaker.Closed)
	does("key-reset", "acme")
	assert.False(t, state("acme").Forced)
	for text, key := range map[string]any{"7": 7, "-7": -7, "18446744073709551615": uint64(1<<64 - 1)} {
		does("key-force-open", text, "kind", "number")
		assert.True(t, state(key).Forced, text)
		assert.False(t, state(text).Forced, "the text is another key")
		does("key-reset", text, "kind", "number")
	}
}

// The form lists the keys with a breaker of their own, and knows whether they are numbers.
func TestKeyForm(t *testing.T) {
	group, m := keyedClient(t)
	page := pageOf(t, Config{Groups: Groups(group), Control: allow, ShowKeys: true})
	page.current()
	form := func() string { return get(t, page, "/change?dependency=d1").Body.String() }
	assert.Contains(t, form(), "No key has a failure now.")
	fail(t, m.ForNumber(42), 1)
	for _, part := range []string{"<code>42</code> open", `<option value="42">`, `<option value="number" selected>`, `value="key-reset"`} {
		assert.Contains(t, form(), part)
	}
	require.NoError(t, group.SetPolicy("Client.Get", parse(t, "breaker off").Patch()))
	assert.NotContains(t, form(), "key-reset", "no call is under it now")
}

func TestKeyActionsThatAreRefused(t *testing.T) {
	tests := []struct {
		name   string
		form   url.Values
		status int
		text   string
	}{
		{"no reason", changeForm("key-force-open", "method", "Client.Get", "key", "acme", "reason", ""), 422, "Say why"},
		{"no key", changeForm("key-force-open", "method", "Client.Get"), 422, "say which key"},
		{"no number", changeForm("key-reset", "method", "Client.Get", "key", "acme", "kind", "number"), 422, "is not a whole number"},
		{"no method", changeForm("key-force-open", "key", "acme"), 422, "no such breaker"},
		{"another method", changeForm("key-force-open", "method", "Client.Put", "key", "acme"), 422, "no such breaker"},
	}
	group, _ := keyedClient(t)
	page := pageOf(t, Config{Groups: Groups(group), Control: allow, ShowKeys: true})
	page.current()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := post(t, page, "/change", tt.form)
			assert.Equal(t, tt.status, w.Code)
			assert.Contains(t, w.Body.String(), tt.text)
			assert.Zero(t, group.Snapshot().Keys.Keys)
			assert.Empty(t, page.observe().Changes)
		})
	}
}

// Without Config.ShowKeys there is no form for keys, and one from elsewhere does nothing and
// leaves no key in the log. With it, the program must still consent.
func TestKeyActionsNeedBoth(t *testing.T) {
	form := func() url.Values { return changeForm("key-force-open", "method", "Client.Get", "key", "acme") }
	for name, tt := range map[string]struct {
		config Config
		status int
	}{
		"no ShowKeys": {Config{Control: allow}, http.StatusUnprocessableEntity},
		"no consent":  {Config{Control: deny, ShowKeys: true}, http.StatusForbidden},
		"no Control":  {Config{ShowKeys: true}, http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			group, m := keyedClient(t)
			fail(t, m.For("secret"), 1)
			var log strings.Builder
			tt.config.Groups, tt.config.Logger = Groups(group), slog.New(slog.NewTextHandler(&log, nil))
			page := pageOf(t, tt.config)
			page.current()
			forms := get(t, page, "/change?dependency=d1").Body.String()
			assert.NotContains(t, forms, "key-force-open")
			assert.NotContains(t, forms, "secret")
			assert.Equal(t, tt.status, post(t, page, "/change", form()).Code)
			assert.False(t, group.KeyBreaker("Client.Get", "acme").Snapshot().Forced)
			assert.NotContains(t, log.String(), "acme")
		})
	}
	group, _ := keyedClient(t)
	page := pageOf(t, Config{Groups: Groups(group), Control: allow, ShowKeys: true})
	page.current()
	r := request(t, http.MethodPost, "/change", form()) // without the token
	w := serve(page, r)
	assert.Equal(t, http.StatusConflict, w.Code)
	foreign := form()
	foreign.Set("token", page.token)
	r = request(t, http.MethodPost, "/change", foreign)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	assert.Equal(t, http.StatusForbidden, serve(page, r).Code)
	assert.Zero(t, group.Snapshot().Keys.Keys)
}

func serve(p *Page, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w
}
