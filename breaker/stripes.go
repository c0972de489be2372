package breaker

import (
	"sync"
	"sync/atomic"
)

// stripes are counters of the same thing that are so far apart that processors
// which each take one do not wait for each other's cache.
type stripes[T any] struct {
	all    []stripe[T]
	mine   sync.Pool // the *stripe[T] that a processor has had last
	handed atomic.Uint32
}

type stripe[T any] struct {
	counts T
	_      [128]byte // two lines, because some processors fetch them in pairs
}

func (s *stripes[T]) make(n int) {
	s.all = make([]stripe[T], n)
	s.mine.New = func() any {
		i := s.handed.Add(1)
		return &s.all[int(i)%len(s.all)]
	}
}

// take returns the processor's own stripe, most of the time: others may be using it
// too. giveBack ends that.
func (s *stripes[T]) take() *stripe[T] {
	if len(s.all) == 1 {
		return &s.all[0]
	}
	return s.mine.Get().(*stripe[T])
}

func (s *stripes[T]) giveBack(own *stripe[T]) {
	if len(s.all) > 1 {
		s.mine.Put(own)
	}
}
