package promretry

import (
	"sync"
	"weak"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/retrygen/retrygen/breaker"
	retry "github.com/retrygen/retrygen/runtime"
)

// guards reads the breakers, budgets and limits of groups when Prometheus scrapes. It does
// not keep a group alive: one that nobody else uses any more disappears.
type guards struct {
	found func(name, instance string) // called for each breaker in each scrape

	mu     sync.Mutex
	groups map[weak.Pointer[retry.Group]]struct{}
	sweep  int // the number of groups at which to forget those that are gone
}

func (g *guards) add(group *retry.Group) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.groups == nil {
		g.groups = make(map[weak.Pointer[retry.Group]]struct{})
	}
	g.groups[weak.Make(group)] = struct{}{}
	if len(g.groups) >= g.sweep { // a program may make a wrapper for each request, and nobody may scrape
		g.alive()
		g.sweep = max(2*len(g.groups), 64)
	}
}

// alive returns the groups that still exist, and forgets the others. The caller holds the
// lock.
func (g *guards) alive() []*retry.Group {
	groups := make([]*retry.Group, 0, len(g.groups))
	for w := range g.groups {
		if group := w.Value(); group != nil {
			groups = append(groups, group)
		} else {
			delete(g.groups, w)
		}
	}
	return groups
}

// Metrics of the guards.
var (
	breakerState = gauge("breaker_state", "How many breakers of that name are in the state: 0 or 1 where there is one.", labelName, labelInstance, labelState)
	breakerMode  = gauge("breaker_mode", "How many breakers of that name are in the mode: 0 or 1 where there is one.", labelName, labelInstance, labelMode)
	breakerKeys  = gauge("breaker_keys", "How many keys have a breaker of their own in the state.", labelName, labelInstance, labelState)
	budgetTokens = gauge("budget_tokens", "How many retries the budget allows now.", labelName, labelInstance)
	limitActive  = gauge("limit_active", "How many attempts hold a place of the limit.", labelName, labelInstance)
	limitWaiting = gauge("limit_waiting", "How many attempts wait for a place of the limit.", labelName, labelInstance)
	limitMost    = gauge("limit_capacity", "How many places the limit has.", labelName, labelInstance)

	gauges = []*prometheus.Desc{breakerState, breakerMode, breakerKeys, budgetTokens, limitActive, limitWaiting, limitMost}
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
	g.mu.Lock()
	groups := g.alive()
	g.mu.Unlock()
	all := make(sums)
	for _, group := range groups {
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
// because Prometheus refuses a scrape with two series of the same labels.
type sums map[series]float64

type series struct {
	of             *prometheus.Desc
	name, instance string
	value          string // of the third label; "" where there is none
}

// A guardID tells the guards of one group apart.
type guardID struct{ name, instance string }

func (s sums) addGroup(g retry.GroupSnapshot) {
	breakers, budgets, limits := make(shared), make(shared), make(shared)
	s.addBreaker(g.Breaker, g.Keys, breakers, true)
	s.addBudget(g.Budget, budgets, true)
	s.addLimit(g.Limit, limits, true)
	for _, m := range g.Methods {
		s.addBreaker(m.Breaker, m.Keys, breakers, false)
		s.addBudget(m.Budget, budgets, false)
		s.addLimit(m.Limit, limits, false)
	}
}

// shared are the guards of one kind that the methods of a group share. Such a guard is in
// the snapshot of each of its methods as well, and counts once.
type shared map[guardID]struct{}

// counts reports whether a guard is to be counted where it was found.
func (s shared) counts(name, instance string, isShared bool) bool {
	id := guardID{name, instance}
	if isShared {
		s[id] = struct{}{}
		return true
	}
	_, again := s[id]
	return !again
}

func (s sums) addBreaker(b *breaker.Snapshot, keys *breaker.KeyedSnapshot, of shared, isShared bool) {
	if keys != nil {
		b = &keys.Rest
	}
	if b == nil || !of.counts(b.Name, b.Instance, isShared) {
		return
	}
	for _, state := range []breaker.State{breaker.Closed, breaker.Open, breaker.HalfOpen} {
		s.add(breakerState, b.Name, b.Instance, state.String(), one(b.State == state))
	}
	for _, mode := range []breaker.Mode{breaker.On, breaker.WatchOnly, breaker.Off} {
		s.add(breakerMode, b.Name, b.Instance, mode.String(), one(b.Mode == mode))
	}
	if keys != nil {
		s.add(breakerKeys, b.Name, b.Instance, breaker.Closed.String(), float64(keys.Closed+keys.ForcedClosed))
		s.add(breakerKeys, b.Name, b.Instance, breaker.Open.String(), float64(keys.Open+keys.ForcedOpen))
		s.add(breakerKeys, b.Name, b.Instance, breaker.HalfOpen.String(), float64(keys.HalfOpen))
	}
}

func (s sums) addBudget(b *retry.BudgetSnapshot, of shared, isShared bool) {
	if b != nil && of.counts(b.Name, b.Instance, isShared) {
		s.add(budgetTokens, b.Name, b.Instance, "", float64(b.Tokens))
	}
}

func (s sums) addLimit(l *retry.LimitSnapshot, of shared, isShared bool) {
	if l != nil && of.counts(l.Name, l.Instance, isShared) {
		s.add(limitActive, l.Name, l.Instance, "", float64(l.Active))
		s.add(limitWaiting, l.Name, l.Instance, "", float64(l.Waiting))
		s.add(limitMost, l.Name, l.Instance, "", float64(l.Capacity))
	}
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
