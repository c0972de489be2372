package google

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/api/option"
	"google.golang.org/api/tasks/v1"

	"github.com/retrygen/retrygen/libraries/internal/rows"
	"github.com/retrygen/retrygen/libraries/internal/web"
	retry "github.com/retrygen/retrygen/runtime"
)

func TestErrors(t *testing.T) {
	for _, test := range []struct {
		status int
		reason string
		want   rows.Want
	}{
		{304, "", rows.Answer},
		{400, "badRequest", rows.Answer},
		{401, "authError", rows.Answer},
		{403, "forbidden", rows.Answer},
		{403, "rateLimitExceeded", rows.Throttled},
		{403, "userRateLimitExceeded", rows.Throttled},
		{404, "notFound", rows.Answer},
		{409, "conflict", rows.Answer},
		{412, "conditionNotMet", rows.Answer},
		{429, "rateLimitExceeded", rows.Throttled},
		{500, "backendError", rows.Transient},
		{501, "notImplemented", rows.Fault},
		{503, "backendError", rows.Transient},
	} {
		t.Run(fmt.Sprint(test.status, " ", test.reason), func(t *testing.T) {
			rows.Check(t, test.want, failing(test.status, test.reason, nil))
		})
	}
}

func TestRetryAfter(t *testing.T) {
	rows.CheckDelay(t, time.Minute, failing(503, "backendError", map[string]string{"Retry-After": "60"}))
}

func TestNotFoundHundredTimes(t *testing.T) { rows.Hundred(t, failing(404, "notFound", nil)) }

func TestBrokenConnection(t *testing.T) {
	rows.Check(t, rows.Transient, against(web.Response{Cut: true}))
}

// Not every response comes from the API itself.
func TestProxy(t *testing.T) {
	rows.Check(t, rows.Transient, against(web.Response{Status: 502, Body: "<h1>no</h1>"}))
}

func failing(status int, reason string, header map[string]string) rows.Open {
	if status == 304 { // without a body
		return against(web.Response{Status: status, Header: header})
	}
	body := fmt.Sprintf(`{"error": {"code": %d, "message": "no", "errors": [{"reason": %q, "message": "no"}]}}`, status, reason)
	return against(web.Response{Status: status, Header: header, Body: body})
}

func against(response web.Response) rows.Open {
	return func(t *testing.T, o *retry.Options) rows.Client {
		server := web.Start(t, response)
		api, err := tasks.NewService(t.Context(), option.WithEndpoint(server.URL), option.WithoutAuthentication())
		require.NoError(t, err)
		wrapped := NewResilientTasks(service{api.Tasks}, o)
		return rows.Client{
			Group: wrapped.Group(),
			Call: func(ctx context.Context) error {
				_, err := wrapped.Get(ctx, "list", "task")
				return err
			},
			Requests: server.Requests,
		}
	}
}
