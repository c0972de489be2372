package load

import (
	"runtime"
	"sync"
)

// Parallel calls do for 0 to n-1. It starts the calls in that order, and runs as many at a
// time as there are processors.
func Parallel(n int, do func(i int)) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}
