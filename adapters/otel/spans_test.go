package otelretry_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	goruntime "runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/retrygen/retrygen/adapters/otel"
	"github.com/retrygen/retrygen/golden/request"
	retry "github.com/retrygen/retrygen/runtime"
)

// The span of a request is a child of the span of its attempt, which is a child of the span
// of the call. The server sees the same trace.
func TestSpansOfARealClient(t *testing.T) {
	r := newRecorder()
	var mu sync.Mutex
	var seen []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, req.Header.Get("Traceparent"))
		if len(seen) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	traced := otelhttp.NewTransport(otelretry.Transport(nil),
		otelhttp.WithTracerProvider(r), otelhttp.WithPropagators(propagation.TraceContext{}))
	client := &http.Client{Transport: request.NewResilientTransport(traced, r.options(t, true))}
	ctx, checkout := r.Tracer("test").Start(t.Context(), "checkout")
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
	require.NoError(t, err)
	resp, err := client.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	checkout.End()
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	require.Len(t, seen, 3)

	want := `checkout
└─ Transport.RoundTrip  attempts=3 outcome=success
   │  * retrygen.retry attempt=2 class=transient delay=0.01 error.type=503
   │  * retrygen.retry attempt=3 class=transient delay=0.01 error.type=503
   ├─ Transport.RoundTrip attempt  attempt=1 class=transient error.type=503 ruling=retry  ERROR
   │  └─ HTTP GET  error.type=503 http.response.status_code=503  ERROR
   ├─ Transport.RoundTrip attempt  attempt=2 class=transient error.type=503 ruling=retry  ERROR
   │  └─ HTTP GET  error.type=503 http.request.resend_count=1 http.response.status_code=503  ERROR
   └─ Transport.RoundTrip attempt  attempt=3 ruling=success
      └─ HTTP GET  http.request.resend_count=2 http.response.status_code=200
`
	assert.Equal(t, want, r.tree())
	assertDocumented(t, want)
	call := r.span(t, "Transport.RoundTrip")
	assert.Equal(t, trace.SpanKindInternal, call.SpanKind())
	assert.Equal(t, checkout.SpanContext().SpanID(), call.Parent().SpanID())
	var clients []string
	for _, span := range r.spans.Ended() {
		if span.SpanKind() == trace.SpanKindClient {
			clients = append(clients, "00-"+span.SpanContext().TraceID().String()+"-"+span.SpanContext().SpanID().String()+"-01")
		}
	}
	assert.Equal(t, clients, seen, "what the server sees")
}

// A copy has a span of its own, with its number. The one that loses ends when its method
// returns, perhaps after the call.
func TestSpansOfAHedge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecorder()
		f := newFunc(t, "hedge after=10ms", r.options(t, true))
		require.NoError(t, f.Do(t.Context(), func(ctx context.Context) error {
			if retry.Copy(ctx) == 0 {
				time.Sleep(time.Second) // and ignores that it was cancelled
			}
			return ctx.Err()
		}))
		require.Len(t, r.spans.Ended(), 2)
		time.Sleep(time.Second)
		want := `Payment.Charge  attempts=1 copies=1 outcome=success
│  * retrygen.hedge attempt=1 copy=1
├─ Payment.Charge attempt  attempt=1 ruling=lost
└─ Payment.Charge attempt  attempt=1 copy=1 ruling=success
`
		assert.Equal(t, want, r.tree())
		assertDocumented(t, want)
		call := r.span(t, "Payment.Charge")
		assert.Equal(t, 10*time.Millisecond, call.EndTime().Sub(call.StartTime()))
	})
}

// The spans end however the method leaves.
func TestSpansOfPanicAndGoexit(t *testing.T) {
	ways := map[string]func(){
		"panic":  func() { panic("no") },
		"goexit": func() { goruntime.Goexit() },
	}
	for name, leave := range ways {
		for _, policy := range []string{"simple attempts=3", "hedge after=1s"} {
			t.Run(name+" under "+policy, func(t *testing.T) {
				r := newRecorder()
				f := newFunc(t, policy, r.options(t, true))
				done := make(chan struct{})
				go func() {
					defer close(done)
					defer func() { _ = recover() }()
					_ = f.Do(t.Context(), func(context.Context) error {
						leave()
						return nil
					})
				}()
				<-done
				assert.Equal(t, `Payment.Charge  attempts=1 class=unclassified error.type=panic outcome=panic  ERROR
└─ Payment.Charge attempt  attempt=1 class=unclassified error.type=panic ruling=panic  ERROR
`, r.tree())
			})
		}
	}
}

// The status says whether a call or an attempt has failed, and error.type how. The text of
// an error is nowhere, because it may contain secrets.
func TestStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecorder()
		f := newFunc(t, "simple attempts=2 delay=1s", r.options(t, true))
		d := &dependency{answers: []error{busyError{}, errors.New("secret")}}
		require.ErrorIs(t, f.Do(t.Context(), d.do), retry.ErrExhausted)
		assert.Equal(t, `Payment.Charge  attempts=2 class=unclassified error.type=*errors.errorString outcome=exhausted  ERROR
│  * retrygen.retry attempt=2 class=transient delay=1 error.type=503
│  * retrygen.give_up attempts=2 class=unclassified error.type=*errors.errorString outcome=exhausted
├─ Payment.Charge attempt  attempt=1 class=transient error.type=503 ruling=retry  ERROR
└─ Payment.Charge attempt  attempt=2 class=unclassified error.type=*errors.errorString ruling=retry  ERROR
`, r.tree())
		for _, span := range r.spans.Ended() {
			assert.Equal(t, codes.Error, span.Status().Code)
			assert.Empty(t, span.Status().Description)
		}
	})
}

// Without Spans, everything is an event of the caller's span.
func TestEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecorder()
		opts := r.options(t, false)
		opts.Name = "eu"
		f := newFunc(t, "simple attempts=2 delay=1s; breaker failures=2", opts)
		ctx, span := r.Tracer("test").Start(t.Context(), "checkout")
		down := errors.New("down")
		d := &dependency{answers: []error{nil, down, down}}
		require.NoError(t, f.Do(ctx, d.do))
		require.ErrorIs(t, f.Do(ctx, d.do), retry.ErrExhausted)
		require.Error(t, f.Do(ctx, d.do))
		span.End()
		want := `checkout
   * retrygen.retry attempt=2 class=unclassified delay=1 error.type=*errors.errorString instance=eu
   * retrygen.give_up attempts=2 class=unclassified error.type=*errors.errorString instance=eu outcome=exhausted
   * retrygen.rejected attempts=0 class=unclassified error.type=*breaker.OpenError instance=eu outcome=open reason=breaker_open
`
		assert.Equal(t, want, r.tree())
		assertDocumented(t, want)
	})
}

// A tracedMirror has a span for what its fallback does.
type tracedMirror struct {
	mirror
	tracer trace.Tracer
}

func (m tracedMirror) Second(req *http.Request) (*http.Response, error) {
	_, span := m.tracer.Start(req.Context(), "second")
	defer span.End()
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
}

// A fallback runs inside the span of its call, whose attempts are over.
func TestSpansOfAFallback(t *testing.T) {
	r := newRecorder()
	client := request.NewResilientMirrored(tracedMirror{mirror{busyError{}}, r.Tracer("test")}, r.options(t, true))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://example.com/", nil)
	require.NoError(t, err)
	resp, err := client.First(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, `Mirrored.First  attempts=2 fallback=true outcome=exhausted
│  * retrygen.retry attempt=2 class=transient delay=0.01 error.type=503
│  * retrygen.give_up attempts=2 class=transient error.type=503 outcome=exhausted
├─ Mirrored.First attempt  attempt=1 class=transient error.type=503 ruling=retry  ERROR
├─ Mirrored.First attempt  attempt=2 class=transient error.type=503 ruling=retry  ERROR
└─ second
`, r.tree())
}

// A span that is not recorded gets nothing, and its calls stay cheap.
func TestSpansThatAreNotRecorded(t *testing.T) {
	spans := newRecorder().spans
	provider := sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.NeverSample()), sdktrace.WithSpanProcessor(spans))
	opts := (&recorder{provider, spans}).options(t, true)
	f := newFunc(t, "simple attempts=2", opts)
	require.Error(t, f.Do(t.Context(), func(ctx context.Context) error {
		assert.True(t, trace.SpanContextFromContext(ctx).IsValid())
		return errors.New("down")
	}))
	assert.Empty(t, spans.Started())
}

// The hooks of the program run inside the span of the call.
func TestOtherHooksRunInside(t *testing.T) {
	r := newRecorder()
	opts := &retry.Options{Hooks: retry.Hooks{
		CallDone: func(ctx context.Context, e retry.CallEvent) {
			trace.SpanFromContext(ctx).AddEvent("mine")
		},
	}}
	require.NoError(t, otelretry.Instrument(opts, otelretry.Config{TracerProvider: r, Spans: true}))
	f := newFunc(t, "simple attempts=2", opts)
	require.NoError(t, f.Do(t.Context(), func(context.Context) error { return nil }))
	events := r.span(t, "Payment.Charge").Events()
	require.Len(t, events, 1)
	assert.Equal(t, "mine", events[0].Name)
}

// A hook of the program may put another context in the place of ours. The spans end
// nevertheless, and the attempt's is then outside of the call's.
func TestSpansUnderAForeignContext(t *testing.T) {
	r := newRecorder()
	opts := &retry.Options{Hooks: retry.Hooks{
		CallStart: func(context.Context, retry.CallStartEvent) context.Context { return context.Background() },
	}}
	require.NoError(t, otelretry.Instrument(opts, otelretry.Config{TracerProvider: r, Spans: true}))
	f := newFunc(t, "simple attempts=2", opts)
	require.NoError(t, f.Do(t.Context(), func(context.Context) error { return nil }))
	assert.Equal(t, `Payment.Charge  attempts=1 outcome=success
Payment.Charge attempt  attempt=1 ruling=success
`, r.tree())
}
