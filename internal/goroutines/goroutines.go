// Package goroutines fails the tests of a package that leave goroutines behind. Their
// TestMain is
//
//	func TestMain(m *testing.M) { goroutines.Main(m) }
package goroutines

import (
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"
)

// patience is how long the last ones may take to end.
const patience = 10 * time.Second

// Main runs the tests and exits. Where all have succeeded, it fails with the stacks of
// the goroutines when there are more of them than before.
func Main(m *testing.M) {
	before := runtime.NumGoroutine()
	code := m.Run()
	if code == 0 {
		if stacks := left(before, patience); stacks != "" {
			fmt.Fprintf(os.Stderr, "FAIL: the tests have left goroutines behind: there were %d\n%s", before, stacks)
			code = 1
		}
	}
	os.Exit(code)
}

// left waits until there are no more goroutines than before, and returns the stacks of
// all when that does not come to be. The collector helps, because what has been dropped
// may be what they wait for.
func left(before int, patience time.Duration) (stacks string) {
	over := time.After(patience)
	for runtime.NumGoroutine() > before {
		select {
		case <-over:
			var b strings.Builder
			_ = pprof.Lookup("goroutine").WriteTo(&b, 1) // a Builder takes everything
			return b.String()
		case <-time.After(time.Millisecond):
			runtime.GC()
		}
	}
	return ""
}
