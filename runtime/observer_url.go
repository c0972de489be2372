package retry

import (
	"net/url"
	"strconv"
	"strings"
)

// forLog returns an error for the log. The URLs in its text lose user info, query and
// fragment, which may hold passwords and tokens. An error without these is returned as it
// is.
func forLog(err error) error {
	text := ""
	if err == nil || !quietly(func() { text = err.Error() }) {
		return err // log/slog copes with an Error method that panics
	}
	redacted := text
	for e := range tree(err) {
		if e, ok := e.(*url.Error); ok && e != nil { // its URL may have no scheme, or spaces
			redacted = redact(redacted, e.URL)
		}
	}
	if redacted = redactAll(redacted); redacted == text {
		return err
	}
	return redactedError(redacted)
}

// A redactedError is the text of an error without its secrets. It does not wrap that error,
// because a log handler may print wrapped errors.
type redactedError string

func (e redactedError) Error() string { return string(e) }

// redact removes the secrets of one URL from a text. The text may contain the URL in quoted
// form.
func redact(text, secret string) string {
	public := withoutSecrets(secret)
	if public == secret {
		return text
	}
	quoted := strconv.Quote(secret)
	text = strings.ReplaceAll(text, quoted[1:len(quoted)-1], public)
	return strings.ReplaceAll(text, secret, public)
}

// redactAll removes the secrets of all URLs with a scheme from a text. A URL ends
// before a space, a quotation mark or an angle bracket.
func redactAll(text string) string {
	const mark = "://"
	done := ""
	for {
		before, after, found := strings.Cut(text, mark)
		if !found {
			return done + text
		}
		end := strings.IndexAny(after, " \t\r\n\"<>`")
		if end < 0 {
			end = len(after)
		}
		done += before + withoutSecrets(mark+after[:end])
		text = after[end:]
	}
}

// withoutSecrets returns a URL without user info, query and fragment. The URL need not be
// valid, and may lack the scheme.
func withoutSecrets(rawURL string) string {
	scheme, rest, found := strings.Cut(rawURL, "://")
	if found {
		scheme += "://"
	} else {
		scheme, rest = "", rawURL
	}
	if _, err := url.Parse("x://" + rest); err != nil { // the user info may hold anything
		rest = rest[strings.LastIndexByte(rest, '@')+1:]
	}
	if end := strings.IndexAny(rest, "?#"); end >= 0 {
		rest = rest[:end]
	}
	authority, path, hasPath := strings.Cut(rest, "/")
	authority = authority[strings.LastIndexByte(authority, '@')+1:]
	if hasPath {
		path = "/" + path
	}
	return scheme + authority + path
}
