//go:build ignore

package rows

import (
	"time"

	nats "github.com/nats-io/nats.go"

	retry "github.com/retrygen/retrygen/runtime"
)

// sortNATSFetch sorts the error by which NATS says that no message has come.
func sortNATSFetch(err error) (retry.Class, time.Duration) {
	switch err {
	case nats.ErrTimeout:
		return retry.ClassAnswer, 0
	}
	return retry.ClassUnclassified, 0
}
