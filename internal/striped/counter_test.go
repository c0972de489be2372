package striped

import (
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCounterCountsEachAddOnce(t *testing.T) {
	for processors, stripes := range map[int]int{1: 4, 2: 8, 3: 16, 8: 32} {
		t.Run(fmt.Sprint(processors), func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
			var c Counter
			assert.Zero(t, c.Load())
			var wg sync.WaitGroup
			for range 16 {
				wg.Go(func() {
					for range 1000 {
						c.Add()
					}
				})
			}
			wg.Wait()
			assert.EqualValues(t, 16_000, c.Load())
			assert.Len(t, *c.stripes.Load(), stripes)
		})
	}
}

// Goroutines that run at the same time use different stripes, or nothing would be gained.
func TestGoroutinesSpread(t *testing.T) {
	const stripes = 1 << 10
	var mu sync.Mutex
	places := make(map[int]bool)
	var all, wg sync.WaitGroup
	all.Add(100)
	for range 100 {
		wg.Go(func() {
			at := place(stripes)
			assert.True(t, 0 <= at && at < stripes)
			mu.Lock()
			places[at] = true
			mu.Unlock()
			all.Done()
			all.Wait() // or one would take over the stack of another
		})
	}
	wg.Wait()
	assert.Greater(t, len(places), 50)
}

// Refusals are counted here, and they do not allocate.
func TestAddAllocatesNothing(t *testing.T) {
	var c Counter
	assert.Zero(t, testing.AllocsPerRun(1000, c.Add))
}

func BenchmarkAdd(b *testing.B) {
	var c Counter
	b.ReportAllocs()
	for b.Loop() {
		c.Add()
	}
}

// On all processors at once an Add must not cost more.
func BenchmarkAddParallel(b *testing.B) {
	var c Counter
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			c.Add()
		}
	})
}
