package breaker

import "math/bits"

// An operation is a call that a goroutine made, with the moments of its start and return.
type operation[In, Out any] struct {
	in               In
	out              Out
	called, returned int64
}

// linearizable reports whether each operation can have taken effect in one step, at some
// moment between its start and its return. It searches for an order of the operations that
// respects those moments and in which the model gives the same outputs. A step of the model
// returns false if the output is wrong. There may be up to 64 operations.
//
// The search is that of Wing and Gong, "Testing and Verifying Concurrent Objects" (1993).
// It remembers what it has tried, as in Lowe, "Testing for linearizability" (2017).
func linearizable[S comparable, In, Out any](start S, step func(S, In, Out) (S, bool), history []operation[In, Out]) bool {
	type point struct {
		done  uint64 // a bit for each operation in the order so far
		state S
	}
	tried := make(map[point]bool)
	var search func(point) bool
	search = func(at point) bool {
		if bits.OnesCount64(at.done) == len(history) {
			return true
		}
		if tried[at] {
			return false
		}
		tried[at] = true
		next := int64(1<<63 - 1) // the earliest return of those left
		for i, op := range history {
			if at.done&(1<<i) == 0 {
				next = min(next, op.returned)
			}
		}
		for i, op := range history {
			if at.done&(1<<i) != 0 || op.called > next {
				continue
			}
			if state, ok := step(at.state, op.in, op.out); ok && search(point{at.done | 1<<i, state}) {
				return true
			}
		}
		return false
	}
	return search(point{state: start})
}
