package quorum

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Config says who a Node is.
type Config struct {
	Name        string // of this process, 1 to MaxName bytes; no other process may have it
	Incarnation uint64 // greater each time that a process of this name starts

	// Quorum is how many processes must say that their breakers are open before another one
	// follows them, 2 or more. Zero: see Of.
	Quorum int

	// Beat is the longest time between two messages of a small fleet, up to MaxBeat. In a fleet
	// of more than 50 processes it is 20 ms for each process. Zero: 1s.
	Beat time.Duration

	Random func() float64 // uniform in [0,1); nil: rand.Float64
}

const (
	defaultBeat = time.Second
	beatForEach = 20 * time.Millisecond // in a large fleet, so that each process gets 50 messages a second

	leastQuorum   = 3
	quorumPercent = 30

	probers      = 3   // open processes that probe first
	mostOf       = 4   // cooldowns that a process goes without an attempt of its own
	halfPressure = 0.5 // of what opens a breaker

	lookEvery  = 50 * time.Millisecond // at a closed breaker while others say that theirs are open
	countEvery = 10 * time.Millisecond // openings that come faster are counted together
	gap        = 20 * time.Millisecond // between two messages at least
	goodBeats  = 2                     // a good probe is told for so many beats
)

// Lately is the time without an attempt after which a breaker is idle.
const Lately = 10 * time.Second

// Of returns how many processes must agree in a fleet with a number of processes alive: 30 %,
// and 3 at least. With 1 or 2, a few processes that are cut off would open the breakers of
// all others.
func Of(alive int) int {
	return max(leastQuorum, (alive*quorumPercent+99)/100)
}

// A Node is the rule for one process. It is not safe for concurrent use.
type Node struct {
	config   Config
	peers    map[string]*peer
	topics   []*topic // by name
	sequence uint64

	origin  time.Duration // the reading of the clock at which its own time begins
	timed   bool
	alive   int // processes, this one included
	sweepAt time.Duration
	begun   bool
	listens time.Duration // it follows nobody before, because it cannot know yet how many there are
	started time.Duration
	told    time.Duration // when it last published
	beatAt  time.Duration
	news    bool // there is something to tell at once
	actions []Action
}

// New returns a Node. The errors are those of the Config.
func New(config Config) (*Node, error) {
	switch {
	case config.Name == "" || len(config.Name) > MaxName:
		return nil, fmt.Errorf("quorum: the name of a process has 1 to %d bytes", MaxName)
	case config.Quorum == 1:
		return nil, errors.New("quorum: a quorum of 1 would let one process that is cut off open the breakers of all")
	case config.Quorum < 0:
		return nil, fmt.Errorf("quorum: %d is no number of processes", config.Quorum)
	case config.Beat < 0 || config.Beat > MaxBeat:
		return nil, fmt.Errorf("quorum: a beat of %v is not between 0 and %v", config.Beat, MaxBeat)
	}
	if config.Beat == 0 {
		config.Beat = defaultBeat
	}
	if config.Random == nil {
		config.Random = rand.Float64
	}
	return &Node{config: config, peers: make(map[string]*peer), alive: 1}, nil
}

// Add says that the process has a breaker of that name. Without it, what others say about the
// name is dropped. To add a name again does nothing.
func (n *Node) Add(breaker string) {
	if i, ok := n.find(breaker); !ok {
		n.topics = slices.Insert(n.topics, i, &topic{name: breaker, votes: make(map[*peer]vote)})
	}
}

// Remove says that the process no longer has the breaker.
func (n *Node) Remove(breaker string) {
	if i, ok := n.find(breaker); ok {
		n.topics = slices.Delete(n.topics, i, i+1)
		n.news = true
	}
}

func (n *Node) find(breaker string) (int, bool) {
	return slices.BinarySearchFunc(n.topics, breaker, func(t *topic, name string) int { return strings.Compare(t.name, name) })
}

func (n *Node) topic(breaker string) *topic {
	if i, ok := n.find(breaker); ok {
		return n.topics[i]
	}
	return nil
}

// time returns the time since the first reading of the clock. It is never zero, because zero
// often stands for no time at all.
func (n *Node) time(now time.Duration) time.Duration {
	if !n.timed {
		n.timed, n.origin = true, now-1
	}
	return now - n.origin
}

// Alive returns how many processes are alive, this one included.
func (n *Node) Alive() int { return n.alive }

// Quorum returns how many processes must agree at the moment.
func (n *Node) Quorum() int {
	if n.config.Quorum > 0 {
		return n.config.Quorum
	}
	return Of(n.alive)
}

// Changed takes a change of a breaker of this process. Changes of breakers that have not been
// added do nothing.
func (n *Node) Changed(breaker string, c Change, now time.Duration) {
	now = n.time(now)
	t := n.topic(breaker)
	if t == nil {
		return
	}
	said := t.open
	switch {
	case c.To == Open && c.Remote && !c.Forced:
		return // an Action of this Node
	case c.To == Open && !c.Forced:
		t.close()
		t.number++
		t.open, t.cooldown, t.goodTill = true, c.Cooldown, 0
		t.end = now + c.Cooldown
		t.seen = now
		n.news = true
	case c.To == Closed && c.From == HalfOpen && !c.Forced && !c.Remote:
		t.close()
		t.number++
		t.recovered()
		t.agreed = false
		t.goodTill = now + goodBeats*n.interval()
		n.news = true
	default:
		t.close()
		n.news = n.news || said && c.To != HalfOpen
	}
}

// Receive takes a message. It reports false if it drops the message, because the message is
// its own, too old, or one too many.
func (n *Node) Receive(m Message, now time.Duration) bool {
	now = n.time(now)
	if m.From == "" || len(m.From) > MaxName || m.From == n.config.Name {
		return false
	}
	p := n.peerOf(m.From, now)
	if p == nil {
		return false
	}
	if m.Beat = min(m.Beat, MaxBeat); m.Beat <= 0 {
		m.Beat = n.config.Beat
	}
	restarted, ok := p.hears(&m, now)
	if !ok {
		return false
	}
	if restarted || m.Gone {
		if !p.gone {
			n.alive--
		}
		n.drop(p)
	}
	if m.Gone {
		return true
	}
	if p.gone {
		p.gone = false
		n.alive++
	}
	n.listens = max(n.listens, n.started+m.Beat)
	n.hear(p, m.Words[:min(len(m.Words), MaxWords)], now)
	return true
}

// hear takes the words of a message.
func (n *Node) hear(p *peer, words []Word, now time.Duration) {
	for _, w := range words {
		if t := n.topic(w.Breaker); t != nil && t.hear(p, w, now) {
			t.recovered()
			n.actions = append(n.actions, Action{Breaker: t.name, By: p.name})
		}
	}
	for _, t := range n.topics {
		if !slices.ContainsFunc(words, func(w Word) bool { return w.Breaker == t.name }) {
			delete(t.votes, p)
		}
	}
}

// interval returns the time between two messages at most.
func (n *Node) interval() time.Duration {
	return min(MaxBeat, max(n.config.Beat, time.Duration(n.alive)*beatForEach))
}

// Leave returns the last message of a process that ends.
func (n *Node) Leave() Message {
	m := n.message()
	m.Gone = true
	return m
}

func (n *Node) message() Message {
	n.sequence++
	return Message{From: n.config.Name, Incarnation: n.config.Incarnation, Sequence: n.sequence, Beat: n.interval()}
}

// never is later than any deadline.
const never = math.MaxInt64
