package breaker

import "math/bits"

// An operation is what a goroutine did between two moments.
type operation[In, Out any] struct {
	in               In
	out              Out
	called, returned int64
}

// linearizable reports whether each operation can have happened at once, at some moment
// between its call and its return: whether there is an order of them that respects those
// moments and in which the model, step by step, has the same outputs. A step returns
// false when the output is not the model's. The number of operations is 64 at most.
//
// This is the search of Wing and Gong, "Testing and Verifying Concurrent Objects"
// (1993), with Lowe's memory of what has been tried.
func linearizable[S comparable, In, Out any](start S, step func(S, In, Out) (S, bool), history []operation[In, Out]) bool {
	type point struct {
		done  uint64 // a bit for each operation that has happened
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
		next := int64(1<<63 - 1) // the first return that is still to come
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
