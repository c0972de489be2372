package httpretry

import (
	"io"
	"net/http"
	"sync"
)

// Fallback returns the request for what is called when the call has failed: with the
// context of the original, and a body that nobody has read. That is opened by its
// first Read, so that nothing stays open where it is not of use. It is the original's
// if no attempt has had that, and else as in Request.
func (r *Replay) Fallback() *http.Request {
	clone := r.clone(r.request.Context())
	if r.hasBody() {
		clone.Body = &lateBody{replay: r}
	}
	return clone
}

// nextBody is the original body for the first that asks, and then a new one.
func (r *Replay) nextBody() io.ReadCloser {
	if r.first() {
		return r.request.Body
	}
	return r.anotherBody()
}

// lateBody is a body that is opened by its first Read.
type lateBody struct {
	replay *Replay
	once   sync.Once // a transport may close it while it reads
	body   io.ReadCloser
}

func (b *lateBody) Read(p []byte) (int, error) {
	return b.open(b.replay.nextBody).Read(p)
}

// Close closes what has been opened. An original that has not is left to the Replay.
func (b *lateBody) Close() error {
	return b.open(func() io.ReadCloser { return noBody{http.ErrBodyReadAfterClose} }).Close()
}

// open returns the body, which the first call makes.
func (b *lateBody) open(body func() io.ReadCloser) io.ReadCloser {
	b.once.Do(func() { b.body = body() })
	return b.body
}
