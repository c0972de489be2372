package otelretry

import (
	"net/http"

	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	retry "github.com/retrygen/retrygen/runtime"
)

// Transport returns a transport that sets http.request.resend_count on the span of each
// request that is sent again, as OpenTelemetry's conventions for HTTP clients ask for. That
// span is the current one, so the transport belongs below the one that starts the spans:
//
//	traced := otelhttp.NewTransport(otelretry.Transport(http.DefaultTransport))
//	client := &http.Client{Transport: NewResilientTransport(traced, opts)}
//
// Next nil means http.DefaultTransport. The count is the number of retries before the
// request, and for a copy that a hedge has started also the number of the copy. It does not
// include redirects. A request that is sent for the first time has no such attribute.
func Transport(next http.RoundTripper) http.RoundTripper {
	if next == nil {
		next = http.DefaultTransport
	}
	return &transport{next}
}

type transport struct{ next http.RoundTripper }

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if n := retry.Attempt(ctx) - 1 + retry.Copy(ctx); n > 0 {
		trace.SpanFromContext(ctx).SetAttributes(semconv.HTTPRequestResendCount(n))
	}
	return t.next.RoundTrip(req)
}

// CloseIdleConnections is for http.Client.CloseIdleConnections.
func (t *transport) CloseIdleConnections() {
	if next, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		next.CloseIdleConnections()
	}
}
