package simulate

import "time"

// An event is something that happens at a moment of virtual time.
type event struct {
	at   time.Duration
	seq  uint64 // events of the same moment happen in the order in which they were planned
	who  int32  // the call, the request or the client that it is about
	n    uint32 // tells an event that is still wanted from one that is not
	kind kind
	code uint8
}

// A kind says what happens in an event.
type kind uint8

const (
	timer    kind = iota // a call has waited until the time that it asked for
	answered             // an attempt returns to its caller
	served               // the dependency has finished with a request
	hinted               // the processes talk; see hints
	custom               // the scenario knows what
)

func (e *event) before(other *event) bool {
	return e.at < other.at || e.at == other.at && e.seq < other.seq
}

// A queue holds the events to come, the next one first. It is a heap whose nodes have four
// children: with a million events it is half as deep as a binary one, and a node's children
// are neighbours in memory.
type queue struct {
	events []event
	seq    uint64
}

const children = 4

// add plans an event.
func (q *queue) add(e event) {
	q.seq++
	e.seq = q.seq
	q.events = append(q.events, e)
	i := len(q.events) - 1
	for i > 0 {
		parent := (i - 1) / children
		if !e.before(&q.events[parent]) {
			break
		}
		q.events[i] = q.events[parent]
		i = parent
	}
	q.events[i] = e
}

// next takes the first event out. It reports false if there is none.
func (q *queue) next() (event, bool) {
	if len(q.events) == 0 {
		return event{}, false
	}
	first := q.events[0]
	last := len(q.events) - 1
	moved := q.events[last]
	q.events = q.events[:last]
	if last > 0 {
		q.sink(moved)
	}
	return first, true
}

// sink puts an event in place of the first one.
func (q *queue) sink(e event) {
	i := 0
	for {
		least := children*i + 1
		if least >= len(q.events) {
			break
		}
		for child := least + 1; child < min(children*i+1+children, len(q.events)); child++ {
			if q.events[child].before(&q.events[least]) {
				least = child
			}
		}
		if !q.events[least].before(&e) {
			break
		}
		q.events[i] = q.events[least]
		i = least
	}
	q.events[i] = e
}
