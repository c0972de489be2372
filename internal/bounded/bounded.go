// Package bounded keeps the values of a label few. A metrics system makes a series for each
// value, and some values come from a server, which can send as many as it likes.
package bounded

import (
	"maps"
	"sync"
	"sync/atomic"
)

// Other stands for the values that came after a Set was full. It is the value that
// OpenTelemetry's conventions reserve for that in error.type.
const Other = "_OTHER"

// A Set admits a number of different values: those that come first. It is safe for
// concurrent use. It takes a lock only to admit a new value.
type Set struct {
	most   int
	mu     sync.Mutex                          // of those that admit a value
	values atomic.Pointer[map[string]struct{}] // each map is read only
}

// New returns a Set of at most that many values. Zero or less: it admits none.
func New(most int) *Set {
	s := &Set{most: most}
	s.values.Store(&map[string]struct{}{})
	return s
}

// Of returns the value if it is in the set or there is room for it, and Other if not. The
// empty value stays empty and takes no room.
func (s *Set) Of(value string) string {
	values := *s.values.Load()
	if _, ok := values[value]; ok || value == "" {
		return value
	}
	if len(values) >= s.most {
		return Other
	}
	return s.admit(value)
}

func (s *Set) admit(value string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	values := *s.values.Load()
	if _, ok := values[value]; ok {
		return value
	}
	if len(values) >= s.most {
		return Other
	}
	more := maps.Clone(values)
	more[value] = struct{}{}
	s.values.Store(&more)
	return value
}
