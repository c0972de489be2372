//go:build ignore

package rows

import (
	"time"

	redis "github.com/redis/go-redis/v9"

	retry "github.com/retrygen/retrygen/runtime"
)

// sortRedis sorts the errors that go-redis makes itself. Those of the server speak for
// themselves.
func sortRedis(err error) (retry.Class, time.Duration) {
	switch err {
	case redis.Nil:
		return retry.ClassAnswer, 0
	case redis.ErrPoolTimeout:
		return retry.ClassUnsent, 0
	}
	return retry.ClassUnclassified, 0
}
