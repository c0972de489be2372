// Package striped counts what many goroutines do at the same time.
package striped

import (
	"math/bits"
	"runtime"
	"sync/atomic"
	"unsafe"
)

// A Counter counts in several numbers, so that processors which count at the same time mostly
// do not wait for each other's cache. The zero Counter is ready to use, and as small as a
// pointer until the first Add. A Counter must not be copied.
type Counter struct{ stripes atomic.Pointer[[]stripe] }

type stripe struct {
	n atomic.Int64
	_ [120]byte // two cache lines, because some processors fetch them in pairs
}

// stripesEach is the number of stripes for each processor. The more there are, the less often
// two goroutines share one.
const stripesEach = 4

// Add adds one. It allocates memory the first time only.
func (c *Counter) Add() {
	s := c.stripes.Load()
	if s == nil {
		s = c.start()
	}
	(*s)[place(len(*s))].n.Add(1)
}

// start makes the stripes, unless another goroutine is quicker.
func (c *Counter) start() *[]stripe {
	n := 1 << bits.Len(uint(stripesEach*runtime.GOMAXPROCS(0)-1)) // a power of two
	s := make([]stripe, n)
	c.stripes.CompareAndSwap(nil, &s)
	return c.stripes.Load()
}

// place returns a number below n, a power of two: mostly the same one for one goroutine, and
// another one for another. It comes from the address of the stack, because goroutines have no
// numbers. sync.Pool, which knows the processor, takes three times as long.
func place(n int) int {
	var here byte
	const smallest = 11 // bits of the address within the smallest stack
	address := uint64(uintptr(unsafe.Pointer(&here))) >> smallest
	const golden = 0x9E3779B97F4A7C15 // 2^64 divided by the golden ratio, for Fibonacci hashing
	return int(address * golden >> 32 & uint64(n-1))
}

// Load returns the sum. It includes every Add that has returned, and perhaps some that have
// not. It never gets smaller.
func (c *Counter) Load() (n int64) {
	if s := c.stripes.Load(); s != nil {
		for i := range *s {
			n += (*s)[i].n.Load()
		}
	}
	return n
}
