package striped

import (
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCounterCountsEachAddOnce(t *testing.T) {
	for _, processors := range []int{1, 2, 8} {
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
		assert.Len(t, c.stripes.Load().all, processors)
	}
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
