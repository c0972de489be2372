package promretry

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	retry "github.com/retrygen/retrygen/runtime"
)

// A method has the series that each success of one method of one instance goes to.
type method struct {
	key            methodKey
	name, instance string // the values of its labels
	callSuccess    prometheus.Observer
	attemptSuccess prometheus.Observer
}

type methodKey struct{ name, instance string }

// methods finds a method by its names, because looking up a series by its labels takes
// longer than reading the clock. No lookup takes a lock or allocates.
type methods struct {
	recent [256]atomic.Pointer[method] // by a mix of their names
	all    atomic.Pointer[map[methodKey]*method]
	mu     sync.Mutex // of those that add to all
}

// method returns the method of those names. Where two methods have the same place in recent,
// finding the one that was not there last takes a lookup in a map.
func (m *Metrics) method(name, instance string) *method {
	place := &m.methods.recent[(mixed(name)+5*mixed(instance))%uint(len(m.methods.recent))]
	key := methodKey{name, instance}
	found := place.Load()
	if found == nil || found.key != key {
		if found = m.lookUp(key); found == nil {
			found = m.addMethod(key)
		}
		place.Store(found)
	}
	return found
}

// mixed returns a number that is mostly different for different names.
func mixed(name string) uint {
	n := uint(len(name))
	if n == 0 {
		return 0
	}
	return n + 7*uint(name[n-1]) + 31*uint(name[n/2])
}

func (m *Metrics) lookUp(key methodKey) *method {
	if all := m.methods.all.Load(); all != nil {
		return (*all)[key]
	}
	return nil
}

// addMethod makes the series that every method has, so that they begin at zero.
func (m *Metrics) addMethod(key methodKey) *method {
	m.methods.mu.Lock()
	defer m.methods.mu.Unlock()
	name, instance := valid(key.name), valid(key.instance)
	added := &method{
		key: key, name: name, instance: instance,
		callSuccess:    m.callDuration.WithLabelValues(name, instance, string(retry.OutcomeSuccess), "", ""),
		attemptSuccess: m.attemptDuration.WithLabelValues(name, instance, string(retry.RulingSuccess), "", ""),
	}
	for _, reason := range reasons {
		m.rejections.WithLabelValues(name, instance, reason)
	}
	all := make(map[methodKey]*method)
	if before := m.methods.all.Load(); before != nil {
		maps.Copy(all, *before)
	}
	all[key] = added
	m.methods.all.Store(&all)
	return added
}

// valid returns a text that the value of a label can be. Prometheus panics on others.
func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }
