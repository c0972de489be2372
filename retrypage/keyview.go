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

// keysOf returns the keys whose breaker is not closed, the open ones first, by the name of the
// breaker.
func keysOf(g *retry.Group, s retry.GroupSnapshot) map[string][]keyView {
	list := make(map[string][]keyView)
	for _, m := range s.Methods {
		if m.Keys == nil || m.Keys.Open+m.Keys.HalfOpen == 0 || list[m.Keys.Rest.Name] != nil {
			continue
		}
		var keys []keyView
		for _, k := range g.Keys(m.Method) {
			if k.Breaker.State != breaker.Closed {
				keys = append(keys, keyView{fmt.Sprint(k.Key), k.Breaker.State})
			}
		}
		slices.SortFunc(keys, func(a, b keyView) int { // open is less than half-open
			return cmp.Or(cmp.Compare(a.State, b.State), cmp.Compare(a.Key, b.Key))
		})
		list[m.Keys.Rest.Name] = keys[:min(len(keys), mostKeys)]
	}
	return list
}

// showKeys adds keys to the breakers that have them.
func (d *dependency) showKeys(keys map[string][]keyView) {
	for i := range d.Breakers {
		if b := &d.Breakers[i]; b.Keys != nil {
			b.Keys.Worst = keys[b.Name]
		}
	}
}
