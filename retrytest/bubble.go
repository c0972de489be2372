package retrytest

import (
	"testing"
	"testing/synctest"

	retry "github.com/retrygen/retrygen/runtime"
)

// Bubble runs f in a testing/synctest bubble, with a Group for the wrappers that f makes. When
// f has returned and all goroutines of the bubble have ended or wait, it fails the test if the
// Group still has an attempt under a limit, one that waits for a place or a turn, or a probe of
// a breaker. As in every bubble, a goroutine that never ends fails the test as well.
func Bubble(t *testing.T, f func(t *testing.T, group *retry.Group)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		f(t, group)
		synctest.Wait()
		idle(t, group)
	})
}

// idle fails the test if a method of the group still holds something. What methods share is
// reported for each of them.
func idle(t T, group *retry.Group) {
	t.Helper()
	for _, m := range group.Snapshot().Methods {
		if m.Limit != nil && m.Limit.Active+m.Limit.Waiting > 0 {
			t.Errorf("%s: the limit of %s is still in use; attempts under way: %d, waiting: %d", m.Method, m.Limit.Name, m.Limit.Active, m.Limit.Waiting)
		}
		if m.Breaker != nil && m.Breaker.Probes > 0 {
			t.Errorf("%s: the breaker of %s still waits for probes: %d", m.Method, m.Breaker.Name, m.Breaker.Probes)
		}
	}
}
