package breaker

import "time"

// cooldown returns how long the k-th opening since the breaker was last closed lasts; k
// starts at 1. If longest is zero, each one lasts as long as the first. Otherwise they
// double up to longest, and u, uniform in [0,1), draws from the last quarter below that.
func cooldown(first, longest time.Duration, k int, u float64) time.Duration {
	if longest == 0 {
		return first
	}
	e := first
	for ; k > 1 && e < longest; k-- {
		e += min(e, longest-e)
	}
	return e - time.Duration(u*float64(e/4))
}
