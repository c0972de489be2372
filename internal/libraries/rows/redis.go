//go:build ignore

package rows

import (
	"strings"
	"time"

	redis "github.com/redis/go-redis/v9"

	retry "github.com/retrygen/retrygen/runtime"
)

// sortRedis sorts the errors that go-redis makes itself. Those of the server speak for
// themselves, except that of a replica inside a script.
func sortRedis(err error) (retry.Class, time.Duration) {
	switch err {
	case redis.Nil:
		return retry.ClassAnswer, 0
	case redis.ErrPoolTimeout, redis.ErrPoolExhausted:
		return retry.ClassUnsent, 0
	}
	if e, ok := err.(redis.Error); ok && strings.Contains(e.Error(), "-READONLY You can't write against a read only replica") {
		return retry.ClassUnsent, 0 // READONLY inside a script
	}
	return retry.ClassUnclassified, 0
}
