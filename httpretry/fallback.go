package httpretry

import (
	"context"
	"io"
	"net/http"
	"sync"

	retry "github.com/retrygen/retrygen/runtime"
)

// Fallback returns the request for a fallback of the call with the context ctx. Its calls may
// retry even if the request may not. Nobody has read its body. The first Read opens that
// body, so that a fallback that does not read it leaves nothing open. It is the original
// body if no attempt took it, and otherwise one as in [Replay.Request].
func (r *Replay) Fallback(ctx context.Context) *http.Request {
	clone := r.clone(retry.WithRetriesOf(ctx, r.request.Context()))
	if r.hasBody() {
		clone.Body = &lateBody{replay: r}
	}
	return clone
}

// nextBody returns the original body the first time, and then a new one.
func (r *Replay) nextBody() io.ReadCloser {
	if r.first() {
		return r.request.Body
	}
	return r.anotherBody()
}

// lateBody is a body that its first Read opens.
type lateBody struct {
	replay *Replay
	once   sync.Once // a transport may close the body while it reads
	body   io.ReadCloser
}

func (b *lateBody) Read(p []byte) (int, error) {
	return b.open(b.replay.nextBody).Read(p)
}

// Close closes the body if it is open. The Replay closes an original that is not.
func (b *lateBody) Close() error {
	return b.open(func() io.ReadCloser { return noBody{http.ErrBodyReadAfterClose} }).Close()
}

// open returns the body. The first call makes it.
func (b *lateBody) open(body func() io.ReadCloser) io.ReadCloser {
	b.once.Do(func() { b.body = body() })
	return b.body
}
