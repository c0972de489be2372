package breaker

import (
	"sync"
	"sync/atomic"
)

// stripes are counters of one thing, so far apart in memory that processors which use
// different ones do not wait for each other's cache.
type stripes struct {
	all    []stripe
	mine   sync.Pool // the *stripe that each processor used last
	handed atomic.Uint32
}

type stripe struct {
	counts [buckets]bucket // a window of calls uses one
	_      [128]byte       // two cache lines, because some processors fetch them in pairs
}

func (s *stripes) make(n int) {
	s.all = make([]stripe, n)
	s.mine.New = func() any {
		return s.next()
	}
}

// next returns the stripes in turn. The numbers are unsigned, because an int of 32 bits is
// negative after 2^31 turns.
func (s *stripes) next() *stripe {
	return &s.all[s.handed.Add(1)%uint32(len(s.all))]
}

// take returns a stripe until giveBack. Mostly no other processor uses it meanwhile.
func (s *stripes) take() *stripe {
	if len(s.all) == 1 {
		return &s.all[0]
	}
	return s.mine.Get().(*stripe)
}

func (s *stripes) giveBack(own *stripe) {
	if len(s.all) > 1 {
		s.mine.Put(own)
	}
}
