package breaker

import "time"

// cooldown is how long opening k since the breaker was last closed takes, k being
// 1 first. Without a longest one it is the first each time. With it, it doubles up
// to the longest and is drawn by u, uniform in [0,1), from the last quarter below.
func cooldown(first, longest time.Duration, k int, u float64) time.Duration {
	if longest == 0 {
		return first
	}
	e := first
	for range k - 1 {
		if e > longest/2 {
			e = longest
			break
		}
		e *= 2
	}
	e = min(e, longest)
	return e - time.Duration(u*float64(e/4))
}
