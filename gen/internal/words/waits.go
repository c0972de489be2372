package words

import (
	"math"
	"strings"
	"time"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/policy"
)

const (
	// manyWaits is how many different waits are listed. Of more, only the first few are.
	manyWaits, fewWaits = 8, 4

	// lookedAt is after how many waits one is taken to go on for ever that has
	// repeated itself.
	lookedAt = 1000
)

// waitsInWords tells all waits of a policy, those of a jittered strategy as ranges: what
// goes on to the end is told once.
func waitsInWords(p policy.Retry) string {
	waits, last := waitTexts(p)
	steady := len(waits) - 1 // where the wait is reached that stays
	for steady > 0 && waits[steady-1] == waits[steady] {
		steady--
	}
	_, scheduled := p.Strategy.(backoff.Schedule)
	switch {
	case steady == 0 && waits[0] == "0s":
		return "without waits"
	case len(waits) == 1:
		return "with a wait of " + waits[0]
	case steady == 0:
		return "with waits of " + waits[0] + " each"
	case steady < len(waits)-1 && (steady < manyWaits || scheduled):
		return "with waits of " + strings.Join(waits[:steady], ", ") + ", then " + waits[steady] + " each time"
	case len(waits) <= manyWaits || scheduled && len(waits) < lookedAt:
		return "with waits of " + Series(waits, "and")
	case last == math.MaxInt64:
		return "with waits of " + strings.Join(waits[:fewWaits], ", ") + " and so on"
	default:
		return "with waits of " + strings.Join(waits[:fewWaits], ", ") + " and so on up to " + diag.Short(last)
	}
}

// waitTexts returns the first waits of a policy in words, and the bound of the last one.
func waitTexts(p policy.Retry) (texts []string, last time.Duration) {
	retries := p.Attempts - 1
	var low, high time.Duration
	for n := 1; n <= min(retries, lookedAt); n++ {
		low, high = p.Strategy.Delay(n, low, 0), model.BoundOf(p.Strategy, n, high)
		text := diag.Short(low)
		if high > low {
			text += " to " + diag.Short(high)
		}
		texts = append(texts, text)
	}
	if retries > lookedAt {
		high = model.BoundOf(p.Strategy, retries, high)
	}
	return texts, high
}
