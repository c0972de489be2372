package oapi

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/httpretry"
	"github.com/retrygen/retrygen/libraries/internal/rows"
	"github.com/retrygen/retrygen/libraries/internal/web"
	retry "github.com/retrygen/retrygen/runtime"
)

// The client returns a bad status without an error, but it counts.
func TestStatuses(t *testing.T) {
	for status, want := range map[int]rows.Want{
		400: rows.Answer, 404: rows.Answer, 429: rows.Throttled, 500: rows.Transient, 501: rows.Fault, 503: rows.Transient,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			rows.Check(t, want, getting(web.Response{Status: status}))
			rows.Check(t, want, parsing(web.Response{Status: status}))
		})
	}
	rows.Hundred(t, getting(web.Response{Status: 404}))
	rows.Hundred(t, parsing(web.Response{Status: 404}))
}

func TestRetryAfter(t *testing.T) {
	response := web.Response{Status: 429, Header: map[string]string{"Retry-After": "60"}, Body: "not yet"}
	server := web.Start(t, response)
	items := NewResilientParsedItems(parsed(t, server.URL), nil) // with a max of 10s
	got, err := items.GetItemWithResponse(t.Context(), "1")
	require.NoError(t, err)
	assert.Equal(t, "not yet", string(got.Body))
	assert.Equal(t, time.Minute, statusOf(got, nil).(*httpretry.StatusError).RetryAfter())
	assert.Equal(t, 1, server.Requests())
}

func getting(response web.Response) rows.Open {
	return func(t *testing.T, o *retry.Options) rows.Client {
		server := web.Start(t, response)
		client, err := NewClient(server.URL)
		require.NoError(t, err)
		items := NewResilientItems(client, o)
		return rows.Client{
			Group:    items.Group(),
			Call:     func(ctx context.Context) error { return closing(items.GetItem(ctx, "1")) },
			Requests: server.Requests,
		}
	}
}

func parsing(response web.Response) rows.Open {
	return func(t *testing.T, o *retry.Options) rows.Client {
		server := web.Start(t, response)
		items := NewResilientParsedItems(parsed(t, server.URL), o)
		return rows.Client{
			Group:    items.Group(),
			Call:     func(ctx context.Context) error { return statusOf(items.GetItemWithResponse(ctx, "1")) },
			Requests: server.Requests,
		}
	}
}

func parsed(t *testing.T, url string) *ClientWithResponses {
	t.Helper()
	client, err := NewClientWithResponses(url)
	require.NoError(t, err)
	return client
}

// closing returns the error that counts, and closes the response.
func closing(response *http.Response, err error) error {
	if err != nil {
		return err
	}
	defer response.Body.Close()
	return httpretry.ResponseError(response, nil)
}
