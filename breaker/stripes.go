package breaker

import (
	"sync"
	"sync/atomic"
)

// stripes are counters of the same thing that are so far apart that processors
// which each take one do not wait for each other's cache.
type stripes struct {
	all    []stripe
	mine   sync.Pool // the *stripe that a processor has had last
	handed atomic.Uint32
}

type stripe struct {
	counts [buckets]bucket // a window of calls has one
	_      [128]byte       // two lines, because some processors fetch them in pairs
}

func (s *stripes) make(n int) {
	s.all = make([]stripe, n)
	s.mine.New = func() any {
		return s.next()
	}
}

// next hands the stripes out in turn. The remainder is that of unsigned numbers, because
// an int of 32 bits is negative after 2^31 turns.
func (s *stripes) next() *stripe {
	return &s.all[s.handed.Add(1)%uint32(len(s.all))]
}

// take returns the processor's own stripe, most of the time: others may be using it
// too. giveBack ends that.
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
