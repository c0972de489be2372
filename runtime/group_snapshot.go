package retry

import (
	"encoding/json"
	"maps"
	"slices"
	"sync/atomic"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
)

// A GroupSnapshot describes a Group at one moment. In JSON, states, policies and durations
// are texts. There is no text of a call's error in it, and no key of a breaker, because these
// may be secrets.
type GroupSnapshot struct {
	Name     string `json:"name"`     // see Group.Name
	Enabled  bool   `json:"enabled"`  // false after SetEnabled(false), and while Group.Steer says so
	Counting bool   `json:"counting"` // see Group.SetCounting

	// Mode is that of all breakers: of Group.SetBreakerMode or, if that is breaker.On, of
	// Group.Steer.
	Mode breaker.Mode `json:"mode"`

	// Steered is what Group.Steer says about the group, besides policies; nil for nothing.
	Steered *SteeredSnapshot `json:"steered,omitempty"`

	// Breaker, Budget and Limit are those that the methods share; nil where there is none.
	// Breaker is of the one that Group.Breaker returns.
	Breaker *breaker.Snapshot `json:"breaker,omitempty"`
	Budget  *BudgetSnapshot   `json:"budget,omitempty"`
	Limit   *LimitSnapshot    `json:"limit,omitempty"`

	// Keys is of the shared breaker if each key has its own; nil otherwise.
	Keys *breaker.KeyedSnapshot `json:"keys,omitempty"`

	Methods []MethodSnapshot `json:"methods,omitempty"` // by name
}

// A MethodSnapshot describes a method at one moment. The numbers count calls that have ended
// since Group.SetCounting. They are zero if it has not been called.
//
// Streams counts only results that were returned without an error, by a method with a timeout
// or a hedge. It leaves out results that do not say when they are done, such as channels, and
// those that nothing can be put around, such as *sql.Rows.
type MethodSnapshot struct {
	Method   string `json:"method"`             // "PaymentClient.Charge"
	Instance string `json:"instance,omitempty"` // see Options.Name; of the wrapper that made the method first

	Declared policy.Policy `json:"-"` // as the source says; in JSON a text, "declared"
	Policy   policy.Policy `json:"-"` // in force, or as soon as the group is enabled again; in JSON a text, "policy"

	// Layers are what has changed the declared policy, the lowest first; nil if nothing has.
	Layers []PolicyLayer `json:"layers,omitempty"`

	// Refused says which layer is left out, because the method cannot have its policy, and why,
	// as in "fleet: a timeout needs a context, and the method has none". Empty: none is.
	Refused string `json:"refused,omitempty"`

	// Chaos says what disturbs the attempts, such as "10% error", while the group is enabled;
	// empty if nothing does.
	Chaos string `json:"chaos,omitempty"`

	// Breaker, Keys, Budget and Limit are of those that guard the method: its own or the
	// shared ones; nil where there is none. Keys is nil unless the calls have a key. Methods
	// that are under the same guard have the same pointer, which the GroupSnapshot has too if
	// the guard is its own. Names do not tell guards apart: two may have the same.
	Breaker *breaker.Snapshot      `json:"breaker,omitempty"`
	Keys    *breaker.KeyedSnapshot `json:"keys,omitempty"`
	Budget  *BudgetSnapshot        `json:"budget,omitempty"`
	Limit   *LimitSnapshot         `json:"limit,omitempty"`

	Calls     int64             `json:"calls,omitempty"`
	Attempts  int64             `json:"attempts,omitempty"`  // of all calls
	Retries   int64             `json:"retries,omitempty"`   // those that were not the first of their call
	Copies    int64             `json:"copies,omitempty"`    // that hedges have started
	Fallbacks int64             `json:"fallbacks,omitempty"` // calls whose fallback has taken over
	Streams   int64             `json:"streams,omitempty"`   // results that are not closed yet, such as bodies of responses
	Outcomes  map[Outcome]int64 `json:"outcomes,omitempty"`  // calls by how they ended; nil where none has

	// GiveUps are the last calls that Hooks.GiveUp would be called for, at most 8, the newest
	// first.
	GiveUps []GiveUp `json:"giveUps,omitempty"`
}

// MarshalJSON returns the snapshot with its policies as texts. The text of a policy that
// Parse would not read, because a program has made its strategy, says what it can.
func (m MethodSnapshot) MarshalJSON() ([]byte, error) {
	type plain MethodSnapshot // without this method
	return json.Marshal(struct {
		plain
		Declared string `json:"declared"`
		Policy   string `json:"policy"`
	}{plain(m), m.Declared.String(), m.Policy.String()})
}

// Snapshot describes the group without changing it. A call that ends during Snapshot may be
// included in some numbers and not in others.
func (g *Group) Snapshot() GroupSnapshot {
	g.mu.Lock()
	defer g.mu.Unlock()
	taken := make(snapshots)
	snapshot := GroupSnapshot{
		Name: g.Name, Enabled: !g.off(), Counting: g.counting, Mode: g.modeInForce(), Steered: g.steeredSnapshot(),
		Budget: once(taken, budgetKind.common(g), (*budget).snapshot), Limit: once(taken, limitKind.common(g), (*limiter).snapshot),
	}
	snapshot.Breaker, snapshot.Keys = breakerKind.common(g).snapshot(taken)
	for _, name := range slices.Sorted(maps.Keys(g.methods)) {
		for _, s := range g.methods[name] {
			snapshot.Methods = append(snapshot.Methods, s.snapshot(taken))
		}
	}
	return snapshot
}

// snapshot describes the method. The caller holds the group's lock.
func (s *methodState) snapshot(taken snapshots) MethodSnapshot {
	one, keyed := s.made.inForce()
	m := MethodSnapshot{
		Method: s.name, Instance: s.instance(), Declared: s.declared, Policy: *s.made.policy, Layers: slices.Clone(s.shown), Refused: s.refused(), Chaos: s.chaosText(),
		Breaker: once(taken, one, snapshotOf), Keys: once(taken, keyed, keysOf),
		Budget: once(taken, s.made.budget, (*budget).snapshot), Limit: once(taken, s.made.limit, (*limiter).snapshot),
	}
	s.counts.copyTo(&m)
	m.GiveUps = s.counts.giveUps.last()
	return m
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
	attempts, retries, copies, fallbacks atomic.Int64
	streams                              atomic.Int64 // that are open
	calls                                [len(outcomes)]atomic.Int64
	giveUps                              giveUps
}

// add counts a call that has ended. Nil counts count nothing.
func (n *counts) add(attempts, copies int, o Outcome) {
	if n == nil {
		return
	}
	n.attempts.Add(int64(attempts))
	n.retries.Add(int64(max(attempts-1, 0)))
	n.copies.Add(int64(copies))
	n.calls[slices.Index(outcomes[:], o)].Add(1)
}

// fallback counts a call whose fallback takes over. Nil counts count nothing.
func (n *counts) fallback() {
	if n != nil {
		n.fallbacks.Add(1)
	}
}

func (n *counts) copyTo(m *MethodSnapshot) {
	m.Attempts, m.Retries, m.Copies, m.Fallbacks = n.attempts.Load(), n.retries.Load(), n.copies.Load(), n.fallbacks.Load()
	m.Streams = n.streams.Load()
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
