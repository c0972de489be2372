package retry

import (
	"math"
	"time"

	"github.com/retrygen/retrygen/internal/virtual"
)

// This file is limiter.enter for a machine. Simulated calls that wait for a slot stand in the
// limiter's queue, as goroutines stand in that of its channel. A call that leaves gives its
// slot to the first one.

// queue takes a slot, or waits for one.
func (m *machine) queue() {
	l := m.plan.limit
	got, err := l.takeSlot()
	switch {
	case err != nil:
		m.place(false, err)
	case got:
		m.takeTurn(false, l.wait)
	default:
		l.queue.add(m)
		until := virtual.Time() + min(l.wait, math.MaxInt64-virtual.Time())
		if end := virtual.End(m.whole); end != 0 {
			until = min(until, end)
		}
		m.enter(queuing, until)
		l.waiting.Add(1)
	}
}

// handed takes over the slot of another call. It is called inside a method of that call, so
// it leaves the rest to Next.
func (m *machine) handed() {
	l := m.plan.limit
	l.waiting.Add(-1)
	l.queue.remove(m)
	m.stage = served
	virtual.Wake(m.id)
}

// serve goes on with the slot.
func (m *machine) serve() {
	l := m.plan.limit
	if err := m.whole.Err(); err != nil { // at the same moment
		l.leave()
		m.place(true, err)
		return
	}
	m.takeTurn(true, l.wait-(virtual.Time()-m.since))
}

// leaveQueue ends a wait for a slot that came to nothing.
func (m *machine) leaveQueue() {
	l := m.plan.limit
	l.waiting.Add(-1)
	l.queue.remove(m)
	err := m.whole.Err()
	if err == nil {
		err = l.busy
	}
	m.place(true, err)
}

// takeTurn takes a turn, and waits for it.
func (m *machine) takeTurn(waited bool, patience time.Duration) {
	l := m.plan.limit
	wait, next, err := l.takeTurn(m.whole, patience)
	switch {
	case err != nil:
		l.leave()
		m.place(waited, err)
	case wait > 0:
		l.waiting.Add(1)
		m.turn = next
		m.enter(turning, virtual.Time()+wait)
	default:
		m.place(waited, nil)
	}
}

// takenTurn goes on after the wait for a turn.
func (m *machine) takenTurn() {
	l := m.plan.limit
	l.waiting.Add(-1)
	err := l.turned(m.whole, m.turn)
	if err != nil {
		l.leave()
	}
	m.place(true, err)
}

// place begins the attempt, unless the limit or the breaker refuses it.
func (m *machine) place(waited bool, err error) {
	if m.placed(waited, m.plan.limit.refuse(err)) {
		m.try()
	} else {
		m.finish()
	}
}

// A queue holds machines, the one that has waited longest first.
type queue struct{ first, last *machine }

func (q *queue) add(m *machine) {
	m.ahead, q.last = q.last, m
	if m.ahead == nil {
		q.first = m
	} else {
		m.ahead.behind = m
	}
}

func (q *queue) remove(m *machine) {
	if m.ahead == nil {
		q.first = m.behind
	} else {
		m.ahead.behind = m.behind
	}
	if m.behind == nil {
		q.last = m.ahead
	} else {
		m.behind.ahead = m.ahead
	}
	m.ahead, m.behind = nil, nil
}
