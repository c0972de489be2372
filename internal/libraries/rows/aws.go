//go:build ignore

package rows

import (
	"strconv"
	"time"

	smithyhttp "github.com/aws/smithy-go/transport/http"

	retry "github.com/retrygen/retrygen/runtime"
)

// sortAWS reads the delay that services of AWS ask for, in milliseconds. The errors say
// themselves of which class they are.
func sortAWS(err error) (retry.Class, time.Duration) {
	e, ok := err.(interface{ HTTPResponse() *smithyhttp.Response })
	if !ok || e.HTTPResponse() == nil || e.HTTPResponse().Response == nil {
		return retry.ClassUnclassified, 0
	}
	delay, parseErr := strconv.ParseUint(e.HTTPResponse().Header.Get("X-Amz-Retry-After"), 10, 31)
	if parseErr != nil {
		return retry.ClassUnclassified, 0
	}
	return retry.ClassUnclassified, time.Duration(delay) * time.Millisecond
}
