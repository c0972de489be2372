// Package striped counts what many goroutines do at the same time.
package striped

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// A Counter counts in stripes, one for each processor, so that processors do not wait for
// each other's cache. The zero Counter is ready to use, and as small as a pointer until the
// first Add. A Counter must not be copied.
type Counter struct{ stripes atomic.Pointer[stripes] }

type stripes struct {
	all    []stripe
	mine   sync.Pool // the *stripe that each processor used last
	handed atomic.Uint32
}

type stripe struct {
	n atomic.Int64
	_ [120]byte // two cache lines, because some processors fetch them in pairs
}

// Add adds one. It allocates memory only the first time and, for a few bytes, after a
// garbage collection.
func (c *Counter) Add() {
	s := c.stripes.Load()
	if s == nil {
		s = c.start()
	}
	if len(s.all) == 1 {
		s.all[0].n.Add(1)
		return
	}
	own := s.mine.Get().(*stripe)
	own.n.Add(1)
	s.mine.Put(own)
}

// start makes the stripes, unless another goroutine is quicker.
func (c *Counter) start() *stripes {
	s := &stripes{all: make([]stripe, runtime.GOMAXPROCS(0))}
	// The number is unsigned, because an int of 32 bits is negative after 2^31 turns.
	s.mine.New = func() any { return &s.all[s.handed.Add(1)%uint32(len(s.all))] }
	if !c.stripes.CompareAndSwap(nil, s) {
		return c.stripes.Load()
	}
	return s
}

// Load returns the sum. It includes every Add that has returned, and perhaps some that have
// not. It never gets smaller.
func (c *Counter) Load() (n int64) {
	if s := c.stripes.Load(); s != nil {
		for i := range s.all {
			n += s.all[i].n.Load()
		}
	}
	return n
}
