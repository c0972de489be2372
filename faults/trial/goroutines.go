package trial

import (
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// LevelGoroutines fails the test if at its end there are more goroutines than now. It looks
// after the cleanups that are registered later.
func LevelGoroutines(t *testing.T) {
	t.Helper()
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		const asking = 1 // the goroutine of Eventually
		level := func() bool { return runtime.NumGoroutine() <= before+asking }
		if !assert.Eventually(t, level, time.Minute, 10*time.Millisecond, "goroutines are left") {
			var stacks strings.Builder
			_ = pprof.Lookup("goroutine").WriteTo(&stacks, 1) // a Builder never fails
			t.Log(stacks.String())
		}
	})
}
