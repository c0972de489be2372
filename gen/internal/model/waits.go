package model

import (
	"time"

	"github.com/retrygen/retrygen/backoff"
)

// BoundOf is the least duration that all draws of a strategy are below, or the delay
// where nothing is drawn.
func BoundOf(s backoff.Strategy, retry int, prev time.Duration) time.Duration {
	most := s.Delay(retry, prev, almostOne)
	if most > s.Delay(retry, prev, 0) {
		most++ // draws are whole nanoseconds, and this is the last one
	}
	return most
}

// almostOne is the largest draw that a strategy can get.
const almostOne = 1 - 1.0/(1<<53)
