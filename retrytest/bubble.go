package retrytest

import (
	"testing"
	"testing/synctest"

	retry "github.com/retrygen/retrygen/runtime"
)

// Bubble runs f in a testing/synctest bubble, with a Group for the wrappers that f makes. The
// Group counts its calls. When f has returned and all goroutines of the bubble have ended or
// wait, Bubble fails the test if the calls have left something behind; see [Idle]. As in every
// bubble, a goroutine that never ends fails the test as well.
func Bubble(t *testing.T, f func(t *testing.T, group *retry.Group)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		group.SetCounting(true)
		f(t, group)
		synctest.Wait()
		Idle(t, group)
	})
}
