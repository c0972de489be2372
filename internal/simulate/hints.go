package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/retrygen/retrygen/internal/quorum"
	"github.com/retrygen/retrygen/internal/virtual"
	"github.com/retrygen/retrygen/policy"
)

// hints let processes tell each other when their breakers open. Package quorum decides what
// a process makes of that, and the real breaker follows.
type hints struct {
	sim     *sim
	delay   time.Duration // of each message
	members []*member
	mail    []quorum.Message // under way
	unused  []int32          // places in mail

	messages int // that were sent
}

// A member is a process that takes part.
type member struct {
	virtual.Caller
	node    *quorum.Node
	breaker virtual.Breaker
	look    func(string) quorum.Look
	changes []virtual.Change // that the node does not know yet
	planned time.Duration    // when the node goes on
	serial  uint32           // tells the event of that from earlier ones

	followed int // times that others have opened its breaker
}

// The codes of events of kind hinted.
const (
	goesOn  uint8 = iota // a node goes on
	arrives              // a message arrives
)

// topic is what the processes call their breaker.
const topic = "breaker"

// newHints makes processes with a policy that has a breaker. They begin at random times of
// the first second.
func newHints(s *sim, p policy.Policy, processes int, delay time.Duration, random *rand.Rand) *hints {
	h := &hints{sim: s, delay: delay, members: make([]*member, processes)}
	s.hints = h
	crowd := virtual.NewCrowd("simulated", p, false)
	for i := range h.members {
		m := &member{planned: math.MaxInt64}
		h.members[i] = m
		m.Caller = crowd.NewTellingCaller(func(c virtual.Change) {
			m.changes = append(m.changes, c)
			h.plan(i, s.now())
		})
		m.breaker = m.Breaker()
		m.look = func(string) quorum.Look { return h.lookAt(m) }
		node, err := quorum.New(quorum.Config{Name: fmt.Sprintf("process %07d", i), Random: random.Float64})
		if err != nil {
			panic(err) // the name is short enough
		}
		m.node = node
		node.Add(topic)
		h.plan(i, time.Duration(random.Float64()*float64(time.Second)))
	}
	return h
}

// lookAt returns what the rule wants to know of a breaker.
func (h *hints) lookAt(m *member) quorum.Look {
	l := m.breaker.Look()
	return quorum.Look{
		State: quorum.State(l.State), Remote: l.Remote, Left: l.Left, Pressure: l.Pressure, Longest: l.Longest, Cooldown: l.Cooldown,
		Idle: h.sim.now()-l.LastBegan >= quorum.Lately,
	}
}

// plan lets a node go on at a time, unless it does so earlier.
func (h *hints) plan(i int, at time.Duration) {
	if m := h.members[i]; at < m.planned {
		m.planned = at
		m.serial++
		h.sim.queue.add(event{at: at, who: int32(i), n: m.serial, kind: hinted, code: goesOn})
	}
}

// handle does what an event asks for.
func (h *hints) handle(e event) {
	if e.code == goesOn {
		if h.members[e.who].serial == e.n {
			h.step(int(e.who))
		}
		return
	}
	message := h.mail[e.who]
	h.unused = append(h.unused, e.who)
	for i, m := range h.members {
		if m.node.Receive(message, h.sim.now()) {
			h.step(i)
		}
	}
}

// step lets a node decide, and does what it wants.
func (h *hints) step(i int) {
	m, now := h.members[i], h.sim.now()
	for _, c := range m.changes {
		m.node.Changed(topic, quorum.Change{From: quorum.State(c.From), To: quorum.State(c.To), Cooldown: c.Cooldown, Remote: c.Remote}, now)
	}
	m.changes = m.changes[:0]
	m.planned = math.MaxInt64
	answer := m.node.Step(now, m.look)
	for _, a := range answer.Actions {
		closed := m.breaker.Look().State == uint8(quorum.Closed)
		switch {
		case a.OpenFor == 0:
			m.breaker.CloseRemote()
		case m.breaker.OpenFor(a.OpenFor) && closed:
			m.followed++
		}
	}
	if answer.Message != nil {
		h.send(*answer.Message)
	}
	h.plan(i, answer.Next)
}

// send sends a message to all.
func (h *hints) send(message quorum.Message) {
	h.messages++
	place := int32(len(h.mail))
	if n := len(h.unused); n > 0 {
		place, h.unused = h.unused[n-1], h.unused[:n-1]
		h.mail[place] = message
	} else {
		h.mail = append(h.mail, message)
	}
	h.sim.queue.add(event{at: h.sim.now() + h.delay, who: place, kind: hinted, code: arrives})
}

// followers returns how many processes have followed others, and how often in all.
func (h *hints) followers() (processes, times int) {
	for _, m := range h.members {
		if m.followed > 0 {
			processes++
		}
		times += m.followed
	}
	return processes, times
}
