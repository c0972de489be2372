package retrypage

import (
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// guard sets the headers that each response has, and refuses the requests that no person and
// no program of the same origin has meant.
func (p *Page) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", securityPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		switch {
		case !p.isHost(r.Host):
			http.Error(w, "This page does not answer to the name in the Host header. Add it to Config.Hosts if the name is yours.",
				http.StatusMisdirectedRequest)
		case isCrossSite(r):
			http.Error(w, "A page of another origin has asked for this.", http.StatusForbidden)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// securityPolicy lets a page use only what is in it, and talk only to where it came from.
// Scripts and styles are known by their hashes, so text that got into the page cannot run.
var securityPolicy = strings.Join([]string{
	"default-src 'none'",
	"script-src '" + hashOf(script) + "'",
	"style-src '" + hashOf(style) + "'",
	"img-src data:", // the icon of the tab
	"connect-src 'self'",
	"form-action 'self'",
	"base-uri 'none'",
	"frame-ancestors 'none'",
}, "; ")

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// isHost reports whether the page answers to a Host header. An IP address is safe: no name
// was resolved.
func (p *Page) isHost(host string) bool {
	name := host
	if withoutPort, _, err := net.SplitHostPort(host); err == nil {
		name = withoutPort
	}
	name = strings.TrimSuffix(strings.ToLower(name), ".")
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		return true
	}
	return name == "localhost" || strings.HasSuffix(name, ".localhost") ||
		slices.ContainsFunc(p.config.Hosts, func(h string) bool { return h == "*" || strings.EqualFold(h, name) })
}

// isCrossSite reports whether a browser says that a page of another origin loads data from
// here. A person may follow a link from anywhere, to the page itself. Forms are checked, and
// those that are refused are logged, where they arrive; see Page.consented.
func isCrossSite(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	site := r.Header.Get("Sec-Fetch-Site")
	followsLink := r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
	return (site == "cross-site" || site == "same-site") && !followsLink
}
