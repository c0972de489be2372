//go:build ignore

package rows

import (
	"time"

	"google.golang.org/api/googleapi"

	"github.com/retrygen/retrygen/httpretry"
	retry "github.com/retrygen/retrygen/runtime"
)

// sortGoogle sorts the errors of Google APIs by their status. Some of these APIs throttle with
// status 403.
func sortGoogle(err error) (retry.Class, time.Duration) {
	e, ok := err.(*googleapi.Error)
	if !ok {
		return retry.ClassUnclassified, 0
	}
	delay, _ := httpretry.RetryAfter(e.Header)
	for _, item := range e.Errors {
		switch item.Reason {
		case "rateLimitExceeded", "userRateLimitExceeded":
			return retry.ClassThrottled, delay
		}
	}
	switch e.Code {
	case 304: // not modified
		return retry.ClassAnswer, 0
	}
	return retry.ClassOfStatus(e.Code), delay
}
