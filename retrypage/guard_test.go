package retrypage

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each response has the headers, also one that refuses.
func TestHeaders(t *testing.T) {
	group, _ := payments(t)
	page := pageOf(t, Config{Groups: Groups(group), Control: deny})
	for _, path := range []string{"/", "/snapshot.json", "/nothing", "/change?dependency=d1"} {
		h := get(t, page, path).Header()
		policy := h.Get("Content-Security-Policy")
		for _, directive := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "connect-src 'self'"} {
			assert.Contains(t, policy, directive)
		}
		assert.NotContains(t, policy, "unsafe")
		assert.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
		assert.Equal(t, "no-store", h.Get("Cache-Control"))
		assert.Equal(t, "no-referrer", h.Get("Referrer-Policy"))
		assert.Equal(t, "same-origin", h.Get("Cross-Origin-Resource-Policy"))
	}
}

// The policy admits exactly the script and the style that the page has.
func TestHashesAreOfWhatThePageHas(t *testing.T) {
	page := pageOf(t, Config{})
	html := get(t, page, "/").Body.String()
	for tag, directive := range map[string]string{"script": "script-src", "style": "style-src"} {
		found := regexp.MustCompile(`(?s)<`+tag+`>(.*?)</`+tag+`>`).FindAllStringSubmatch(html, -1)
		require.Len(t, found, 1)
		assert.Contains(t, securityPolicy, directive+" '"+hashOf(found[0][1])+"'")
	}
}

// A name that another site has pointed at this server gets nothing.
func TestHosts(t *testing.T) {
	tests := []struct {
		host  string
		hosts []string
		want  bool
	}{
		{"localhost", nil, true},
		{"localhost:8080", nil, true},
		{"LOCALHOST.:8080", nil, true},
		{"payments.localhost:8080", nil, true},
		{"127.0.0.1:8080", nil, true},
		{"[::1]:8080", nil, true},
		{"[fe80::1%25eth0]:80", nil, true},
		{"10.1.2.3", nil, true}, // no name was resolved
		{"attacker.example", nil, false},
		{"attacker.example:8080", nil, false},
		{"127.0.0.1.attacker.example", nil, false},
		{"localhost.attacker.example", nil, false},
		{"", nil, false},
		{"retry.example.com", []string{"retry.example.com"}, true},
		{"Retry.Example.com:443", []string{"retry.example.com"}, true},
		{"x.retry.example.com", []string{"retry.example.com"}, false},
		{"anything.example", []string{"*"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.host, func(t *testing.T) {
			page := pageOf(t, Config{Hosts: tt.hosts})
			r := request(t, http.MethodGet, "/snapshot.json", nil)
			r.Host = tt.host
			w := httptest.NewRecorder()
			page.ServeHTTP(w, r)
			assert.Equal(t, tt.want, w.Code == http.StatusOK, "status %d", w.Code)
			if !tt.want {
				assert.Equal(t, http.StatusMisdirectedRequest, w.Code)
				assert.NotContains(t, w.Body.String(), "dependencies")
			}
		})
	}
}

// Other origins may link to the page, and do nothing else with it.
func TestCrossSite(t *testing.T) {
	tests := []struct {
		name             string
		site, mode, dest string
		want             int
	}{
		{"typed into the address bar", "none", "navigate", "document", 200},
		{"a link", "cross-site", "navigate", "document", 200},
		{"a frame", "cross-site", "navigate", "iframe", 403},
		{"a script", "cross-site", "no-cors", "script", 403},
		{"a fetch of a neighbour", "same-site", "cors", "empty", 403},
		{"its own fetch", "same-origin", "cors", "empty", 200},
		{"curl", "", "", "", 200},
	}
	page := pageOf(t, Config{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := request(t, http.MethodGet, "/", nil)
			r.Header.Set("Sec-Fetch-Site", tt.site)
			r.Header.Set("Sec-Fetch-Mode", tt.mode)
			r.Header.Set("Sec-Fetch-Dest", tt.dest)
			w := httptest.NewRecorder()
			page.ServeHTTP(w, r)
			assert.Equal(t, tt.want, w.Code)
		})
	}
}
