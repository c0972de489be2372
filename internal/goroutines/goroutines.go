// Package goroutines fails the tests of a package if they leave goroutines behind:
//
//	func TestMain(m *testing.M) { goroutines.Main(m) }
package goroutines

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"
)

// patience is the time that the last goroutines have to end.
const patience = 30 * time.Second

// Main runs the tests and exits. If they succeed but there are more goroutines than before,
// it prints the stacks of all goroutines and fails. It does not look while tests are fuzzed.
func Main(m *testing.M) {
	before := runtime.NumGoroutine()
	code := m.Run()
	if code == 0 && !fuzzing() {
		if stacks := left(before, patience); stacks != "" {
			fmt.Fprintf(os.Stderr, "FAIL: the tests left goroutines behind: there were %d before\n%s", before, stacks)
			code = 1
		}
	}
	os.Exit(code)
}

// fuzzing reports whether the tests are fuzzed. Package testing then listens for signals on a
// goroutine that does not end.
func fuzzing() bool {
	f := flag.Lookup("test.fuzz")
	return f != nil && f.Value.String() != ""
}

// left waits until there are no more goroutines than before. If that takes too long, it
// returns the stacks of all goroutines. It runs the garbage collector meanwhile, because a
// goroutine may wait for the collection of something.
func left(before int, patience time.Duration) (stacks string) {
	over := time.After(patience)
	for runtime.NumGoroutine() > before {
		select {
		case <-over:
			var b strings.Builder
			_ = pprof.Lookup("goroutine").WriteTo(&b, 1) // a Builder never fails
			return b.String()
		case <-time.After(time.Millisecond):
			runtime.GC()
		}
	}
	return ""
}
