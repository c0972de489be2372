package quorum

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// histories is how many random histories each model test runs.
const histories = 30

// pressedBySome lets attempts fail at random, but never enough in a row to open a breaker.
// So healthy processes often have half of the evidence.
func pressedBySome(w *world, m *member) func() bool {
	row := 0
	return func() bool {
		if row < failsOf-1 && w.random.IntN(5) > 0 {
			row++
			return false
		}
		row = 0
		return true
	}
}

// Fewer sick processes than a quorum open nobody's breaker, however unlucky the others are.
// Messages that come late or twice change nothing. (Lost ones could make processes look
// gone, and the quorum smaller.)
func TestFewSickProcessesOpenNobody(t *testing.T) {
	followed := 0
	for seed := range uint64(histories) {
		w := newWorld(seed, 4+int(seed%30))
		w.slowest = 300 * ms
		sick := w.members[:Of(len(w.members))-1]
		healthy := w.members[len(sick):]
		if seed%2 == 0 {
			sick, healthy = w.members[len(healthy):], w.members[:len(healthy)]
		}
		for _, m := range healthy {
			m.works = pressedBySome(w, m)
		}
		w.check = func(m *member, a Action) {
			require.False(t, a.OpenFor > 0 && m.state == Closed, "seed %d: %v for %v", seed, w.now, a.OpenFor)
			followed++
		}
		w.run(3 * second)
		w.fail(sick, true)
		w.run(20 * second)
		assert.Zero(t, open(healthy), "seed %d", seed)
	}
	t.Log(followed, "other actions")
}

// A quorum of sick processes opens the breakers of those that fail, too, so that the test
// above tests something. Those that see no failures go on, even if most are sick.
func TestManySickProcesses(t *testing.T) {
	for seed := range uint64(histories) {
		w := newWorld(seed, 10)
		sick, unlucky, healthy := w.members[:5], w.members[5:7], w.members[7:]
		for _, m := range unlucky {
			m.works = pressedBySome(w, m)
		}
		followed := 0
		w.check = func(m *member, a Action) {
			if a.OpenFor > 0 && m.state == Closed {
				followed++
				require.Contains(t, w.members[:7], m)
			}
		}
		w.run(3 * second)
		w.fail(sick, true)
		w.run(20 * second)
		assert.NotZero(t, followed, "seed %d", seed)
		assert.Zero(t, open(healthy), "seed %d", seed)
	}
}

// Whatever the network does: an Action opens a breaker for its longest time at most, never a
// forced or half-open one, and only if a quorum has opened by itself. No process goes without
// an attempt for much longer than four cooldowns, so a recovery is seen.
func TestAnyNetwork(t *testing.T) {
	for seed := range uint64(histories) {
		n := 3 + int(seed%20)
		w := newWorld(seed, n)
		w.slowest, w.loses = 500*ms, float64(seed%4)*0.15
		for _, m := range w.members {
			m.offset = time.Duration(w.random.IntN(7200)-3600) * second
		}
		down := false
		sick := w.members[:n*2/5] // they stay cut off
		for i, m := range w.members {
			m.works = func() bool { return !down && (i >= len(sick) || w.now < 3*second) }
		}
		w.check = func(m *member, a Action) {
			if a.OpenFor == 0 {
				return
			}
			require.LessOrEqual(t, a.OpenFor, cooldownOf, "seed %d", seed)
			require.False(t, m.forced, "seed %d", seed)
			if m.state != Closed {
				return
			}
			evident := 0
			for _, other := range w.members {
				if other != m && other.evidence+w.slowest+2*second >= w.now && other.evidence > 0 { // 2s: it waits longer
					evident++
				}
			}
			require.GreaterOrEqual(t, evident, leastQuorum, "seed %d, %v", seed, w.now)
			require.GreaterOrEqual(t, a.Votes, a.Quorum)
		}
		w.run(3 * second)
		down = true
		w.run(6 * second)
		w.force(w.members[n-1])
		for ; w.now < 30*second; w.run(w.now + 100*ms) {
			for i, m := range w.members[:n-1] {
				require.Less(t, w.now-m.attempted, mostOf*cooldownOf+2*second, "seed %d, process %d at %v", seed, i, w.now)
			}
		}
		down = false
		w.run(30*second + mostOf*cooldownOf + 4*second)
		assert.Zero(t, open(w.members[len(sick):n-1]), "seed %d: a healthy process is open", seed)
	}
}

// The state that an operator forces is neither told nor changed.
func TestForcedStatesAreLeftAlone(t *testing.T) {
	for seed := range uint64(histories) {
		w := newWorld(seed, 12)
		w.run(3 * second)
		w.fail(w.members, true)
		w.run(4 * second)
		for _, m := range w.members[:5] {
			w.force(m)
		}
		w.run(5 * second)
		w.mail = nil
		w.check = func(m *member, a Action) { require.False(t, m.forced && a.OpenFor > 0) }
		for ; w.now < 15*second; w.run(w.now + tick) {
			for _, l := range w.mail {
				if l.m.From < "process 005" {
					require.Empty(t, l.m.Words, "seed %d", seed)
				}
			}
		}
	}
}

// Only durations travel, so clocks that are off change nothing.
func TestClocksDoNotMatter(t *testing.T) {
	for seed := range uint64(10) {
		history := func(off bool) string {
			w := newWorld(seed, 12)
			for i, m := range w.members {
				if off {
					m.offset = time.Duration(i-6) * time.Hour
				}
			}
			w.run(3 * second)
			w.fail(w.members, true)
			w.run(10 * second)
			w.fail(w.members, false)
			w.run(20 * second)
			return w.log.String()
		}
		require.Equal(t, history(false), history(true), "seed %d", seed)
	}
}

// Fewer attempts reach a dependency that is down, and all breakers close when it is back.
func TestHintsSaveAttempts(t *testing.T) {
	vain := func(seed uint64, loses float64) (attempts int) {
		w := newWorld(seed, 20)
		w.loses = loses
		w.run(3 * second)
		w.fail(w.members, true)
		for _, m := range w.members {
			m.attempts = 0
		}
		w.run(23 * second)
		for _, m := range w.members {
			attempts += m.attempts
		}
		w.fail(w.members, false)
		w.run(35 * second)
		assert.Zero(t, open(w.members), "seed %d", seed)
		return attempts
	}
	for seed := range uint64(5) {
		local, shared, lossy := vain(seed, 1), vain(seed, 0), vain(seed, 0.3)
		t.Logf("seed %d: %d attempts alone, %d with hints, %d when 30 %% of the messages get lost", seed, local, shared, lossy)
		assert.Less(t, float64(shared), 0.75*float64(local))
		assert.Less(t, float64(lossy), 0.9*float64(local))
	}
}

// A process that starts again in the middle is heard from its first message on, and follows.
func TestRestart(t *testing.T) {
	for seed := range uint64(histories) {
		w := newWorld(seed, 10)
		w.run(3 * second)
		w.fail(w.members, true)
		w.run(6 * second)
		w.members[4].node, w.members[4].state, w.members[4].until = w.node(4, 2), Closed, 0
		w.run(9 * second)
		for i, m := range w.members {
			if p := m.node.peers["process 004"]; i != 4 {
				require.NotNil(t, p)
				assert.Equal(t, uint64(2), p.incarnation)
				assert.Equal(t, 10, m.node.Alive())
			}
		}
	}
}
