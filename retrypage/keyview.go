package retrypage

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/retrygen/retrygen/breaker"
	retry "github.com/retrygen/retrygen/runtime"
)

// mostKeys is how many keys of a breaker the page shows.
const mostKeys = 8

// keysOf returns the keys of a method that have a breaker of their own: the open ones first,
// then the half-open ones, then the others. It reports whether they are whole numbers.
func keysOf(g *retry.Group, method string) (list []keyView, numbers bool) {
	for _, k := range g.Keys(method) {
		list = append(list, keyView{fmt.Sprint(k.Key), k.Breaker.State, k.Breaker.Forced})
		_, numbers = k.Key.(uint64)
	}
	slices.SortFunc(list, func(a, b keyView) int {
		return cmp.Or(cmp.Compare(urgency(a.State), urgency(b.State)), cmp.Compare(a.Key, b.Key))
	})
	return list, numbers
}

// urgency orders states: open comes first.
func urgency(s breaker.State) int {
	return map[breaker.State]int{breaker.Open: 0, breaker.HalfOpen: 1, breaker.Closed: 2}[s]
}

// keyedMethod returns a method whose calls are under the breakers of these keys, or "".
func keyedMethod(s retry.GroupSnapshot, keys *breaker.KeyedSnapshot) string {
	for _, m := range s.Methods {
		if m.Keys == keys {
			return m.Method
		}
	}
	return ""
}

// showKeys adds the keys that are forced or not closed to the breakers that have some.
func (d *dependency) showKeys() {
	for i := range d.Breakers {
		b := &d.Breakers[i]
		if b.Keys == nil || b.Keys.Open+b.Keys.HalfOpen+b.Keys.Forced == 0 || b.keyedMethod == "" {
			continue
		}
		keys, _ := keysOf(d.group, b.keyedMethod)
		keys = slices.DeleteFunc(keys, func(k keyView) bool { return k.State == breaker.Closed && !k.Forced })
		b.Keys.Worst = keys[:min(len(keys), mostKeys)]
	}
}
