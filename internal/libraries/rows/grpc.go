//go:build ignore

package rows

import (
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	retry "github.com/retrygen/retrygen/runtime"
)

// sortGRPC sorts the errors of gRPC by their codes.
func sortGRPC(err error) (retry.Class, time.Duration) {
	e, ok := err.(interface{ GRPCStatus() *status.Status })
	if !ok {
		return retry.ClassUnclassified, 0
	}
	var delay time.Duration
	told := false
	for _, detail := range e.GRPCStatus().Proto().GetDetails() {
		if after, ok := retry.RetryInfo(detail.GetTypeUrl(), detail.GetValue()); ok {
			delay, told = after, true
		}
	}
	switch e.GRPCStatus().Code() {
	case codes.Unavailable:
		return retry.ClassTransient, delay
	case codes.ResourceExhausted:
		if told { // with a RetryInfo
			return retry.ClassThrottled, delay
		}
		return retry.ClassQuota, 0 // without a RetryInfo
	case codes.DeadlineExceeded:
		return retry.ClassDeadline, delay
	case codes.Aborted:
		return retry.ClassConflict, delay
	case codes.InvalidArgument, codes.NotFound, codes.AlreadyExists, codes.PermissionDenied, codes.Unauthenticated,
		codes.FailedPrecondition, codes.OutOfRange, codes.Unimplemented, codes.Canceled:
		return retry.ClassAnswer, 0
	case codes.Internal, codes.Unknown, codes.DataLoss:
		return retry.ClassFault, 0
	}
	return retry.ClassUnclassified, 0
}
