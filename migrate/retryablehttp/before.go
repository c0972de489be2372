// Package retryablehttp has the same HTTP client with go-retryablehttp and with retrygen.
package retryablehttp

import (
	"net/http"

	"github.com/hashicorp/go-retryablehttp"
)

func newRetryableClient(transport http.RoundTripper) *http.Client {
	client := retryablehttp.NewClient()
	client.HTTPClient.Transport = transport
	client.Logger = nil
	return client.StandardClient()
}
