package breaker

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// An attempt that a breaker admitted while it was off never counts, even if the breaker is
// on when the attempt ends.
func TestAttemptThatBeganWhileOffDoesNotCount(t *testing.T) {
	for name, config := range map[string]Config{
		"consecutive": {Failures: 1},
		"rate":        {Rate: 50 * Percent, Min: 1},
	} {
		t.Run(name, func(t *testing.T) {
			b := New(config)
			b.SetMode(Off)
			permit := allowed(t, b)
			b.SetMode(On)
			permit.Done(Failure)
			assert.Equal(t, Closed, b.State())
			assert.Zero(t, b.Snapshot().Failures)
		})
	}
}
