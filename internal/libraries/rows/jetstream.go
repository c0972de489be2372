//go:build ignore

package rows

import (
	"time"

	"github.com/nats-io/nats.go/jetstream"

	retry "github.com/retrygen/retrygen/runtime"
)

// sortJetStream sorts the errors of package jetstream, and those of its API by their codes.
func sortJetStream(err error) (retry.Class, time.Duration) {
	switch err {
	case jetstream.ErrNoStreamResponse:
		return retry.ClassUnsent, 0
	case jetstream.ErrKeyNotFound, jetstream.ErrKeyDeleted, jetstream.ErrKeyExists, jetstream.ErrNoKeysFound,
		jetstream.ErrBucketNotFound, jetstream.ErrBucketExists, jetstream.ErrObjectNotFound,
		jetstream.ErrObjectAlreadyExists, jetstream.ErrNoObjectsFound, jetstream.ErrNoMessages:
		return retry.ClassAnswer, 0
	}
	e, ok := err.(interface{ APIError() *jetstream.APIError })
	if !ok || e.APIError() == nil {
		return retry.ClassUnclassified, 0
	}
	switch e.APIError().ErrorCode {
	case 10136, 10138, 10139: // filter subjects that are wrong, in spite of code 500
		return retry.ClassAnswer, 0
	}
	return retry.ClassOfStatus(e.APIError().Code), 0
}
