package breaker

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// An epoch without its monotonic reading would make the clock that of the day, and
// whoever sets that would end or lengthen cooldowns.
func TestClockIsMonotonic(t *testing.T) {
	assert.Contains(t, epoch.String(), " m=", "what package time prints of a monotonic reading")
}
