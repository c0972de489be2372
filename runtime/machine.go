package retry

import (
	"context"
	"time"

	"github.com/retrygen/retrygen/internal/virtual"
)

// A machine is a call that a simulator drives in virtual time. It decides nothing itself: it
// asks the same funcs as Call and Hedge, in the same order. But where these wait, a machine
// returns, and Next says until when.
//
// It runs no method, so it needs neither goroutines nor contexts that anybody waits for. A
// method that runs into a timeout returns the error of its context at once.
type machine struct {
	call
	race    *race[struct{}] // the attempt, if it may have copies
	copyAt  time.Duration   // when the next copy is due, by World.Time; zero: never
	crowd   *crowd
	outside virtual.Context // the caller's
	id      int             // for World.Wake

	stage         stage
	fresh         bool          // Next has not told of the attempt or the copy that began last
	at            time.Duration // when the stage ends by itself, by World.Time; zero: never
	since         time.Duration // when the stage began, by World.Time
	turn          time.Duration // what limiter.turned wants to know
	ahead, behind *machine      // in the queue of the limit
	lost          []int         // Step.Cancel
}

// A stage says what a machine waits for.
type stage uint8

const (
	sleeping stage = iota // the time of the next attempt
	queuing               // a slot under the limit
	served                // that Next goes on with a slot that it has been given
	turning               // its turn under the limit
	trying                // the method
	racing                // the methods of an attempt and its copies, and the time of the next copy
	finished              // nothing: the call is over
)

// Begin begins a call.
func (p *process) Begin(id int, key uint64, deadline time.Duration) virtual.Call {
	m := p.crowd.get()
	p.began = virtual.Time()
	m.crowd, m.id, m.outside = p.crowd, id, virtual.Background(deadline)
	m.begin(&m.outside, p.crowd.method(key), &p.plan)
	m.open()
	m.start()
	return m
}

// Next says what the simulator is to do.
func (m *machine) Next() virtual.Step {
	if m.stage == served {
		m.serve()
	}
	step := virtual.Step{Attempt: m.attempt}
	if len(m.lost) > 0 {
		step.Cancel, m.lost = m.lost, m.lost[:0]
	}
	switch {
	case m.fresh:
		m.fresh = false
		step.Kind, step.Copy = virtual.Attempt, m.number
	case m.stage == finished:
		step.Kind, step.Outcome, step.Err = virtual.Done, string(m.outcome), m.err
		m.crowd.free = append(m.crowd.free, m)
	default:
		step.Kind, step.At = virtual.Wait, m.at
	}
	return step
}

// Returned takes what an attempt or a copy returned.
func (m *machine) Returned(number int, err error) {
	if m.stage == racing {
		m.copyReturned(number, err)
	} else {
		m.goOn(m.answered(err))
	}
}

// goOn goes on after an attempt, which may have been the last one.
func (m *machine) goOn(more bool) {
	switch {
	case !more:
		m.finish()
	case m.delay <= 0:
		m.start()
	default:
		m.enter(sleeping, virtual.Time()+m.delay)
	}
}

// Timer goes on if the stage has lasted long enough.
func (m *machine) Timer() {
	if m.at == 0 || virtual.Time() < m.at {
		return
	}
	switch m.stage {
	case sleeping:
		m.start()
	case queuing:
		m.leaveQueue()
	case turning:
		m.takenTurn()
	case trying:
		m.lost = append(m.lost, 0)
		m.Returned(0, context.DeadlineExceeded)
	case racing:
		m.raceTimer()
	}
}

// enter enters a stage.
func (m *machine) enter(s stage, until time.Duration) {
	m.stage, m.at, m.since = s, until, virtual.Time()
}

// start is call.start up to the limit.
func (m *machine) start() {
	if ended := m.ended(); ended != nil {
		m.giveUp(stopCause(ended))
		m.finish()
		return
	}
	switch {
	case !m.ask():
		m.finish()
	case m.plan.limit == nil:
		m.try()
	default:
		m.queue()
	}
}

// try is the rest of call.start.
func (m *machine) try() {
	if !m.announce() {
		m.finish()
		return
	}
	m.admitted()
	if m.plan.hedge.After > 0 {
		m.startRace()
		return
	}
	m.equip()
	m.begun()
	m.fresh = true
	m.enter(trying, virtual.End(m.timed))
}

// finish ends a call that is over.
func (m *machine) finish() {
	m.end()
	m.enter(finished, 0)
}
