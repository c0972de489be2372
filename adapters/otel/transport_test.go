package otelretry_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"

	"github.com/retrygen/retrygen/adapters/otel"
	retry "github.com/retrygen/retrygen/runtime"
)

// A roundTrip is a func that is an http.RoundTripper.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// The count is on the current span, and not on that of a first attempt.
func TestResendCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecorder()
		transport := otelretry.Transport(roundTrip(func(*http.Request) (*http.Response, error) {
			return nil, errors.New("down")
		}))
		send := func(ctx context.Context) error {
			ctx, span := r.Tracer("test").Start(ctx, "client")
			defer span.End()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://example.com/", nil)
			require.NoError(t, err)
			resp, err := transport.RoundTrip(req)
			require.Nil(t, resp)
			time.Sleep(15 * time.Millisecond)
			return err
		}
		f := newFunc(t, "simple attempts=2 delay=1ms; hedge after=10ms", nil)
		require.ErrorIs(t, f.Do(t.Context(), send), retry.ErrExhausted)
		synctest.Wait()
		var counts []string
		for _, span := range r.spans.Started() {
			counts = append(counts, words(span.Attributes()))
		}
		assert.Equal(t, []string{"", "http.request.resend_count=1", "http.request.resend_count=1", "http.request.resend_count=2"}, counts)
		assert.Equal(t, attribute.INT64, r.spans.Started()[1].Attributes()[0].Value.Type())
	})
}

// Idle connections can be closed through the transport.
func TestTransportClosesIdleConnections(t *testing.T) {
	closed := 0
	client := &http.Client{Transport: otelretry.Transport(idle{roundTrip(nil), &closed})}
	client.CloseIdleConnections()
	assert.Equal(t, 1, closed)
	client.Transport = otelretry.Transport(roundTrip(nil))
	client.CloseIdleConnections()
}

type idle struct {
	http.RoundTripper
	closed *int
}

func (i idle) CloseIdleConnections() { *i.closed++ }
