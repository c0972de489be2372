package fleet

import (
	"slices"
	"sync"
	"weak"

	retry "github.com/retrygen/retrygen/runtime"
)

// groups are the groups of the wrappers that a Fleet has seen. It does not keep them alive.
type groups struct {
	mu   sync.Mutex
	list []*member // in the order in which they came
	by   map[weak.Pointer[retry.Group]]*member
}

// A member is a group.
type member struct {
	weak weak.Pointer[retry.Group]

	// version is that of the steering that the group has got or refused. Only Run uses it.
	version uint64
}

// add notes a group. It reports false if the group is known.
func (g *groups) add(group *retry.Group) bool {
	pointer := weak.Make(group)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.by[pointer] != nil {
		return false
	}
	if g.by == nil {
		g.by = make(map[weak.Pointer[retry.Group]]*member)
	}
	m := &member{weak: pointer}
	g.by[pointer], g.list = m, append(g.list, m)
	return true
}

// A living is a member whose group has not been collected.
type living struct {
	*member
	*retry.Group
}

// alive returns the groups that are still in use, and forgets the others.
func (g *groups) alive() []living {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := make([]living, 0, len(g.list))
	g.list = slices.DeleteFunc(g.list, func(m *member) bool {
		group := m.weak.Value()
		if group == nil {
			delete(g.by, m.weak)
			return true
		}
		all = append(all, living{m, group})
		return false
	})
	return all
}
