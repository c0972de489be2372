// Package httpretry makes HTTP clients work with package retry: it turns the status of a
// response into an error that wrappers understand, and makes requests that can be sent
// again.
//
// A method that sends a request ends with [Check]. For a wrapped http.RoundTripper, a
// [Transport] does that. An interface whose requests must not be sent twice declares
// //retry:on httpretry.Safe unsent, so that a wrapper repeats only what the server did not
// process.
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
	mu      sync.Mutex  // guards sent
	sent    bool
}

var (
	errNoGetBody = errors.New("the body of the request can be sent only once, because it has no GetBody")
	errTrailer   = errors.New("the request can be sent only once, because its trailer is set while its body is read")
)

// NewReplay returns a Replay of a request.
func NewReplay(request *http.Request) *Replay {
	r := &Replay{request: request, trailer: request.Trailer.Clone()}
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

// unset reports whether a trailer announces a field that has no value yet.
func unset(trailer http.Header) bool {
	for _, values := range trailer {
		if len(values) == 0 {
			return true
		}
	}
	return false
}

// Context returns the context for the call: the context of the request, and without
// retries if the request can be sent only once. That is so for a body without GetBody,
// which http.NewRequest sets for bodies of bytes and strings, and for a trailer that is
// announced without a value, because reading the body will set it.
func (r *Replay) Context() context.Context {
	if r.once != nil {
		return retry.WithoutRetry(r.request.Context())
	}
	return r.request.Context()
}

// Request returns the request for an attempt with the context ctx. The first request
// has the original body, and each other one has a body from GetBody. If there is none,
// reading the body returns an error that is not retried.
//
// Each request has its own header, so what one attempt adds, such as the cookies of an
// http.Client, is not in the next one. Calls that the attempt makes with the context of
// the request may retry even if the request itself can be sent only once.
func (r *Replay) Request(ctx context.Context) *http.Request {
	if r.once != nil {
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
