package trial

import (
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// LevelGoroutines fails the test when there are more goroutines at its end, after the
// cleanups that are registered later, than there are now.
func LevelGoroutines(t *testing.T) {
	t.Helper()
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		const asking = 1 // the goroutine that asks
		level := func() bool { return runtime.NumGoroutine() <= before+asking }
		if !assert.Eventually(t, level, 10*time.Second, 10*time.Millisecond, "goroutines are left") {
			var stacks strings.Builder
			_ = pprof.Lookup("goroutine").WriteTo(&stacks, 1) // a Builder takes everything
			t.Log(stacks.String())
		}
	})
}
