package breaker

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// If epoch had no monotonic reading, clock would follow the time of day, and setting that
// would end or lengthen cooldowns.
func TestClockIsMonotonic(t *testing.T) {
	assert.Contains(t, epoch.String(), " m=", "how package time prints a monotonic reading")
}
