package quorum

import (
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

func TestFollowsAQuorum(t *testing.T) {
	n := newNode(t, "d")
	sick := looking(Look{Pressure: 0.6, Longest: 5 * second})
	n.Step(0, sick)
	n.Receive(says("a", 1, 3*second), second)
	n.Receive(says("b", 1, 4*second), second)
	assert.Empty(t, n.Step(second, sick).Actions, "two are too few")
	n.Receive(says("c", 1, 5*second), second)
	assert.Equal(t, 4, n.Alive())
	assert.Equal(t, 3, n.Quorum())
	assert.Equal(t, []Action{{Breaker: "Client", OpenFor: 4500 * ms, Votes: 3, Quorum: 3}}, n.Step(second, sick).Actions)
}

func TestQuorumOneDoesNotExist(t *testing.T) {
	_, err := New(Config{Name: "a", Quorum: 1})
	assert.ErrorContains(t, err, "quorum of 1")
}
