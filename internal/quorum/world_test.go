package quorum

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// A world is a fleet for the model tests: processes with breakers, and a network that loses,
// repeats, delays and reorders messages. It goes on in steps of 10 ms.
type world struct {
	random  *rand.Rand
	now     time.Duration
	members []*member
	mail    []letter
	slowest time.Duration // delay of a message
	loses   float64       // share of the messages
	log     strings.Builder
	check   func(m *member, a Action) // before an Action is carried out
}

const tick = 10 * ms

// A letter is a message on its way to one process.
type letter struct {
	at time.Duration
	to int
	m  Message
}

// A member is a process with one breaker, whose clock is off. The breaker is that of package
// breaker with five consecutive failures, less what the rule does not see.
type member struct {
	node   *Node
	offset time.Duration
	works  func() bool // an attempt succeeds
	busy   float64     // the probability of a call in a step; 0: it is idle

	state     State
	remote    bool
	forced    bool
	failures  int
	until     time.Duration // when it admits a probe
	ownUntil  time.Duration // the same without OpenFor
	evidence  time.Duration // the end of its last opening by itself, prolongations included
	attempted time.Duration // its last attempt
	attempts  int
}

const (
	cooldownOf = 2 * second
	failsOf    = 5
)

func newWorld(seed uint64, members int) *world {
	w := &world{random: rand.New(rand.NewPCG(seed, 1)), slowest: 20 * ms}
	for i := range members {
		w.members = append(w.members, &member{node: w.node(i, 1), busy: 0.2, works: func() bool { return true }})
	}
	return w
}

func (w *world) node(i int, incarnation uint64) *Node {
	n, err := New(Config{Name: fmt.Sprintf("process %03d", i), Incarnation: incarnation, Random: w.random.Float64})
	if err != nil {
		panic(err)
	}
	n.Add("Client")
	return n
}

// run goes on until a time.
func (w *world) run(until time.Duration) {
	for ; w.now < until; w.now += tick {
		var later []letter
		for _, l := range w.mail {
			if l.at <= w.now {
				m := w.members[l.to]
				m.node.Receive(l.m, w.now+m.offset)
			} else {
				later = append(later, l)
			}
		}
		w.mail = later
		for i, m := range w.members {
			if w.random.Float64() < m.busy {
				w.call(m)
			}
			w.step(i, m)
		}
	}
}

// step lets a node decide. The driver may call Step more often than the node wants, so it
// does so in each step.
func (w *world) step(i int, m *member) {
	a := m.node.Step(w.now+m.offset, func(string) Look { return w.look(m) })
	for _, act := range a.Actions {
		if w.check != nil {
			w.check(m, act)
		}
		fmt.Fprintf(&w.log, "%v %d %v by %q\n", w.now, i, act.OpenFor, act.By)
		if act.OpenFor > 0 {
			w.openFor(m, act.OpenFor)
		} else {
			w.closeRemote(m)
		}
	}
	if a.Message == nil {
		return
	}
	fmt.Fprintf(&w.log, "%v %d says %v\n", w.now, i, a.Message.Words)
	for to := range w.members {
		for range 1 + w.random.IntN(5)/4 { // one of five comes twice
			if to != i && w.random.Float64() >= w.loses {
				w.mail = append(w.mail, letter{w.now + time.Duration(w.random.Float64()*float64(w.slowest)), to, *a.Message})
			}
		}
	}
}

func (w *world) look(m *member) Look {
	l := Look{State: m.state, Remote: m.remote, Forced: m.forced, Longest: cooldownOf, Cooldown: cooldownOf}
	l.Idle = m.busy == 0
	switch m.state {
	case Open:
		l.Left = max(0, m.until-w.now)
	case Closed:
		l.Pressure = float64(m.failures) / failsOf
	}
	return l
}

// call makes an attempt, if the breaker lets it.
func (w *world) call(m *member) {
	if m.forced && m.state == Open || m.state == Open && w.now < m.until {
		return
	}
	if m.state == Open {
		w.change(m, HalfOpen)
	}
	m.attempts++
	m.attempted = w.now
	switch works := m.works(); {
	case m.forced:
	case works && m.state == HalfOpen:
		w.change(m, Closed)
	case works:
		m.failures = 0
	default:
		if m.failures++; m.failures >= failsOf || m.state == HalfOpen {
			m.until, m.ownUntil, m.evidence = w.now+cooldownOf, w.now+cooldownOf, w.now+cooldownOf
			w.change(m, Open)
		}
	}
}

// change changes the state, and tells the node.
func (w *world) change(m *member, to State) {
	c := Change{From: m.state, To: to}
	if to == Open {
		c.Cooldown = cooldownOf
	}
	m.state, m.remote, m.failures = to, false, 0
	m.node.Changed("Client", c, w.now+m.offset)
}

func (w *world) openFor(m *member, d time.Duration) {
	switch {
	case m.forced || m.state == HalfOpen:
	case m.state == Closed:
		m.state, m.remote, m.until, m.failures = Open, true, w.now+d, 0
		m.node.Changed("Client", Change{To: Open, Cooldown: d, Remote: true}, w.now+m.offset)
	case w.now+d > m.until:
		m.until = w.now + d
		if !m.remote {
			m.evidence = m.until
		}
	}
}

func (w *world) closeRemote(m *member) {
	switch {
	case m.forced || m.state != Open:
	case m.remote:
		m.state, m.remote, m.failures = Closed, false, 0
		m.node.Changed("Client", Change{From: Open, To: Closed, Remote: true}, w.now+m.offset)
	default:
		m.until = min(m.until, m.ownUntil)
	}
}

// force forces the breaker open, as an operator does.
func (w *world) force(m *member) {
	from := m.state
	m.state, m.forced, m.remote = Open, true, false
	if from != Open { // the breaker tells no change if it is open already
		m.node.Changed("Client", Change{From: from, To: Open, Forced: true}, w.now+m.offset)
	}
}

// fail lets all attempts of some processes fail.
func (w *world) fail(members []*member, fail bool) {
	for _, m := range members {
		m.works = func() bool { return !fail }
	}
}

// open returns how many breakers are open, or half-open.
func open(members []*member) (n int) {
	for _, m := range members {
		if m.state != Closed {
			n++
		}
	}
	return n
}
