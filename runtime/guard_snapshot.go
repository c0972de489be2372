package retry

import "github.com/retrygen/retrygen/breaker"

// A BudgetSnapshot is the state of a budget at one moment.
type BudgetSnapshot struct {
	Name     string  `json:"name"`               // of the group, the interface or the method that has the budget
	Instance string  `json:"instance,omitempty"` // see Options.Name
	Tokens   float64 `json:"tokens"`             // that are left; each retry takes one
	Burst    int     `json:"burst"`              // the tokens of a full budget
	Refused  int64   `json:"refused,omitempty"`  // retries and copies of hedges that got no token, since the budget was made
}

// snapshot returns nil for no budget.
func (b *budget) snapshot() *BudgetSnapshot {
	if b == nil {
		return nil
	}
	return &BudgetSnapshot{
		Name: b.label.name, Instance: b.label.instance,
		Tokens: float64(b.tokens.Load()) / wholeToken, Burst: int(b.full / wholeToken), Refused: b.refused.Load(),
	}
}

// A LimitSnapshot is the state of a limit at one moment.
type LimitSnapshot struct {
	Name     string `json:"name"`               // of the group, the interface or the method that has the limit
	Instance string `json:"instance,omitempty"` // see Options.Name
	Active   int    `json:"active"`             // attempts that have a place now; zero without concurrent=
	Waiting  int    `json:"waiting"`            // attempts that wait for a place or for their turn
	Capacity int    `json:"capacity,omitempty"` // places, as concurrent= says; zero without it
	Refused  int64  `json:"refused,omitempty"`  // attempts and copies of hedges without a place, since the limit was made
}

// snapshot returns nil for no limit.
func (l *limiter) snapshot() *LimitSnapshot {
	if l == nil {
		return nil
	}
	return &LimitSnapshot{
		Name: l.busy.Name, Instance: l.busy.Instance,
		Active: len(l.slots), Waiting: int(l.waiting.Load()), Capacity: cap(l.slots), Refused: l.refused.Load(),
	}
}

// snapshots are those that were taken, by the pointers to their guards. A guard has one
// snapshot, so that those who count guards can tell which are the same.
type snapshots map[any]any

// once returns the snapshot of a guard, and takes it unless it was taken before.
func once[G, S any](taken snapshots, guard *G, take func(*G) *S) *S {
	if guard == nil {
		return nil
	}
	if s, ok := taken[guard].(*S); ok {
		return s
	}
	s := take(guard)
	taken[guard] = s
	return s
}

// snapshot returns the state of all of them: keys for the breakers of keys, and one for the
// breaker that handle returns. Each is nil where there is none.
func (b *breakers) snapshot(taken snapshots) (one *breaker.Snapshot, keys *breaker.KeyedSnapshot) {
	if b == nil {
		return nil, nil
	}
	return once(taken, b.handle(), snapshotOf), once(taken, b.keyed, keysOf)
}

func snapshotOf(b *breaker.Breaker) *breaker.Snapshot {
	if b == nil {
		return nil
	}
	s := b.Snapshot()
	return &s
}

func keysOf(k *breaker.Keyed[key]) *breaker.KeyedSnapshot {
	s := k.Snapshot()
	return &s
}
