//go:build ignore

package rows

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	retry "github.com/retrygen/retrygen/runtime"
)

// sortMongo sorts the errors of the driver of MongoDB that have no label. Labels speak for
// themselves.
func sortMongo(err error) (retry.Class, time.Duration) {
	switch e := err.(type) {
	case topology.ServerSelectionError:
		return retry.ClassTransient, 0
	case mongo.LabeledError:
		for _, label := range []string{"NetworkError", "SystemOverloadedError", "TransientTransactionError", "RetryableWriteError", "NoWritesPerformed"} {
			if e.HasErrorLabel(label) {
				return retry.ClassUnclassified, 0
			}
		}
		switch {
		case mongo.IsTimeout(err): // a timeout, without a label
			return retry.ClassTransient, 0
		case mongo.IsDuplicateKeyError(err): // a duplicate key, without a label
			return retry.ClassAnswer, 0
		}
	}
	return retry.ClassUnclassified, 0
}
