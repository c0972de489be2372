package retrypage

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

var errDown = errors.New("dial tcp 10.0.0.7: connection refused")

func parse(t testing.TB, text string) policy.Policy {
	t.Helper()
	p, err := policy.Parse(text)
	require.NoError(t, err)
	return p
}

// clientOf returns a method of an interface whose methods share what the text says.
func clientOf(t testing.TB, group *retry.Group, name, method, shared, own string) *retry.Method {
	t.Helper()
	p := parse(t, shared)
	return retry.NewWrapper(name, p, &retry.Options{Group: group}).Method(method, retry.MethodSpec{
		Policy: parse(t, own), SharedBreaker: p.Breaker != policy.Breaker{}, SharedBudget: p.Budget != policy.Budget{}, SharedLimit: p.Limit != policy.Limit{},
	})
}

// payments returns a group whose breaker opens after two failures, and its method.
func payments(t testing.TB) (*retry.Group, *retry.Method) {
	t.Helper()
	group := new(retry.Group)
	return group, clientOf(t, group, "Payments", "Charge", "breaker failures=2 cooldown=30s; budget burst=100", "simple attempts=2 delay=0s")
}

// fail makes n calls that fail.
func fail(t testing.TB, m *retry.Method, n int) {
	t.Helper()
	for range n {
		require.Error(t, m.Do(t.Context(), func(context.Context) error { return errDown }))
	}
}

// pageOf returns a page that logs to the test and is closed after it.
func pageOf(t testing.TB, config Config) *Page {
	t.Helper()
	if config.Logger == nil {
		config.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	p := Handler(config)
	t.Cleanup(p.Close)
	return p
}

// get asks for a path as a browser does that follows a link.
func get(t testing.TB, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, request(t, http.MethodGet, path, nil))
	return w
}

func request(t testing.TB, method, path string, form url.Values) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form.Encode()))
	r.Host = "localhost:8080"
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	return r
}

// A page works below any prefix, whether or not somebody strips it.
func TestPaths(t *testing.T) {
	group, _ := payments(t)
	page := pageOf(t, Config{Groups: Groups(group), Control: allow})
	mux := http.NewServeMux()
	mux.Handle("/debug/retry/", page)
	stripped := http.NewServeMux()
	stripped.Handle("/ops/", http.StripPrefix("/ops", page))
	exact := http.StripPrefix("/ops", page)
	tests := []struct {
		name    string
		handler http.Handler
		method  string
		path    string
		status  int
		content string
	}{
		{"a mux", mux, "GET", "/debug/retry/", 200, "text/html; charset=utf-8"},
		{"a mux", mux, "HEAD", "/debug/retry/", 200, "text/html; charset=utf-8"},
		{"a mux", mux, "GET", "/debug/retry/snapshot.json", 200, "application/json"},
		{"a mux", mux, "GET", "/debug/retry/change?dependency=d1", 200, "text/html; charset=utf-8"},
		{"a mux", mux, "HEAD", "/debug/retry/events", 200, "text/event-stream"},
		{"a mux", mux, "GET", "/debug/retry/nothing", 404, ""},
		{"a mux", mux, "POST", "/debug/retry/", 405, ""},
		{"a mux", mux, "DELETE", "/debug/retry/change", 405, ""},
		{"a mux", mux, "GET", "/debug/retry/preview", 405, ""},
		{"stripped", stripped, "GET", "/ops/", 200, "text/html; charset=utf-8"},
		{"stripped", stripped, "GET", "/ops/snapshot.json", 200, "application/json"},
		{"alone", page, "GET", "/", 200, "text/html; charset=utf-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name+" "+tt.method+" "+tt.path, func(t *testing.T) {
			w := httptest.NewRecorder()
			tt.handler.ServeHTTP(w, request(t, tt.method, tt.path, nil))
			assert.Equal(t, tt.status, w.Code)
			if tt.content != "" {
				assert.Equal(t, tt.content, w.Header().Get("Content-Type"))
			}
		})
	}
	w := get(t, exact, "/ops?x=y")
	assert.Equal(t, http.StatusMovedPermanently, w.Code)
	assert.Equal(t, "ops/", w.Header().Get("Location"), "relative to what was asked for")
}

// Without Config.Control, nothing can be sent to the page, and it offers nothing.
func TestWithoutControlThereIsNothingToSend(t *testing.T) {
	group, _ := payments(t)
	page := pageOf(t, Config{Groups: Groups(group)})
	for _, path := range []string{"/change", "/preview"} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			w := httptest.NewRecorder()
			page.ServeHTTP(w, request(t, method, path, url.Values{"token": {page.token}, "dependency": {"d1"}, "do": {"force-open"}, "reason": {"x"}}))
			assert.Equal(t, http.StatusNotFound, w.Code)
		}
	}
	html := get(t, page, "/").Body.String()
	assert.NotContains(t, html, "<form")
	assert.NotContains(t, html, "change?")
	assert.False(t, group.Breaker().Snapshot().Forced)
}

// Nothing on a page leads elsewhere, and everything has a label.
func TestPageIsSelfContained(t *testing.T) {
	group, charge := payments(t)
	page := pageOf(t, Config{Groups: Groups(group), Control: allow, Counting: true})
	fail(t, charge, 3)
	for _, path := range []string{"/", "/change?dependency=d1"} {
		html := get(t, page, path).Body.String()
		for _, m := range regexp.MustCompile(`(?:href|src|action)="([^"]*)"`).FindAllStringSubmatch(html, -1) {
			assert.Regexp(t, `^(#|\./|data:,|snapshot\.json$|change|preview)`, m[1])
		}
		assert.NotContains(t, html, "style=", "the policy forbids inline styles")
		assert.NotRegexp(t, ` on[a-z]+=`, html, "and inline handlers")
		assert.Contains(t, html, `lang="en"`)
		assert.Equal(t, 1, strings.Count(html, "<h1"))
		for _, m := range regexp.MustCompile(`<(?:textarea|input) id="([^"]+)"`).FindAllStringSubmatch(html, -1) {
			assert.Contains(t, html, `<label for="`+m[1]+`"`)
		}
	}
}

// Names that an attacker chose are text.
func TestNamesCannotInject(t *testing.T) {
	const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`
	group := &retry.Group{Name: hostile}
	m := clientOf(t, group, hostile, hostile, "breaker failures=1; budget; limit concurrent=2", "simple attempts=1")
	page := pageOf(t, Config{Groups: Groups(group), Counting: true, ShowErrors: true, Title: hostile, Control: allow, Who: func(*http.Request) string { return hostile }})
	page.current()
	require.Error(t, m.Do(t.Context(), func(context.Context) error { return errors.New(hostile) }))
	w := post(t, page, "/change", url.Values{"dependency": {"d1"}, "do": {"force-open"}, "reason": {hostile}})
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	method := group.Snapshot().Methods[0].Method
	pages := []string{
		get(t, page, "/").Body.String(),
		get(t, page, "/change?dependency=d1").Body.String(),
		post(t, page, "/preview", url.Values{"dependency": {"d1"}, "method": {method}, "policy": {hostile}}).Body.String(),
		post(t, page, "/preview", url.Values{"dependency": {"d1"}, "method": {hostile}}).Body.String(),
		post(t, page, "/change", url.Values{"dependency": {"d1"}, "method": {hostile}, "do": {"set-policy"}, "policy": {"simple attempts=2"}, "reason": {"x"}}).Body.String(),
		strings.Join(mapValues(frameOf(page.observe()).Parts), "\n"),
	}
	for _, html := range pages {
		assert.True(t, strings.Contains(html, "alert(1)"), "it is shown")
		assert.False(t, strings.Contains(html, "<script>alert") || strings.Contains(html, "<img"), "%.500s", html)
	}
	assert.True(t, json.Valid(get(t, page, "/snapshot.json").Body.Bytes()))
}

// forget makes the page take a new sample for the next request.
func forget(p *Page) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = view{}
}

func mapValues(m map[string]string) (list []string) {
	for _, v := range m {
		list = append(list, v)
	}
	return list
}

// A page with eight dependencies of five methods each, in the middle of an outage, stays
// below 100 KB.
func TestPageIsSmall(t *testing.T) {
	var groups []*retry.Group
	for _, name := range []string{"A", "B", "C", "D", "E", "F", "G", "H"} {
		group := new(retry.Group)
		group.SetCounting(true)
		for _, method := range []string{"Get", "Put", "List", "Watch", "Delete"} {
			m := clientOf(t, group, name+"Client", method, "breaker failures=5; budget; limit concurrent=10", "exponential-jitter attempts=4 base=1us max=2us; timeout total=1s")
			fail(t, m, 2)
		}
		groups = append(groups, group)
	}
	page := pageOf(t, Config{Groups: Groups(groups...), ShowErrors: true, Control: allow})
	size := get(t, page, "/").Body.Len()
	t.Log(size, "bytes")
	assert.Less(t, size, 100<<10)
	assert.Less(t, len(style)+len(script), 16<<10)
}

// Errors are shown only where the program says so.
func TestErrorsAreHidden(t *testing.T) {
	for _, show := range []bool{false, true} {
		group, charge := payments(t)
		page := pageOf(t, Config{Groups: Groups(group), Counting: true, ShowErrors: show})
		page.current()
		fail(t, charge, 1)
		for _, path := range []string{"/", "/snapshot.json"} {
			forget(page)
			text := get(t, page, path).Body.String()
			assert.Equal(t, show, strings.Contains(text, "10.0.0.7"), path)
			assert.Contains(t, text, "the last attempt failed")
		}
		text := strings.Join(mapValues(frameOf(page.observe()).Parts), "\n")
		assert.Equal(t, show, strings.Contains(text, "10.0.0.7"))
	}
}

// A method of an error that panics must not end the program.
func TestErrorThatPanics(t *testing.T) {
	group, charge := payments(t)
	page := pageOf(t, Config{Groups: Groups(group), Counting: true, ShowErrors: true})
	page.current()
	_ = charge.Do(t.Context(), func(context.Context) error { return bomb{} })
	assert.Contains(t, string(render("methods", page.observe().Dependencies[0])), "PANIC")
}

type bomb struct{}

func (bomb) Error() string { panic("boom") }

func TestJSON(t *testing.T) {
	group, charge := payments(t)
	page := pageOf(t, Config{Groups: Groups(group), Counting: true})
	page.current()
	fail(t, charge, 2)
	forget(page)
	var got struct {
		Title, Level, Verdict string
		Dependencies          []struct {
			ID, Name, Level, State string
			Enabled                bool
			Problems               []struct{ Level, Text string }
			Breakers               []struct{ Name, State, Mode, NextProbe, Opens string }
			Budgets                []struct{ Tokens, Burst float64 }
			Traffic                struct {
				Counted bool
				History []struct{ State string }
			}
			Methods []struct {
				Method   string
				Calls    int
				Policy   []struct{ Name, Text string }
				Outcomes []struct {
					Outcome string
					Calls   int
				}
				GiveUps []struct{ Outcome, Cause string }
			}
		}
	}
	require.NoError(t, json.Unmarshal(get(t, page, "/snapshot.json").Body.Bytes(), &got))
	assert.Equal(t, "retry bad The dependency fails", got.Title+" "+got.Level+" "+got.Verdict)
	d := got.Dependencies[0]
	assert.Equal(t, "d1 Payments bad open", d.ID+" "+d.Name+" "+d.Level+" "+d.State)
	assert.Equal(t, "bad", d.Problems[0].Level)
	assert.Equal(t, "open on", d.Breakers[0].State+" "+d.Breakers[0].Mode)
	assert.Equal(t, "after 2 failures in a row, for 30s", d.Breakers[0].Opens)
	assert.Regexp(t, `^(30|29\.\d+)s$`, d.Breakers[0].NextProbe)
	assert.InDelta(t, 99, d.Budgets[0].Tokens, 0.1)
	assert.Len(t, d.Traffic.History, buckets)
	assert.Equal(t, "open", d.Traffic.History[buckets-1].State)
	m := d.Methods[0]
	assert.Equal(t, 2, m.Calls)
	assert.Equal(t, "simple attempts=2 delay=0s max=10s", m.Policy[0].Text)
	assert.Equal(t, "open", m.GiveUps[0].Outcome)
}
