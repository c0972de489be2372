package quorum

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// size returns how many peers and votes a node remembers.
func size(n *Node) (peers, votes int) {
	for _, t := range n.topics {
		votes += len(t.votes)
	}
	return len(n.peers), votes
}

// Whatever arrives, memory has a bound, and it is free again when the senders are gone.
func TestHostileMessagesDoNotGrowIt(t *testing.T) {
	n := joined(t, "z")
	var words []Word
	for i := range 5000 {
		words = append(words, Word{fmt.Sprint("Other", i), math.MaxUint64, math.MaxInt64})
	}
	words[7] = Word{"Client", math.MaxUint64, math.MaxInt64}
	for i := range 3 * MaxPeers {
		n.Receive(Message{From: fmt.Sprint("process ", i), Incarnation: math.MaxUint64, Sequence: math.MaxUint64, Beat: math.MaxInt64, Words: words}, second)
	}
	peers, votes := size(n)
	assert.Equal(t, MaxPeers, peers)
	assert.Equal(t, MaxPeers, votes, "one word of each about the only breaker")
	a := n.Step(second, looking(Look{Pressure: 1, Longest: 3 * second}))
	for _, a := range a.Actions {
		assert.LessOrEqual(t, a.OpenFor, 3*second)
	}
	n.Step(second+14*MaxBeat, looking(calm))
	peers, votes = size(n)
	assert.Zero(t, peers)
	assert.Zero(t, votes)
}

// When there is no room, a peer that is gone makes room, and one that is alive does not.
func TestGonePeersMakeRoom(t *testing.T) {
	n := joined(t, "z")
	m := func(i, sequence int) Message {
		return Message{From: fmt.Sprint("process ", i), Incarnation: 1, Sequence: uint64(sequence), Beat: second}
	}
	for i := range MaxPeers {
		assert.True(t, n.Receive(m(i, 1), second))
	}
	assert.False(t, n.Receive(m(MaxPeers, 1), second))
	gone := m(5, 2)
	gone.Gone = true
	assert.True(t, n.Receive(gone, second))
	assert.True(t, n.Receive(m(MaxPeers, 1), second))
	assert.Equal(t, MaxPeers+1, n.Alive())
}

func TestStrangeMessages(t *testing.T) {
	n := joined(t, "z")
	for _, tt := range []struct {
		name string
		m    Message
		want bool
	}{
		{"no name", Message{Sequence: 1}, false},
		{"a huge name", Message{From: strings.Repeat("x", 1<<20), Sequence: 1}, false},
		{"its own", Message{From: "z", Incarnation: 9, Sequence: 1}, false},
		{"a beat below zero", Message{From: "a", Sequence: 1, Beat: -1}, true},
		{"the same once more", Message{From: "a", Sequence: 1}, false},
		{"an opening below zero", Message{From: "b", Sequence: 1, Words: []Word{{"Client", 1, -second}}}, true},
		{"a breaker without a name", Message{From: "c", Sequence: 1, Words: []Word{{"", 1, second}}}, true},
	} {
		assert.Equal(t, tt.want, n.Receive(tt.m, second), tt.name)
	}
	for range 3 {
		for _, a := range n.Step(2*second, looking(pressed)).Actions {
			assert.Zero(t, a.OpenFor)
		}
	}
}

// A process with very many breakers says what fits into a message.
func TestManyBreakers(t *testing.T) {
	n := joined(t, "z")
	for i := range 2 * MaxWords {
		name := fmt.Sprint("Client", i)
		n.Add(name)
		n.Changed(name, Change{To: Open, Cooldown: time.Minute}, 2*second)
	}
	assert.Len(t, n.Step(2*second, openFor(time.Minute)).Message.Words, MaxWords)
}
