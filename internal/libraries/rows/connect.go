//go:build ignore

package rows

import (
	"time"

	"connectrpc.com/connect"

	"github.com/retrygen/retrygen/httpretry"
	retry "github.com/retrygen/retrygen/runtime"
)

// sortConnect sorts the errors of connect by their codes. Of errors that the client itself calls
// unknown or canceled, what they wrap says more.
func sortConnect(err error) (retry.Class, time.Duration) {
	e, ok := err.(*connect.Error)
	if !ok {
		return retry.ClassUnclassified, 0
	}
	delay, told := httpretry.RetryAfter(e.Meta())
	for _, detail := range e.Details() {
		if after, ok := retry.RetryInfo(detail.Type(), detail.Bytes()); ok && !told {
			delay, told = after, true
		}
	}
	switch e.Code() {
	case connect.CodeUnavailable:
		return retry.ClassTransient, delay
	case connect.CodeResourceExhausted:
		if told { // with Retry-After or a RetryInfo
			return retry.ClassThrottled, delay
		}
		return retry.ClassQuota, 0 // with neither
	case connect.CodeDeadlineExceeded:
		return retry.ClassDeadline, delay
	case connect.CodeAborted:
		return retry.ClassConflict, delay
	case connect.CodeInvalidArgument, connect.CodeNotFound, connect.CodeAlreadyExists, connect.CodePermissionDenied,
		connect.CodeUnauthenticated, connect.CodeFailedPrecondition, connect.CodeOutOfRange, connect.CodeUnimplemented:
		return retry.ClassAnswer, 0
	case connect.CodeCanceled:
		if connect.IsWireError(e) { // from the server
			return retry.ClassAnswer, 0
		}
	case connect.CodeUnknown:
		switch {
		case connect.IsNotModifiedError(e): // status 304
			return retry.ClassAnswer, 0
		case connect.IsWireError(e): // from the server
			return retry.ClassFault, 0
		}
	case connect.CodeInternal, connect.CodeDataLoss:
		return retry.ClassFault, 0
	}
	return retry.ClassUnclassified, 0
}
