package retry

import (
	"maps"
	"slices"
	"sync/atomic"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
)

// A GroupSnapshot describes a Group at one moment.
type GroupSnapshot struct {
	Name    string            // see Group.Name
	Enabled bool              // see Group.SetEnabled
	Breaker *breaker.Snapshot // of the breaker that Group.Breaker returns; nil where there is none
	Methods []MethodSnapshot  // by name
}

// A MethodSnapshot describes a method at one moment. The numbers count calls that have ended
// since Group.SetCounting. They are zero if it has not been called.
type MethodSnapshot struct {
	Method  string            // "PaymentClient.Charge"
	Policy  policy.Policy     // in force, or as soon as the group is enabled again
	Breaker *breaker.Snapshot // of the breaker that guards it, its own or the shared one; nil where there is none

	// Keys is of the breakers of a method whose calls have a key; nil for others.
	Keys *breaker.KeyedSnapshot

	Calls    int64
	Attempts int64             // of all calls
	Retries  int64             // those that were not the first of their call
	Outcomes map[Outcome]int64 // calls by how they ended; nil where none has
}

// Snapshot describes the group without changing it. A call that ends during Snapshot may be
// included in some numbers and not in others.
func (g *Group) Snapshot() GroupSnapshot {
	g.mu.Lock()
	defer g.mu.Unlock()
	snapshot := GroupSnapshot{Name: g.Name, Enabled: !g.disabled, Breaker: snapshotOf(g.shared().breaker.state.handle())}
	for _, name := range slices.Sorted(maps.Keys(g.methods)) {
		for _, s := range g.methods[name] {
			m := MethodSnapshot{Method: name, Policy: s.made.policy, Breaker: snapshotOf(s.made.breaker)}
			if s.made.keyed != nil {
				keys := s.made.keyed.Snapshot()
				m.Keys = &keys
			}
			s.counts.copyTo(&m)
			snapshot.Methods = append(snapshot.Methods, m)
		}
	}
	return snapshot
}

func snapshotOf(b *breaker.Breaker) *breaker.Snapshot {
	if b == nil {
		return nil
	}
	s := b.Snapshot()
	return &s
}

// SetCounting starts or stops counting the calls of the group's methods for Snapshot. It is
// off by default, because it costs each call a few atomic additions. Numbers that were
// counted before are kept.
func (g *Group) SetCounting(on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.counting = on
	g.publish()
}

// outcomes are all outcomes that a call can have.
var outcomes = [...]Outcome{
	OutcomeSuccess, OutcomeAnswer, OutcomeFault, OutcomeFinal, OutcomeCancelled, OutcomeExhausted, OutcomeDeadline,
	OutcomeBudget, OutcomeRetryAfter, OutcomeOpen, OutcomeLimited, OutcomePanic,
}

// counts are the numbers of one method.
type counts struct {
	attempts, retries atomic.Int64
	calls             [len(outcomes)]atomic.Int64
}

// add counts a call that has ended. Nil counts count nothing.
func (n *counts) add(attempts int, o Outcome) {
	if n == nil {
		return
	}
	n.attempts.Add(int64(attempts))
	n.retries.Add(int64(max(attempts-1, 0)))
	n.calls[slices.Index(outcomes[:], o)].Add(1)
}

func (n *counts) copyTo(m *MethodSnapshot) {
	m.Attempts, m.Retries = n.attempts.Load(), n.retries.Load()
	for i, o := range outcomes {
		if calls := n.calls[i].Load(); calls > 0 {
			if m.Outcomes == nil {
				m.Outcomes = make(map[Outcome]int64)
			}
			m.Outcomes[o] = calls
			m.Calls += calls
		}
	}
}
