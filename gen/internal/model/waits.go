package model

import (
	"time"

	"github.com/retrygen/retrygen/backoff"
)

// BoundOf returns the smallest duration that every random delay stays below. Without
// jitter it returns the delay itself.
func BoundOf(s backoff.Strategy, retry int, prev time.Duration) time.Duration {
	most := s.Delay(retry, prev, almostOne)
	if most > s.Delay(retry, prev, 0) {
		most++ // a draw is a whole number of nanoseconds, and this is the largest
	}
	return most
}

// almostOne is the largest draw that a strategy can get.
const almostOne = 1 - 1.0/(1<<53)
