package httpretry

import (
	"context"
	"net/http"

	retry "github.com/retrygen/retrygen/runtime"
)

// KeepResponse is for generated code: it is retry.Keep for a response. Reading the body may
// take longer than the timeouts of the call. The context of the attempt ends when the body
// is closed or collected. The body of a response that switches protocols stays an
// io.Writer.
func KeepResponse(ctx context.Context, response *http.Response) *http.Response {
	if response != nil && response.Body != nil && response.Body != http.NoBody {
		response.Body = retry.KeepReadCloser(ctx, response.Body)
	}
	return response
}

// Discard is for generated code: it closes the body of a response that the caller does not
// get.
func Discard(response *http.Response) {
	if response != nil && response.Body != nil {
		_ = response.Body.Close()
	}
}
