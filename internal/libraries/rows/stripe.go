//go:build ignore

package rows

import (
	"time"

	stripe "github.com/stripe/stripe-go/v84"

	"github.com/retrygen/retrygen/httpretry"
	retry "github.com/retrygen/retrygen/runtime"
)

// sortStripe sorts the errors of Stripe by their type and code, and else by their status.
func sortStripe(err error) (retry.Class, time.Duration) {
	e, ok := err.(*stripe.Error)
	if !ok {
		return retry.ClassUnclassified, 0
	}
	var delay time.Duration
	if e.LastResponse != nil {
		delay, _ = httpretry.RetryAfter(e.LastResponse.Header)
	}
	switch e.Code {
	case stripe.ErrorCodeLockTimeout:
		return retry.ClassThrottled, delay
	case stripe.ErrorCodeIdempotencyKeyInUse:
		return retry.ClassAnswer, 0
	}
	switch e.Type {
	case stripe.ErrorTypeCard, stripe.ErrorTypeIdempotency:
		return retry.ClassAnswer, 0
	}
	return retry.ClassOfStatus(e.HTTPStatusCode), delay
}
