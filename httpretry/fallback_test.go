package httpretry_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/httpretry"
)

func TestFallback(t *testing.T) {
	errOpen := errors.New("cannot be opened")
	another := func(opened *int, err error) func() (io.ReadCloser, error) {
		return func() (io.ReadCloser, error) {
			*opened++
			return io.NopCloser(strings.NewReader("again")), err
		}
	}
	tests := []struct {
		name    string
		sent    bool // an attempt took the original body
		getBody bool
		failing error
		want    string
		opened  int // bodies of GetBody
		message string
	}{
		{name: "the original, which nobody has had", want: "hello"},
		{name: "the original rather than another", getBody: true, want: "hello"},
		{name: "another", sent: true, getBody: true, want: "again", opened: 1},
		{name: "none", sent: true, message: "no GetBody"},
		{name: "one that cannot be had", sent: true, getBody: true, failing: errOpen, opened: 1, message: errOpen.Error()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body, opened := stream("hello"), 0
			req := newRequest(t, "http://example.com/", body)
			if tt.getBody {
				req.GetBody = another(&opened, tt.failing)
			}
			replay := httpretry.NewReplay(req)
			if tt.sent {
				replay.Request(t.Context())
			}
			got := replay.Fallback(replay.Context())
			assert.Equal(t, t.Context(), got.Context())
			assert.Zero(t, opened, "only Read opens it")
			content, err := io.ReadAll(got.Body)
			if tt.message == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tt.message)
			}
			assert.Equal(t, tt.want, string(content))
			assert.Equal(t, tt.opened, opened)
			assert.NoError(t, got.Body.Close())
			replay.Close()
			assert.Equal(t, !tt.sent, body.closed == 1, "the fallback closes it, unless an attempt took it")
		})
	}
}

// A fallback that does not read its body opens none, and leaves none open.
func TestFallbackThatReadsNothing(t *testing.T) {
	body := stream("hello")
	replay := httpretry.NewReplay(newRequest(t, "http://example.com/", body))
	unread, closed := replay.Fallback(replay.Context()), replay.Fallback(replay.Context())
	require.NoError(t, closed.Body.Close())
	assert.Zero(t, body.closed, "the Replay closes it")
	replay.Close()
	assert.Equal(t, 1, body.closed)
	_, err := closed.Body.Read(nil)
	assert.ErrorIs(t, err, http.ErrBodyReadAfterClose)
	_, err = unread.Body.Read(nil)
	assert.ErrorContains(t, err, "no GetBody", "the call has ended")

	empty := newRequest(t, "http://example.com/", http.NoBody)
	assert.Equal(t, http.NoBody, httpretry.NewReplay(empty).Fallback(t.Context()).Body)
}
