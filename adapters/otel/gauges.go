package otelretry

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/retrygen/retrygen/breaker"
	retry "github.com/retrygen/retrygen/runtime"
)

// The values of retrygen.state and retrygen.mode.
var (
	states = []breaker.State{breaker.Closed, breaker.Open, breaker.HalfOpen}
	modes  = []breaker.Mode{breaker.On, breaker.WatchOnly, breaker.Off}
)

// observe reports the snapshots of all groups that are in use.
func (m *meter) observe(o metric.Observer) {
	r := readings{sums: make(map[reading]float64)}
	for _, group := range m.groups.live() {
		r.addGroup(group.Snapshot())
	}
	r.report(o, m.gauges)
}

// An owner is what a breaker, a budget or a limit calls itself.
type owner struct{ name, instance string }

// A reading is a series of a gauge. Word is the value of the attribute key, if it has one.
type reading struct {
	gauge gauge
	owner
	key  attribute.Key
	word string
}

// readings add up what has equal attributes. If it was reported twice, the last value would
// count.
type readings struct {
	sums  map[reading]float64
	order []reading
}

func (r *readings) add(g gauge, of owner, key attribute.Key, word string, value float64) {
	at := reading{g, of, key, word}
	if _, ok := r.sums[at]; !ok {
		r.order = append(r.order, at)
	}
	r.sums[at] += value
}

// addGroup adds what the methods of a group share, and what single methods have.
func (r *readings) addGroup(g retry.GroupSnapshot) {
	shared := r.addBreaker(g.Breaker, g.Keys, owner{})
	budget := r.addBudget(g.Budget, owner{})
	limit := r.addLimit(g.Limit, owner{})
	for _, m := range g.Methods {
		r.addBreaker(m.Breaker, m.Keys, shared)
		r.addBudget(m.Budget, budget)
		r.addLimit(m.Limit, limit)
	}
}

// addBreaker adds a breaker, or the breakers of keys, unless it is the shared one. It returns
// what the breaker calls itself.
func (r *readings) addBreaker(b *breaker.Snapshot, keys *breaker.KeyedSnapshot, shared owner) owner {
	if keys != nil {
		b = &keys.Rest // which has the mode of all keys
	}
	if b == nil {
		return owner{}
	}
	of := owner{b.Name, b.Instance}
	if of == shared {
		return of
	}
	for _, state := range states {
		r.add(breakerState, of, stateKey, state.String(), one(b.State == state))
	}
	for _, mode := range modes {
		r.add(breakerMode, of, modeKey, mode.String(), one(b.Mode == mode))
	}
	if keys != nil {
		r.add(breakerKeys, of, stateKey, breaker.Closed.String(), float64(keys.Closed+keys.ForcedClosed))
		r.add(breakerKeys, of, stateKey, breaker.Open.String(), float64(keys.Open+keys.ForcedOpen))
		r.add(breakerKeys, of, stateKey, breaker.HalfOpen.String(), float64(keys.HalfOpen))
	}
	return of
}

func (r *readings) addBudget(b *retry.BudgetSnapshot, shared owner) owner {
	if b == nil {
		return owner{}
	}
	of := owner{b.Name, b.Instance}
	if of != shared {
		r.add(budgetTokens, of, "", "", float64(b.Tokens))
	}
	return of
}

// addLimit adds a limit. One on the rate alone has no places.
func (r *readings) addLimit(l *retry.LimitSnapshot, shared owner) owner {
	if l == nil {
		return owner{}
	}
	of := owner{l.Name, l.Instance}
	if of == shared {
		return of
	}
	r.add(limitActive, of, "", "", float64(l.Active))
	r.add(limitWaiting, of, "", "", float64(l.Waiting))
	r.add(limitCapacity, of, "", "", float64(l.Capacity))
	return of
}

func (r *readings) report(o metric.Observer, from [gauges]metric.Observable) {
	for _, at := range r.order {
		attributes := named(nameKey, at.name, at.instance)
		if at.key != "" {
			attributes = append(attributes, at.key.String(at.word))
		}
		with := metric.WithAttributeSet(attribute.NewSet(attributes...))
		switch instrument := from[at.gauge].(type) {
		case metric.Float64Observable:
			o.ObserveFloat64(instrument, r.sums[at], with)
		case metric.Int64Observable:
			o.ObserveInt64(instrument, int64(r.sums[at]), with)
		}
	}
}

func one(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
