package httpclient

import (
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/httpretry"
	"github.com/retrygen/retrygen/libraries/internal/rows"
	"github.com/retrygen/retrygen/libraries/internal/web"
	retry "github.com/retrygen/retrygen/runtime"
)

// The status of a response counts although there is no error.
func TestStatusesOfResponses(t *testing.T) {
	for status, want := range map[int]rows.Want{404: rows.Answer, 429: rows.Throttled, 501: rows.Fault, 503: rows.Transient} {
		t.Run(http.StatusText(status), func(t *testing.T) { rows.Check(t, want, responding(web.Response{Status: status})) })
	}
	rows.Hundred(t, responding(web.Response{Status: 404}))
}

// The caller gets the last response with its body, and no error.
func TestLastResponse(t *testing.T) {
	server := web.Start(t, web.Response{Status: 503, Body: "try again later"})
	client := NewResilientResponses(&http.Client{Transport: fresh(t)}, nil)
	response, err := client.Do(request(t.Context(), "GET", server.URL))
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, "try again later", string(body))
	assert.Equal(t, 3, server.Requests())
}

func responding(response web.Response) rows.Open {
	return func(t *testing.T, o *retry.Options) rows.Client {
		server := web.Start(t, response)
		wrapped := NewResilientResponses(&http.Client{Transport: fresh(t)}, o)
		return rows.Client{
			Group: wrapped.Group(),
			Call: func(ctx context.Context) error {
				return httpretry.ResponseError(wrapped.Do(request(ctx, "GET", server.URL)))
			},
			Requests: server.Requests,
		}
	}
}
