package policy

import (
	"math"
	"time"
)

// NeverStarts returns the first attempt that can never start, because even the shortest
// delays before it use up the total timeout, and the sum of those delays. It returns 0
// when every attempt may start, and for unlimited attempts. The shortest delay of a
// strategy is the one for the draw 0, as in package backoff.
func (p Policy) NeverStarts() (attempt int, waited time.Duration) {
	total, s := p.Timeout.Total, p.Retry.Strategy
	if total <= 0 || p.Timeout.Off || s == nil || p.Retry.Attempts == Unlimited {
		return 0, 0
	}
	var delay time.Duration
	for n := 1; n < p.Retry.Attempts; n++ {
		delay = s.Delay(n, delay, 0)
		waited += min(delay, math.MaxInt64-waited)
		if waited >= total {
			return n + 1, waited
		}
	}
	return 0, 0
}
