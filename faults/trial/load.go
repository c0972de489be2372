package trial

import (
	"sync"
	"sync/atomic"
	"time"
)

// A Result is the result of one call of a load.
type Result struct {
	Err  error
	Took time.Duration
}

// Load makes a number of calls from a number of goroutines. The calls are numbered from
// zero. A goroutine takes the next number when its call has ended and it has rested. Load
// returns the results by number.
func Load(goroutines, calls int, rest time.Duration, call func(n int) error) []Result {
	results := make([]Result, calls)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= calls {
					return
				}
				begin := time.Now()
				err := call(n)
				results[n] = Result{err, time.Since(begin)}
				<-time.After(rest)
			}
		})
	}
	wg.Wait()
	return results
}

// Acknowledged returns the number of calls without an error.
func Acknowledged(results []Result) int {
	count := 0
	for _, r := range results {
		if r.Err == nil {
			count++
		}
	}
	return count
}

// Longest returns the duration of the longest call.
func Longest(results []Result) time.Duration {
	var longest time.Duration
	for _, r := range results {
		longest = max(longest, r.Took)
	}
	return longest
}
