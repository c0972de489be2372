package httpretry

import (
	"context"
	"net/http"

	retry "github.com/retrygen/retrygen/runtime"
)

// KeepResponse is retry.Keep for a response: its body may be read for as long as it
// takes, whatever the timeouts of the call were, and ends the context when it is
// closed, or collected without. A body that can be written to, that of a response
// which switches protocols, stays an io.Writer. Generated code calls it.
func KeepResponse(ctx context.Context, response *http.Response) *http.Response {
	if response != nil && response.Body != nil && response.Body != http.NoBody {
		response.Body = retry.KeepReadCloser(ctx, response.Body)
	}
	return response
}
