package figures

import (
	"cmp"
	"math"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
)

// Refused returns the share of the calls that an open breaker refuses, 0 to 1, while the
// outage lasts. A round begins when the breaker opens. It refuses for the cooldown, then
// admits the next call as a probe, and refuses others until the probe fails. So a round has
// rate·(cooldown + takes) + 1 calls, of which it admits one, or several with probes=N. With
// max-cooldown the cooldown is the one that it grows to, less the mean of its random part.
//
// It is not ok if a probe takes as long as the cooldown, because others may then follow it.
func Refused(b policy.Breaker, t Traffic) (share float64, ok bool) {
	cooldown := cmp.Or(b.Cooldown, breaker.DefaultCooldown)
	if t.Takes >= cooldown {
		return 0, false
	}
	lasts := cooldown.Seconds()
	if b.MaxCooldown > 0 {
		const lessOnAverage = 1.0 / 8 // of a random part of up to a quarter
		lasts = b.MaxCooldown.Seconds() * (1 - lessOnAverage)
	}
	calls := t.Rate*(lasts+t.Takes.Seconds()) + 1
	admitted := 1 + fewer(cmp.Or(b.Probes, breaker.DefaultProbes)-1, t.Rate*t.Takes.Seconds())
	return 1 - admitted/calls, true
}

// fewer returns the mean of min(most, n), where n has a Poisson distribution.
func fewer(most int, mean float64) float64 {
	var sum float64
	chance, below := math.Exp(-mean), 0.0
	for n := range most { // the mean of min(most, N) is the sum of P(N > n)
		below += chance
		sum += max(0, 1-below)
		chance *= mean / float64(n+1)
		if mean > 700 {
			return float64(most) // exp has no room for less
		}
	}
	return sum
}
