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
	"errors"
	"io"
	"net/http"
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

// Request returns the request for an attempt with the context ctx: the first one
// has the body of the original, and the others have bodies from GetBody. Where there
// is none to be had, reading the body returns an error that is not to be retried.
//
// Each has headers of its own, so that what one attempt adds to them, as an
// http.Client adds its cookies, is not in the others'.
func (r *Replay) Request(ctx context.Context) *http.Request {
	if r.first() {
		first := r.request.WithContext(ctx)
		first.Header = r.request.Header.Clone()
		return first
	}
	clone := r.request.Clone(ctx)
	if r.hasBody() {
		clone.Body = r.anotherBody()
	}
	return clone
}

// errSentOnce is what reads of a body end with that has no GetBody.
var errSentOnce = errors.New("the body of the request can be sent only once, because it has no GetBody")

func (r *Replay) anotherBody() io.ReadCloser {
	if r.request.GetBody == nil {
		return noBody{retry.Permanent(errSentOnce)}
	}
	body, err := r.request.GetBody()
	if err != nil {
		return noBody{retry.Permanent(err)}
	}
	return body
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

func (r *Replay) hasBody() bool {
	return r.request.Body != nil && r.request.Body != http.NoBody
}

// noBody is a body that could not be had a second time.
type noBody struct{ err error }

func (b noBody) Read([]byte) (int, error) { return 0, b.err }
func (b noBody) Close() error             { return nil }

var _ io.ReadCloser = noBody{}
