// Package httpretry makes HTTP clients work with package retry: it turns the status of a
// response into an error that wrappers understand, and makes requests that can be sent
// again.
//
// A method that sends a request and returns something else than the response ends with
// [Check]. A method that returns the response has the directive
//
//	//retry:error-in httpretry.ResponseError
//
// so that its wrapper goes by the status, and its caller gets the last response. That fits
// an http.RoundTripper, too; see [Transport].
//
// A wrapper knows the request if the method has an *http.Request, as RoundTrip does. It
// sends GET, HEAD, OPTIONS, TRACE, PUT and DELETE again, and requests with an idempotency
// key. It sends any other request, such as a POST, again only if the server did not process
// it. A method without an *http.Request declares that itself, with
// //retry:on httpretry.Safe.
//
// # For generated code
//
// Wrappers of methods that take their context from an *http.Request use [Replay] and
// [KeepResponse]. Programs do not need them.
package httpretry

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"

	retry "github.com/retrygen/retrygen/runtime"
)

// A Replay is for generated code: it makes the requests for the attempts of one call. Some
// of them may run at the same time.
type Replay struct {
	request *http.Request
	trailer http.Header // for all attempts but the first; reading the original body may set the original
	once    error       // why the request can be sent only once; nil if it can be sent again
	again   bool        // the server may carry the request out again
	mu      sync.Mutex  // guards sent
	sent    bool
}

var (
	errNoGetBody = errors.New("the body of the request can be sent only once, because it has no GetBody")
	errTrailer   = errors.New("the request can be sent only once, because its trailer is set while its body is read")
)

// NewReplay returns a Replay of a request.
func NewReplay(request *http.Request) *Replay {
	r := &Replay{request: request, trailer: request.Trailer.Clone(), again: idempotent(request)}
	if r.hasBody() {
		switch {
		case request.GetBody == nil:
			r.once = errNoGetBody
		case unset(r.trailer):
			r.once = errTrailer
		}
	}
	return r
}

// idempotent reports whether a request may be sent again although the server may have
// carried it out: because of its method (RFC 9110, section 9.2.2), or because a header lets
// the server recognize the second one. net/http.Transport has the same rule, but without
// PUT and DELETE.
func idempotent(request *http.Request) bool {
	switch request.Method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace, http.MethodPut, http.MethodDelete:
		return true
	}
	for _, key := range []string{IdempotencyKeyHeader, "X-Idempotency-Key"} {
		if _, ok := request.Header[key]; ok {
			return true
		}
	}
	return false
}

// unset reports whether a trailer announces a field that has no value yet.
func unset(trailer http.Header) bool {
	for _, values := range trailer {
		if len(values) == 0 {
			return true
		}
	}
	return false
}

// Context returns the context for the call: the context of the request, restricted to the
// retries that the request allows.
//
// GET, HEAD, OPTIONS, TRACE, PUT and DELETE are sent again after any error that is worth a
// retry, and so is a request with an Idempotency-Key or X-Idempotency-Key header, and one
// of a call with a key (retry.IdempotencyKey). Any other request, such as a POST, is sent
// again only if the server has not carried it out (retry.ClassUnsent, retry.ClassThrottled;
// of the statuses these are 421, 425 and 429), or if the method's on lists the error.
//
// A request that can be sent only once is not sent again at all: one with a body but no
// GetBody, which http.NewRequest sets for bodies of bytes and strings, and one with a
// trailer that is announced without a value, because reading the body will set it.
func (r *Replay) Context() context.Context {
	switch {
	case r.once != nil:
		return retry.WithoutRetry(r.request.Context())
	case !r.again:
		return retry.WithSafeRetries(r.request.Context())
	}
	return r.request.Context()
}

// Request returns the request for an attempt with the context ctx. The first request
// has the original body, and each other one has a body from GetBody. If there is none,
// reading the body returns an error that is not retried.
//
// Each request has its own header, so what one attempt adds, such as the cookies of an
// http.Client, is not in the next one. Calls that the attempt makes with the context of
// the request may retry even if the request itself may not.
func (r *Replay) Request(ctx context.Context) *http.Request {
	if r.once != nil || !r.again {
		ctx = retry.WithRetriesOf(ctx, r.request.Context())
	}
	if r.first() {
		first := r.request.WithContext(ctx)
		first.Header = r.request.Header.Clone()
		return first
	}
	clone := r.clone(ctx)
	if r.hasBody() {
		clone.Body = r.anotherBody()
	}
	return clone
}

// clone clones the request. It leaves its trailer alone, which a body that an earlier
// attempt still reads may be setting.
func (r *Replay) clone(ctx context.Context) *http.Request {
	shallow := r.request.WithContext(ctx)
	shallow.Trailer = r.trailer
	return shallow.Clone(ctx)
}

func (r *Replay) anotherBody() io.ReadCloser {
	if r.once != nil {
		return noBody{retry.Permanent(r.once)}
	}
	body, err := r.request.GetBody()
	if err != nil {
		return noBody{retry.Permanent(err)}
	}
	return body
}

// Close closes the body if no attempt took it. Callers expect that of everything that takes
// their request.
func (r *Replay) Close() {
	if r.first() && r.hasBody() {
		r.request.Body.Close()
	}
}

// first reports whether nothing has taken the original body before, and takes it.
func (r *Replay) first() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	sent := r.sent
	r.sent = true
	return !sent
}

func (r *Replay) hasBody() bool {
	return r.request.Body != nil && r.request.Body != http.NoBody
}

// noBody is a body that cannot be read a second time.
type noBody struct{ err error }

func (b noBody) Read([]byte) (int, error) { return 0, b.err }
func (b noBody) Close() error             { return nil }

var _ io.ReadCloser = noBody{}
