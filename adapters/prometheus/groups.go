package promretry

import (
	"sync"
	"weak"

	retry "github.com/retrygen/retrygen/runtime"
)

// groups are those of the wrappers whose guards are read. They are held weakly: one that
// nobody else uses any more disappears.
type groups struct {
	mu    sync.Mutex
	known map[weak.Pointer[retry.Group]]struct{}
	limit int // the number of groups at which to forget those that are gone
}

func (g *groups) add(group *retry.Group) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.known == nil {
		g.known = make(map[weak.Pointer[retry.Group]]struct{})
	}
	g.known[weak.Make(group)] = struct{}{}
	if len(g.known) >= g.limit { // a program may make a wrapper for each request, and nobody may scrape
		g.sweep()
		g.limit = max(2*len(g.known), 64)
	}
}

// alive returns the groups that still exist.
func (g *groups) alive() []*retry.Group {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.sweep()
}

// sweep returns the groups that still exist, and forgets the others. The caller holds the
// lock.
func (g *groups) sweep() []*retry.Group {
	alive := make([]*retry.Group, 0, len(g.known))
	for w := range g.known {
		if group := w.Value(); group != nil {
			alive = append(alive, group)
		} else {
			delete(g.known, w)
		}
	}
	return alive
}
