// Package httpretry is what HTTP clients need beside package retry: a response's
// status as an error that wrappers understand, and requests that can be sent again.
//
// A method that sends a request ends with [Check], and its interface may say
// //retry:on httpretry.Safe. A [Transport] does that for a wrapped
// http.RoundTripper. Generated wrappers of methods that take their context from an
// *http.Request make a [Replay] of it.
package httpretry

import (
	"context"
	"io"
	"net/http"
	"reflect"
	"sync"

	retry "github.com/retrygen/retrygen/runtime"
)

// A Replay makes the requests of the attempts of one call, some of which may run at
// the same time.
type Replay struct {
	request *http.Request
	mu      sync.Mutex // guards sent
	sent    bool
}

// NewReplay returns a Replay of a request.
func NewReplay(request *http.Request) *Replay {
	return &Replay{request: request}
}

// Context returns the context for the call: the request's, and without retries
// where its body can be sent once only, because it has no GetBody. http.NewRequest
// sets GetBody for bodies of bytes and strings.
func (r *Replay) Context() context.Context {
	if r.hasBody() && r.request.GetBody == nil {
		return retry.WithoutRetry(r.request.Context())
	}
	return r.request.Context()
}

// Request returns the request for an attempt with the context ctx: the original
// for the first attempt, as far as the context is the same, and later a clone with
// a body from GetBody. Where GetBody fails, reading the body returns its error, as
// one that is not to be retried.
func (r *Replay) Request(ctx context.Context) *http.Request {
	if r.first() {
		if same(ctx, r.request.Context()) {
			return r.request
		}
		return r.request.WithContext(ctx)
	}
	clone := r.request.Clone(ctx)
	if r.hasBody() {
		body, err := r.request.GetBody()
		if err != nil {
			body = noBody{retry.Permanent(err)}
		}
		clone.Body = body
	}
	return clone
}

// Close closes the body of a request that was never sent, as a caller expects of
// whoever takes its request.
func (r *Replay) Close() {
	if r.first() && r.hasBody() {
		r.request.Body.Close()
	}
}

// first reports whether the original request has not been handed out before.
func (r *Replay) first() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	sent := r.sent
	r.sent = true
	return !sent
}

// same compares two contexts. A context of the user's may be a value that holds a
// map or a slice, for which == panics; two of those count as different.
func same(a, b context.Context) bool {
	return reflect.ValueOf(a).Comparable() && a == b
}

func (r *Replay) hasBody() bool {
	return r.request.Body != nil && r.request.Body != http.NoBody
}

// noBody is a body that could not be had a second time.
type noBody struct{ err error }

func (b noBody) Read([]byte) (int, error) { return 0, b.err }
func (b noBody) Close() error             { return nil }

var _ io.ReadCloser = noBody{}
