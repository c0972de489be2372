package simulate

import (
	"context"
	"errors"
	"time"

	_ "github.com/retrygen/retrygen/runtime" // sets virtual.NewCrowd

	"github.com/retrygen/retrygen/internal/virtual"
	"github.com/retrygen/retrygen/policy"
)

// The errors of a simulated dependency. They have no class, so a wrapper retries them and
// its breaker counts failures.
var (
	errDown     = errors.New("the dependency is down")
	errFull     = errors.New("the queue of the dependency is full")
	errFails    = errors.New("the attempt fails")
	errConflict = errors.New("somebody else has written meanwhile")
)

// faults are the errors by the code of an event.
var faults = [...]error{nil, errDown, errFull, errFails, errConflict}

const (
	good uint8 = iota
	down
	full
	fails
	conflict
)

// A sim is one simulation: the clock, the events to come and the calls under way. A scenario
// says when calls begin, what becomes of an attempt, and what it wants to know of the end.
type sim struct {
	world virtual.World
	queue queue
	calls []call
	free  []int32 // calls that are over
	woken []int32 // calls that have got a place under a limit
	ctx   context.Context
	tell  func(time.Duration) // told of the time now and then

	server *server // nil if the scenario has none
	hints  *hints  // nil if the processes do not talk

	try    func(slot int32, c *call, s *sent)           // the scenario's: an attempt begins
	leave  func(slot int32, c *call, s *sent)           // nobody waits for an attempt any more
	done   func(slot int32, c *call, step virtual.Step) // a call is over
	custom func(e event)                                // an event of the scenario
}

// A call is one call of a client.
type call struct {
	call     virtual.Call
	began    time.Duration
	live     []sent // attempts and copies that the caller waits for
	timer    uint32 // the number of the timer that it waits for
	serial   uint32 // of the last attempt
	client   int32
	place    int32 // the scenario's: the shard
	attempts int32 // that have begun, copies included
	nextAt   time.Duration
}

// A sent is an attempt or a copy that has been made.
type sent struct {
	serial  uint32
	copy    int32
	request int32 // in the server; -1 for none
}

// newSim returns a simulation that makes its calls in a world of its own. Leave ends it.
func newSim(ctx context.Context, seed uint64) (s *sim, leave func()) {
	s = &sim{ctx: ctx}
	s.world = virtual.World{
		Rand: newRand(seed, streamCalls),
		Wake: func(id int) { s.woken = append(s.woken, int32(id)) },
	}
	return s, virtual.Enter(&s.world)
}

// crowdOf returns processes with a policy.
func crowdOf(p policy.Policy, keyed bool, processes int) []virtual.Caller {
	crowd := virtual.NewCrowd("simulated", p, keyed)
	callers := make([]virtual.Caller, processes)
	for i := range callers {
		callers[i] = crowd.NewCaller()
	}
	return callers
}

// now returns the virtual time.
func (s *sim) now() time.Duration { return s.world.Time }

// at plans an event of the scenario.
func (s *sim) at(t time.Duration, who int32, code uint8) {
	s.queue.add(event{at: t, who: who, kind: custom, code: code})
}

// checkEvery is how many events go by between two looks at the context.
const checkEvery = 4096

// run lets events happen until a time, or until there are none. It returns the error of the
// context if that ends before. What has happened until then counts.
func (s *sim) run(until time.Duration) error {
	for n := 0; ; n++ {
		if n%checkEvery == 0 {
			if err := s.ctx.Err(); err != nil {
				return err
			}
			if s.tell != nil {
				s.tell(s.world.Time)
			}
		}
		if len(s.queue.events) == 0 || s.queue.events[0].at > until {
			return nil
		}
		e, _ := s.queue.next()
		s.world.Time = e.at
		switch e.kind {
		case timer:
			if c := &s.calls[e.who]; c.call != nil && c.timer == e.n {
				c.call.Timer()
				s.advance(e.who)
			}
		case answered:
			s.answer(e.who, e.n, faults[e.code])
		case served:
			s.server.finish(e.who)
		case hinted:
			s.hints.handle(e)
		default:
			s.custom(e)
		}
		for len(s.woken) > 0 {
			slot := s.woken[len(s.woken)-1]
			s.woken = s.woken[:len(s.woken)-1]
			if s.calls[slot].call != nil {
				s.advance(slot)
			}
		}
	}
}

// begin begins a call.
func (s *sim) begin(caller virtual.Caller, client, place int32, key uint64, deadline time.Duration) {
	var slot int32
	if n := len(s.free); n > 0 {
		slot = s.free[n-1]
		s.free = s.free[:n-1]
	} else {
		slot = int32(len(s.calls))
		s.calls = append(s.calls, call{})
	}
	c := &s.calls[slot]
	// The numbers go on, so that timers and answers of the call before are recognised.
	*c = call{live: c.live[:0], timer: c.timer + 1, serial: c.serial, began: s.now(), client: client, place: place}
	if deadline > 0 {
		deadline += s.now()
	}
	c.call = caller.Begin(int(slot), key, deadline)
	s.advance(slot)
}

// answer hands an answer to its call, if that still waits for it.
func (s *sim) answer(slot int32, serial uint32, err error) {
	c := &s.calls[slot]
	if c.call == nil {
		return
	}
	for i := range c.live {
		if c.live[i].serial == serial {
			number := int(c.live[i].copy)
			c.live = append(c.live[:i], c.live[i+1:]...)
			c.call.Returned(number, err)
			s.advance(slot)
			return
		}
	}
}

// reply plans the answer to an attempt.
func (s *sim) reply(at time.Duration, slot int32, serial uint32, code uint8) {
	s.queue.add(event{at: at, who: slot, n: serial, kind: answered, code: code})
}

// advance does what a call wants, until it waits or is over.
func (s *sim) advance(slot int32) {
	for {
		c := &s.calls[slot]
		step := c.call.Next()
		for _, number := range step.Cancel {
			s.drop(slot, c, int32(number))
		}
		switch step.Kind {
		case virtual.Attempt:
			c.serial++
			c.attempts++
			c.live = append(c.live, sent{c.serial, int32(step.Copy), -1})
			s.try(slot, c, &c.live[len(c.live)-1])
		case virtual.Wait:
			if step.At != c.nextAt || step.At == 0 {
				c.timer++
				c.nextAt = step.At
				if step.At > 0 {
					s.queue.add(event{at: step.At, who: slot, n: c.timer, kind: timer})
				}
			}
			return
		default:
			c.call = nil
			s.done(slot, c, step)
			s.free = append(s.free, slot)
			return
		}
	}
}

// drop forgets an attempt that nobody waits for any more.
func (s *sim) drop(slot int32, c *call, number int32) {
	for i := range c.live {
		if c.live[i].copy == number {
			if s.leave != nil {
				s.leave(slot, c, &c.live[i])
			}
			c.live = append(c.live[:i], c.live[i+1:]...)
			return
		}
	}
}
