package retry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/policy"
)

func TestWithoutSecrets(t *testing.T) {
	for _, tt := range []struct{ url, want, reason string }{
		{"https://example.com/a?token=secret", "https://example.com/a", "the query"},
		{"https://example.com?token=secret", "https://example.com", "a query without a path"},
		{"https://example.com/a#token=secret", "https://example.com/a", "the fragment, where OAuth puts tokens"},
		{"https://user:secret@example.com:80/a/@b", "https://example.com:80/a/@b", "user info, and nothing of the path"},
		{"https://secret@example.com", "https://example.com", "a user that is a token"},
		{"https://user:sec?ret@example.com/a", "https://example.com/a", "a password with a question mark"},
		{"https://user:sec/ret@example.com/a", "https://example.com/a", "a password with a slash"},
		{"https://user:sec%zzret@example.com/a?b", "https://example.com/a", "a password that cannot be decoded"},
		{"/a?token=secret", "/a", "no scheme"},
		{"https://example.com/a", "https://example.com/a", "nothing to take out"},
		{"", "", "nothing at all"},
	} {
		assert.Equal(t, tt.want, withoutSecrets(tt.url), tt.reason)
	}
}

func TestErrorsForTheLog(t *testing.T) {
	of := func(rawURL string) error { return &url.Error{Op: "Get", URL: rawURL, Err: errFlaky} }
	bad := []byte("https://user:sec ret@example.com/a?token=secret") // a variable, because staticcheck reads constants
	_, unparsed := url.Parse(string(bad))
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"of a request", of("https://u:p@example.com/a?token=secret"), `Get "https://example.com/a": flaky`},
		{"wrapped", fmt.Errorf("pay: %w", of("https://example.com/a?token=secret")), `pay: Get "https://example.com/a": flaky`},
		{"no scheme", of("/a?token=secret"), `Get "/a": flaky`},
		{"quotes and spaces", of(`https://example.com/a?q="very secret"`), `Get "https://example.com/a": flaky`},
		{"two", errors.Join(of("https://a.com/?x=secret"), of("https://b.com/?y=secret")), "Get \"https://a.com/\": flaky\nGet \"https://b.com/\": flaky"},
		{"given up", &Error{Method: "C.Get", Attempts: 1, Cause: ErrExhausted, Last: of("https://example.com/?x=secret")},
			`C.Get: gave up after 1 attempt: attempts exhausted: Get "https://example.com/": flaky`},
		{"one that is not parsed", unparsed, `parse "https://example.com/a": net/url: invalid userinfo`},
		{"one without a host", errors.New("from http:// or http://a.com?b, I think?"), "from http:// or http://a.com I think?"},
		{"in a text", errors.New("GET https://example.com/?x=secret: 500"), "GET https://example.com/ 500"},
		{"two in a text", errors.New("from <http://a.com?b> to http://u@c.com"), "from <http://a.com> to http://c.com"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.EqualError(t, forLog(tt.err), tt.want)
			assert.NotErrorIs(t, forLog(tt.err), errFlaky, "the secrets cannot be had from it")
		})
	}
	clean := of("https://example.com/a")
	assert.Same(t, clean, forLog(clean))
	quoted := of(`/a"b`)
	assert.Same(t, quoted, forLog(quoted), "nothing of it is secret, and its text has the quotation mark escaped")
	assert.NoError(t, forLog(nil))
	broken := nilURL()
	assert.Equal(t, broken, forLog(broken), "its Error panics")
}

// nilURL is a bug that is made often enough.
func nilURL() error {
	var e *url.Error
	return e
}

// Neither line of the log tells the secrets; hooks get the error itself.
func TestLogHasNoSecrets(t *testing.T) {
	var log bytes.Buffer
	var told []error
	err := error(&url.Error{Op: "Get", URL: "https://user:secret@example.com/a?token=secret", Err: errFlaky})
	p, _ := policy.Parse("simple attempts=2 delay=0s")
	w := NewWrapper("Client", policy.Policy{}, &Options{
		Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Hooks: Hooks{
			Retry:  func(_ context.Context, e RetryEvent) { told = append(told, e.Err) },
			GiveUp: func(_ context.Context, e GiveUpEvent) { told = append(told, e.Err.(*Error).Last) },
		},
	})
	_ = w.Method("Get", MethodSpec{Policy: p}).Do(t.Context(), func(context.Context) error { return err })
	assert.Contains(t, log.String(), "msg=retry")
	assert.Contains(t, log.String(), `msg="gave up"`)
	assert.Contains(t, log.String(), "example.com/a")
	assert.NotContains(t, log.String(), "secret")
	assert.Equal(t, []error{err, err}, told)
}
