package retry

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/policy"
)

// A Snapshot allocates a few objects for each method, so an exporter can take one every few
// seconds however large the group is.
func TestSnapshotIsLinear(t *testing.T) {
	small, large := snapshotCost(10), snapshotCost(100)
	assert.LessOrEqual(t, small, 30.0, "a snapshot of a breaker for each method, and the lists")
	assert.LessOrEqual(t, large, 10*small, "of ten times the methods")
}

// snapshotCost returns how often Snapshot allocates for a group with so many methods.
func snapshotCost(methods int) float64 {
	group := new(Group)
	group.SetCounting(true)
	w := NewWrapper("Client", policy.Policy{}, &Options{Group: group})
	for i := range methods {
		w.Method("Get"+strconv.Itoa(i), MethodSpec{Policy: policy.Policy{Breaker: policy.Breaker{Failures: 5}}})
	}
	return testing.AllocsPerRun(20, func() { group.Snapshot() })
}
