//go:build ignore

package rows

import (
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	retry "github.com/retrygen/retrygen/runtime"
)

// sortFranz sorts the errors of Kafka that franz-go returns.
func sortFranz(err error) (retry.Class, time.Duration) {
	if err == kgo.ErrMaxBuffered {
		return retry.ClassThrottled, 0
	}
	e, ok := err.(*kerr.Error)
	switch {
	case !ok:
		return retry.ClassUnclassified, 0
	case e.Code == kerr.UnknownServerError.Code:
		return retry.ClassFault, 0
	case e.Retriable: // an error that may go away
		return retry.ClassTransient, 0
	}
	return retry.ClassAnswer, 0 // any other error of Kafka
}
