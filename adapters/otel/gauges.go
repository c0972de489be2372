package otelretry

import (
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/retrygen/retrygen/breaker"
	retry "github.com/retrygen/retrygen/runtime"
)

// The values of retrygen.state, retrygen.mode and retrygen.layer.
var (
	states = []breaker.State{breaker.Closed, breaker.Open, breaker.HalfOpen}
	modes  = []breaker.Mode{breaker.On, breaker.WatchOnly, breaker.Off}
	layers = []string{retry.LayerOverride, retry.LayerFleet, retry.LayerLocal}
)

// observe reports the snapshots of all groups that are in use.
func (m *meter) observe(o metric.Observer) {
	r := readings{sums: make(map[reading]float64)}
	for _, group := range m.groups.live() {
		r.addGroup(group.Snapshot())
	}
	r.report(o, m.gauges)
}

// An owner is what a breaker, a budget or a limit calls itself, or a method.
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

// greatest keeps the greatest value of a series. A sum would say nothing.
func (r *readings) greatest(g gauge, of owner, value float64) {
	r.add(g, of, "", "", 0)
	at := reading{gauge: g, owner: of}
	r.sums[at] = max(r.sums[at], value)
}

// addGroup adds the guards and the methods of a group. It counts each guard once, by the pointer to its snapshot,
// however many methods are under it.
func (r *readings) addGroup(g retry.GroupSnapshot) {
	counted := make(map[any]bool)
	add := func(b *breaker.Snapshot, keys *breaker.KeyedSnapshot, budget *retry.BudgetSnapshot, limit *retry.LimitSnapshot) {
		if keys != nil { // of a group, b can be their Rest
			if isFirst(counted, keys) {
				r.addBreaker(&keys.Rest)
				r.addKeys(keys)
			}
		} else if isFirst(counted, b) {
			r.addBreaker(b)
		}
		if isFirst(counted, budget) {
			r.addBudget(budget)
		}
		if isFirst(counted, limit) {
			r.addLimit(limit)
		}
	}
	add(g.Breaker, g.Keys, g.Budget, g.Limit)
	for _, m := range g.Methods {
		add(m.Breaker, m.Keys, m.Budget, m.Limit)
		of := owner{m.Method, m.Instance}
		for _, layer := range layers {
			changes := slices.ContainsFunc(m.Layers, func(l retry.PolicyLayer) bool { return l.Name == layer })
			r.add(policyLayers, of, layerKey, layer, one(changes))
		}
		r.add(policyRefused, of, "", "", one(m.Refused != ""))
		r.add(chaosActive, of, "", "", one(g.Enabled && m.Chaos != ""))
	}
}

// isFirst reports whether there is a snapshot that was not counted before, and notes it.
func isFirst[S any](counted map[any]bool, snapshot *S) bool {
	if snapshot == nil || counted[snapshot] {
		return false
	}
	counted[snapshot] = true
	return true
}

func (r *readings) addBreaker(b *breaker.Snapshot) {
	of := owner{b.Name, b.Instance}
	for _, state := range states {
		r.add(breakerState, of, stateKey, state.String(), one(b.State == state))
	}
	for _, mode := range modes {
		r.add(breakerMode, of, modeKey, mode.String(), one(b.Mode == mode))
	}
	for _, source := range sources {
		r.add(breakerSource, of, sourceKey, source, one(sourceOf(b.Forced, b.Remote) == source))
	}
	r.greatest(breakerPressure, of, b.Pressure)
}

func (r *readings) addKeys(k *breaker.KeyedSnapshot) {
	of := owner{k.Rest.Name, k.Rest.Instance}
	r.add(breakerKeys, of, stateKey, breaker.Closed.String(), float64(k.Closed+k.ForcedClosed))
	r.add(breakerKeys, of, stateKey, breaker.Open.String(), float64(k.Open+k.ForcedOpen))
	r.add(breakerKeys, of, stateKey, breaker.HalfOpen.String(), float64(k.HalfOpen))
}

func (r *readings) addBudget(b *retry.BudgetSnapshot) {
	r.add(budgetTokens, owner{b.Name, b.Instance}, "", "", b.Tokens)
}

// addLimit adds a limit. One on the rate alone has no places.
func (r *readings) addLimit(l *retry.LimitSnapshot) {
	of := owner{l.Name, l.Instance}
	r.add(limitActive, of, "", "", float64(l.Active))
	r.add(limitWaiting, of, "", "", float64(l.Waiting))
	r.add(limitCapacity, of, "", "", float64(l.Capacity))
}

func (r *readings) report(o metric.Observer, from [gauges]metric.Observable) {
	for _, at := range r.order {
		key := nameKey
		if at.gauge.isOfMethods() {
			key = methodKey
		}
		attributes := named(key, at.name, at.instance)
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
