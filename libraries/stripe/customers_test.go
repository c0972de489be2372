package stripe

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v84"

	"github.com/retrygen/retrygen/libraries/internal/rows"
	"github.com/retrygen/retrygen/libraries/internal/web"
	retry "github.com/retrygen/retrygen/runtime"
)

func TestErrors(t *testing.T) {
	for _, test := range []struct {
		status     int
		kind, code string
		want       rows.Want
	}{
		{400, "invalid_request_error", "parameter_missing", rows.Answer},
		{400, "idempotency_error", "", rows.Answer},
		{401, "invalid_request_error", "api_key_expired", rows.Answer},
		{402, "card_error", "card_declined", rows.Answer},
		{404, "invalid_request_error", "resource_missing", rows.Answer},
		{409, "invalid_request_error", "idempotency_key_in_use", rows.Answer},
		{429, "invalid_request_error", "lock_timeout", rows.Throttled},
		{429, "invalid_request_error", "rate_limit", rows.Throttled},
		{429, "card_error", "card_decline_rate_limit_exceeded", rows.Answer},
		{500, "api_error", "", rows.Transient},
		{503, "api_error", "", rows.Transient},
		{501, "api_error", "", rows.Fault},
	} {
		t.Run(fmt.Sprintf("%d %s %s", test.status, test.kind, test.code), func(t *testing.T) {
			rows.Check(t, test.want, failing(test.status, test.kind, test.code, nil))
		})
	}
}

func TestRetryAfter(t *testing.T) {
	rows.CheckDelay(t, time.Minute, failing(429, "invalid_request_error", "rate_limit", map[string]string{"Retry-After": "60"}))
}

func TestDeclinedCardHundredTimes(t *testing.T) {
	rows.Hundred(t, failing(402, "card_error", "card_declined", nil))
}

func TestBrokenConnection(t *testing.T) {
	rows.Check(t, rows.Transient, against(web.Response{Reset: true}))
}

func failing(status int, kind, code string, header map[string]string) rows.Open {
	body := fmt.Sprintf(`{"error": {"type": %q, "code": %q, "message": "no"}}`, kind, code)
	return against(web.Response{Status: status, Header: header, Body: body})
}

// against opens a wrapped client that repeats nothing itself.
func against(response web.Response) rows.Open {
	return func(t *testing.T, o *retry.Options) rows.Client {
		server := web.Start(t, response)
		client := stripe.NewClient("sk_test_1", stripe.WithBackends(stripe.NewBackendsWithConfig(&stripe.BackendConfig{
			URL: stripe.String(server.URL), MaxNetworkRetries: stripe.Int64(0), LeveledLogger: new(stripe.LeveledLogger),
		})))
		customers := NewResilientCustomers(client.V1Customers, o)
		return rows.Client{
			Group: customers.Group(),
			Call: func(ctx context.Context) error {
				_, err := customers.Create(ctx, new(stripe.CustomerCreateParams))
				return err
			},
			Requests: server.Requests,
		}
	}
}
