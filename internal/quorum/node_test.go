package quorum

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	ms     = time.Millisecond
	second = time.Second
)

// half is a random number that makes waits 1.5 times as long.
func half() float64 { return 0.5 }

func newNode(t *testing.T, name string) *Node {
	t.Helper()
	n, err := New(Config{Name: name, Incarnation: 1, Random: half})
	require.NoError(t, err)
	n.Add("Client")
	return n
}

// says makes a message of a process: its breaker is open for so long.
func says(from string, sequence uint64, d time.Duration) Message {
	m := Message{From: from, Incarnation: 1, Sequence: sequence, Beat: second}
	if d > 0 {
		m.Words = []Word{{"Client", 1, d}}
	}
	return m
}

func looking(l Look) func(string) Look { return func(string) Look { return l } }

// hears gives a node openings of processes whose names are letters, each for as long as it
// says.
func hears(n *Node, now time.Duration, names string, d time.Duration) {
	for _, name := range names {
		n.Receive(says(string(name), uint64(now/ms)+1, d), now)
	}
}

// joined returns a node that has listened for long enough.
func joined(t *testing.T, name string) *Node {
	t.Helper()
	n := newNode(t, name)
	n.Step(0, looking(Look{}))
	return n
}

var (
	pressed = Look{Pressure: 0.6, Longest: 5 * second, Cooldown: 5 * second}
	calm    = Look{Pressure: 0.4, Longest: 5 * second, Cooldown: 5 * second}
	idle    = Look{Idle: true, Longest: 5 * second, Cooldown: 5 * second}
)

func TestOf(t *testing.T) {
	for alive, want := range map[int]int{0: 3, 1: 3, 3: 3, 10: 3, 11: 4, 20: 6, 21: 7, 100: 30, 1000: 300} {
		assert.Equal(t, want, Of(alive), "%d alive", alive)
	}
}

func TestConfigErrors(t *testing.T) {
	for _, tt := range []struct {
		name   string
		config Config
		want   string
	}{
		{"no name", Config{}, "has 1 to 256 bytes"},
		{"a long name", Config{Name: strings.Repeat("x", 257)}, "has 1 to 256 bytes"},
		{"quorum 1 does not exist", Config{Name: "a", Quorum: 1}, "a quorum of 1 would let one process"},
		{"a quorum below zero", Config{Name: "a", Quorum: -2}, "-2 is no number of processes"},
		{"a beat that is too long", Config{Name: "a", Beat: time.Hour}, "is not between 0 and 2m0s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := New(tt.config)
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

// Who follows, and for how long.
func TestFollows(t *testing.T) {
	for _, tt := range []struct {
		name    string
		say     string // processes that say their breakers are open for 4s
		deny    string // processes that do not
		look    Look
		want    time.Duration
		sayLess bool // one more says so for 2s
	}{
		{name: "three of four, and half of its own evidence", say: "abc", look: pressed, want: 5 * second},
		{name: "two are too few", say: "ab", look: pressed},
		{name: "without evidence of its own", say: "abc", look: calm},
		{name: "no evidence however many there are", say: "abcdefghijk", look: calm},
		{name: "30 % of twelve are four", say: "abc", deny: "defghijk", look: pressed},
		{name: "four of twelve", say: "abcd", deny: "efghijk", look: pressed, want: 5 * second},
		{name: "an idle process needs most of them", say: "abcd", deny: "efghijk", look: idle},
		{name: "and follows most of them", say: "abcdefg", deny: "hijk", look: idle, want: 5 * second},
		{name: "as long as a quorum says", say: "ab", sayLess: true, look: pressed, want: 3 * second},
		{name: "a forced one never", say: "abcdef", look: Look{Forced: true, Pressure: 1, Longest: second}},
		{name: "a half-open one never", say: "abcdef", look: Look{State: HalfOpen, Pressure: 1, Longest: second}},
		{name: "one that is not there never", say: "abcdef"},
		{name: "never above its own longest", say: "abcdef", look: Look{Pressure: 1, Longest: second}, want: second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := joined(t, "z")
			hears(n, 2*second, tt.deny, 0)
			hears(n, 2*second, tt.say, 4*second)
			if tt.sayLess {
				hears(n, 2*second, "y", 2*second)
			}
			a := n.Step(2*second, looking(tt.look))
			if tt.want == 0 {
				assert.Empty(t, a.Actions)
				return
			}
			require.Len(t, a.Actions, 1)
			assert.Equal(t, tt.want, a.Actions[0].OpenFor)
			assert.GreaterOrEqual(t, a.Actions[0].Votes, a.Actions[0].Quorum)
		})
	}
}

// A process that starts does not know how many there are, so it listens first: for as long as
// the others say that they are silent.
func TestListensFirst(t *testing.T) {
	n := newNode(t, "z")
	n.Step(0, looking(pressed))
	for _, name := range []string{"a", "b", "c"} {
		m := says(name, 1, 10*second)
		m.Beat = 2 * second
		n.Receive(m, 100*ms)
	}
	assert.Empty(t, n.Step(100*ms, looking(pressed)).Actions)
	assert.Empty(t, n.Step(1999*ms, looking(pressed)).Actions)
	assert.Len(t, n.Step(2*second, looking(pressed)).Actions, 1)
}

// It looks again while others say so, because its own evidence may come later.
func TestFollowsLater(t *testing.T) {
	n := joined(t, "z")
	hears(n, 2*second, "abc", 4*second)
	a := n.Step(2*second, looking(calm))
	require.Empty(t, a.Actions)
	assert.LessOrEqual(t, a.Next, 2050*ms)
	assert.Len(t, n.Step(2050*ms, looking(pressed)).Actions, 1)
}

// What the others say holds for as long as they say, and while they are alive.
func TestVotesEnd(t *testing.T) {
	for _, tt := range []struct {
		name string
		then func(n *Node)
		at   time.Duration
		want int // actions
	}{
		{"it holds", func(*Node) {}, 2900 * ms, 1},
		{"not for longer than they said", func(*Node) {}, 7 * second, 0},
		{"one takes it back", func(n *Node) { hears(n, 2100*ms, "a", 0) }, 2900 * ms, 0},
		{"an old message does not", func(n *Node) { n.Receive(says("a", 1, 0), 2100*ms) }, 2900 * ms, 1},
		{"nor does an old incarnation", func(n *Node) {
			n.Receive(Message{From: "a", Sequence: 1 << 40}, 2100*ms)
		}, 2900 * ms, 1},
		{"one restarts", func(n *Node) {
			n.Receive(Message{From: "a", Incarnation: 2, Sequence: 1}, 2100*ms)
		}, 2900 * ms, 0},
		{"one ends", func(n *Node) {
			n.Receive(Message{From: "a", Incarnation: 1, Sequence: 1 << 40, Gone: true}, 2100*ms)
		}, 2900 * ms, 0},
		{"one is silent for three beats", func(n *Node) {
			hears(n, 4*second, "bc", 4*second)
		}, 5500 * ms, 0},
		{"its own messages do not count", func(n *Node) {
			hears(n, 2100*ms, "a", 0)
			n.Receive(says("z", 99, 4*second), 2100*ms)
		}, 2900 * ms, 0},
		{"a breaker that was removed", func(n *Node) { n.Remove("Client") }, 2900 * ms, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := joined(t, "z")
			hears(n, 2*second, "abc", 4*second)
			tt.then(n)
			assert.Len(t, n.Step(tt.at, looking(pressed)).Actions, tt.want)
		})
	}
}

// opens lets a node's own breaker open for 4s.
func opens(n *Node, now time.Duration) {
	n.Changed("Client", Change{To: Open, Cooldown: 4 * second}, now)
}

func openFor(left time.Duration) func(string) Look {
	return looking(Look{State: Open, Left: left, Longest: 4 * second, Cooldown: 4 * second})
}

// Its own opening is told at once, and in each beat until it is over.
func TestTellsItsOwnOpening(t *testing.T) {
	n := joined(t, "z")
	opens(n, 2*second)
	m := n.Step(2*second, openFor(4*second)).Message
	require.NotNil(t, m)
	assert.Equal(t, []Word{{"Client", 1, 4 * second}}, m.Words)
	assert.Equal(t, "z", m.From)
	assert.Nil(t, n.Step(2500*ms, openFor(3500*ms)).Message)
	beat := n.Step(3*second, openFor(3*second)).Message
	require.NotNil(t, beat)
	assert.Equal(t, []Word{{"Client", 1, 3 * second}}, beat.Words)
	assert.Equal(t, m.Sequence+1, beat.Sequence)
	assert.Empty(t, n.Step(6*second, openFor(0)).Message.Words)
}

// It says nothing about what others or the operator did.
func TestTellsNothingElse(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change Change
		look   Look
	}{
		{"opened by others", Change{To: Open, Cooldown: second, Remote: true}, Look{State: Open, Remote: true, Left: second}},
		{"forced open", Change{To: Open, Forced: true}, Look{State: Open, Forced: true}},
		{"forced open for the fleet", Change{To: Open, Forced: true, Remote: true}, Look{State: Open, Forced: true, Remote: true}},
		{"forced while it was open", Change{To: Open, Cooldown: second}, Look{State: Open, Forced: true, Left: second}},
		{"closed by the operator", Change{From: HalfOpen, To: Closed, Forced: true}, Look{}},
		{"closed by others", Change{From: Open, To: Closed, Remote: true}, Look{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := joined(t, "z")
			n.Changed("Client", tt.change, 2*second)
			m := n.Step(2*second, looking(tt.look)).Message
			require.NotNil(t, m, "a beat is due")
			assert.Empty(t, m.Words)
		})
	}
}

// When enough agree, the first three by name probe when their time is over. The others wait
// 1.5 times as long here, then follow while a quorum says so, and for four cooldowns at most.
func TestFewProbe(t *testing.T) {
	n := joined(t, "b")
	opens(n, 2*second)
	hears(n, 2*second, "acd", 4*second)
	n.Step(2*second, openFor(4*second))
	assert.Empty(t, n.Step(5950*ms, openFor(50*ms)).Actions, "it is the second by name")

	n = joined(t, "z")
	opens(n, 2*second)
	hears(n, 2*second, "abc", 8*second)
	m := n.Step(2*second, openFor(4*second)).Message
	assert.Equal(t, []Word{{"Client", 1, 6 * second}}, m.Words, "its own word holds for as long as it waits")
	require.Empty(t, n.Step(5900*ms, openFor(100*ms)).Actions)
	a := n.Step(5950*ms, openFor(50*ms))
	require.Len(t, a.Actions, 1)
	assert.Equal(t, 2050*ms, a.Actions[0].OpenFor, "until 8s")

	hears(n, 6*second, "abc", 30*second)
	a = n.Step(7950*ms, openFor(50*ms))
	require.Len(t, a.Actions, 1)
	assert.Equal(t, 4*second, a.Actions[0].OpenFor)
	for now := 8 * second; now < 17*second; now += 250 * ms {
		hears(n, now, "abc", 30*second)
		a = n.Step(now, openFor(second))
		if a.Message != nil {
			assert.Empty(t, a.Message.Words, "it says nothing while it follows")
		}
	}
	for now := 17 * second; now < 18*second; now += 10 * ms {
		for _, a := range n.Step(now, openFor(50*ms)).Actions {
			assert.LessOrEqual(t, now+a.OpenFor, 18*second, "four times 4s after its own opening")
		}
	}
	assert.Empty(t, n.Step(18*second, openFor(0)).Actions)
}

// A good probe is told, closes what others opened, and makes what they said before void.
func TestGoodProbe(t *testing.T) {
	n := joined(t, "z")
	hears(n, 2*second, "abc", 10*second)
	require.Len(t, n.Step(2*second, looking(pressed)).Actions, 1)
	good := Message{From: "d", Incarnation: 1, Sequence: 1, Beat: second, Words: []Word{{Breaker: "Client", Number: 7}}}
	n.Receive(good, 3*second)
	assert.Equal(t, []Action{{Breaker: "Client", By: "d"}}, n.Step(3*second, openFor(3*second)).Actions)
	n.Changed("Client", Change{From: Open, To: Closed, Remote: true}, 3*second)

	good.Sequence = 2
	n.Receive(good, 4*second)
	hears(n, 4*second, "abc", 8*second)
	assert.Empty(t, n.Step(4*second, looking(pressed)).Actions, "both are old news")
	for i, name := range []string{"a", "b", "c"} {
		m := says(name, uint64(10_000+i), 4*second)
		m.Words[0].Number = 2
		n.Receive(m, 5*second)
	}
	assert.Len(t, n.Step(5*second, looking(pressed)).Actions, 1, "they have opened again")
}

func TestTellsItsGoodProbe(t *testing.T) {
	n := joined(t, "z")
	opens(n, 2*second)
	n.Step(2*second, openFor(4*second))
	n.Changed("Client", Change{From: Open, To: HalfOpen}, 6*second)
	n.Changed("Client", Change{From: HalfOpen, To: Closed}, 6*second)
	m := n.Step(6*second, looking(calm)).Message
	require.NotNil(t, m)
	assert.Equal(t, []Word{{Breaker: "Client", Number: 2}}, m.Words)
	assert.Len(t, n.Step(7*second, looking(calm)).Message.Words, 1, "once more, because messages get lost")
	assert.Empty(t, n.Step(8500*ms, looking(calm)).Message.Words)
}

// In a large fleet the beats are rarer, so that each process gets 50 messages a second.
func TestBeats(t *testing.T) {
	n := joined(t, "z")
	for i := range 199 {
		n.Receive(Message{From: fmt.Sprint("process", i), Incarnation: 1, Sequence: 1, Beat: 4 * second}, second)
	}
	assert.Equal(t, 200, n.Alive())
	assert.Equal(t, 60, n.Quorum())
	a := n.Step(second, looking(calm))
	require.NotNil(t, a.Message)
	assert.Equal(t, 4*second, a.Message.Beat)
	assert.Equal(t, Message{From: "z", Incarnation: 1, Sequence: a.Message.Sequence + 1, Beat: 4 * second, Gone: true}, n.Leave())
	n.Step(14*second, looking(calm))
	assert.Equal(t, 1, n.Alive(), "the others are silent")
}

// Many changes at once are one message.
func TestMessagesKeepADistance(t *testing.T) {
	n := joined(t, "z")
	opens(n, 2*second)
	require.NotNil(t, n.Step(2*second, openFor(4*second)).Message)
	n.Changed("Client", Change{From: Open, To: Closed}, 2*second+ms)
	a := n.Step(2*second+ms, looking(calm))
	assert.Nil(t, a.Message)
	assert.Equal(t, 2020*ms, a.Next)
	assert.NotNil(t, n.Step(2020*ms, looking(calm)).Message)
}

// The first ones to open learn of the quorum later, while their breakers are open.
func TestFewProbeAlsoOfTheFirst(t *testing.T) {
	n := joined(t, "z")
	opens(n, 2*second)
	n.Step(2*second, openFor(4*second))
	hears(n, 2100*ms, "abc", 8*second)
	for now := 2100 * ms; now < 6*second; now += 10 * ms {
		for _, a := range n.Step(now, openFor(6*second-now)).Actions {
			assert.Equal(t, 8*second, now+a.OpenFor)
			return
		}
	}
	assert.Fail(t, "it probes with the first three")
}
