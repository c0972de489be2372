//go:build ignore

package rows

import (
	"time"

	nats "github.com/nats-io/nats.go"

	retry "github.com/retrygen/retrygen/runtime"
)

// sortNATS sorts the errors of NATS, and those of its JetStream API by their codes.
func sortNATS(err error) (retry.Class, time.Duration) {
	switch err {
	case nats.ErrNoResponders, nats.ErrNoStreamResponse:
		return retry.ClassUnsent, 0
	case nats.ErrTimeout:
		return retry.ClassTransient, 0
	case nats.ErrMaxPayload, nats.ErrBadSubject, nats.ErrKeyNotFound, nats.ErrKeyDeleted, nats.ErrNoKeysFound,
		nats.ErrBucketNotFound, nats.ErrObjectNotFound, nats.ErrNoObjectsFound, nats.ErrNoMatchingStream:
		return retry.ClassAnswer, 0
	}
	e, ok := err.(interface{ APIError() *nats.APIError })
	if !ok || e.APIError() == nil {
		return retry.ClassUnclassified, 0
	}
	switch e.APIError().ErrorCode {
	case 10136, 10138, 10139: // filter subjects that are wrong, in spite of code 500
		return retry.ClassAnswer, 0
	}
	return retry.ClassOfStatus(e.APIError().Code), 0
}
