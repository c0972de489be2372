package promretry

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/retrygen/retrygen/breaker"
	retry "github.com/retrygen/retrygen/runtime"
)

// guards reads the snapshots of groups when Prometheus scrapes.
type guards struct {
	found func(name, instance string) // called for each breaker in each scrape

	groups groups
}

// Metrics of the guards.
var (
	breakerState = gauge("breaker_state", "How many breakers of that name are in the state: 0 or 1 where there is one.", labelName, labelInstance, labelState)
	breakerMode  = gauge("breaker_mode", "How many breakers of that name are in the mode: 0 or 1 where there is one.", labelName, labelInstance, labelMode)
	breakerFrom  = gauge("breaker_source", "How many breakers of that name have their state from there: 0 or 1 where there is one.", labelName, labelInstance, labelSource)
	breakerNear  = gauge("breaker_pressure", "How near the closed breaker of that name is to opening, from 0 to 1; of several the nearest.", labelName, labelInstance)
	breakerKeys  = gauge("breaker_keys", "How many keys have a breaker of their own in the state.", labelName, labelInstance, labelState)
	budgetTokens = gauge("budget_tokens", "How many retries the budget allows now.", labelName, labelInstance)
	limitActive  = gauge("limit_active", "How many attempts hold a place of the limit.", labelName, labelInstance)
	limitWaiting = gauge("limit_waiting", "How many attempts wait for a place of the limit.", labelName, labelInstance)
	limitMost    = gauge("limit_capacity", "How many places the limit has.", labelName, labelInstance)

	policyLayers = gauge("policy_layers", "How many methods of that name have a policy that the layer changes: 0 or 1 where there is one.", labelMethod, labelInstance, labelLayer)
	policyMisfit = gauge("policy_refused", "How many methods of that name leave out a layer that they cannot have: 0 or 1 where there is one.", labelMethod, labelInstance)
	chaosActive  = gauge("chaos_active", "How many methods of that name have chaos on: 0 or 1 where there is one.", labelMethod, labelInstance)

	gauges = []*prometheus.Desc{
		breakerState, breakerMode, breakerFrom, breakerNear, breakerKeys, budgetTokens, limitActive, limitWaiting, limitMost, policyLayers, policyMisfit, chaosActive,
	}
)

func gauge(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(prometheus.BuildFQName(namespace, "", name), help, labels, nil)
}

// Describe implements prometheus.Collector.
func (g *guards) Describe(descs chan<- *prometheus.Desc) {
	for _, desc := range gauges {
		descs <- desc
	}
}

// Collect implements prometheus.Collector.
func (g *guards) Collect(metrics chan<- prometheus.Metric) {
	all := make(sums)
	for _, group := range g.groups.alive() {
		all.addGroup(group.Snapshot())
	}
	for s, value := range all {
		if s.of == breakerState && s.value == breaker.Closed.String() {
			g.found(s.name, s.instance)
		}
		labels := []string{s.name, s.instance, s.value}
		if s.value == "" {
			labels = labels[:2]
		}
		metrics <- prometheus.MustNewConstMetric(s.of, prometheus.GaugeValue, value, labels...)
	}
}

// sums are the values of the series of all gauges. Guards with the same labels are added up,
// because Prometheus refuses a scrape with two series of the same labels. Of pressures, the
// greatest is kept.
type sums map[series]float64

type series struct {
	of             *prometheus.Desc
	name, instance string // of a guard or a method
	value          string // of the third label; "" where there is none
}

// addGroup adds the guards and the methods of a group. It counts each guard once, by the pointer to its snapshot,
// however many methods are under it.
func (s sums) addGroup(g retry.GroupSnapshot) {
	counted := make(map[any]bool)
	add := func(b *breaker.Snapshot, keys *breaker.KeyedSnapshot, budget *retry.BudgetSnapshot, limit *retry.LimitSnapshot) {
		if keys != nil { // of a group, b can be their Rest
			if isFirst(counted, keys) {
				s.addBreaker(&keys.Rest)
				s.addKeys(keys)
			}
		} else if isFirst(counted, b) {
			s.addBreaker(b)
		}
		if isFirst(counted, budget) {
			s.addBudget(budget)
		}
		if isFirst(counted, limit) {
			s.addLimit(limit)
		}
	}
	add(g.Breaker, g.Keys, g.Budget, g.Limit)
	for _, m := range g.Methods {
		add(m.Breaker, m.Keys, m.Budget, m.Limit)
		for _, layer := range []string{retry.LayerOverride, retry.LayerFleet, retry.LayerLocal} {
			changes := slices.ContainsFunc(m.Layers, func(l retry.PolicyLayer) bool { return l.Name == layer })
			s.add(policyLayers, m.Method, m.Instance, layer, one(changes))
		}
		s.add(policyMisfit, m.Method, m.Instance, "", one(m.Refused != ""))
		s.add(chaosActive, m.Method, m.Instance, "", one(g.Enabled && m.Chaos != ""))
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

func (s sums) addBreaker(b *breaker.Snapshot) {
	for _, state := range []breaker.State{breaker.Closed, breaker.Open, breaker.HalfOpen} {
		s.add(breakerState, b.Name, b.Instance, state.String(), one(b.State == state))
	}
	for _, mode := range []breaker.Mode{breaker.On, breaker.WatchOnly, breaker.Off} {
		s.add(breakerMode, b.Name, b.Instance, mode.String(), one(b.Mode == mode))
	}
	for _, source := range sources {
		s.add(breakerFrom, b.Name, b.Instance, source, one(sourceOf(b.Forced, b.Remote) == source))
	}
	near := series{breakerNear, valid(b.Name), valid(b.Instance), ""}
	s[near] = max(s[near], b.Pressure)
}

func (s sums) addKeys(k *breaker.KeyedSnapshot) {
	s.add(breakerKeys, k.Rest.Name, k.Rest.Instance, breaker.Closed.String(), float64(k.Closed+k.ForcedClosed))
	s.add(breakerKeys, k.Rest.Name, k.Rest.Instance, breaker.Open.String(), float64(k.Open+k.ForcedOpen))
	s.add(breakerKeys, k.Rest.Name, k.Rest.Instance, breaker.HalfOpen.String(), float64(k.HalfOpen))
}

func (s sums) addBudget(b *retry.BudgetSnapshot) {
	s.add(budgetTokens, b.Name, b.Instance, "", b.Tokens)
}

func (s sums) addLimit(l *retry.LimitSnapshot) {
	s.add(limitActive, l.Name, l.Instance, "", float64(l.Active))
	s.add(limitWaiting, l.Name, l.Instance, "", float64(l.Waiting))
	s.add(limitMost, l.Name, l.Instance, "", float64(l.Capacity))
}

func (s sums) add(of *prometheus.Desc, name, instance, value string, n float64) {
	s[series{of, valid(name), valid(instance), value}] += n
}

func one(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
