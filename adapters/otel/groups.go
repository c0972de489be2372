package otelretry

import (
	"sync"
	"weak"

	retry "github.com/retrygen/retrygen/runtime"
)

// groups are those of the wrappers that report gauges. They are held weakly: a program may
// make a wrapper for each request.
type groups struct {
	mu    sync.Mutex
	known map[weak.Pointer[retry.Group]]struct{}
	limit int // of known, before the collected ones are dropped
}

// add adds a group, unless it is known.
func (g *groups) add(group *retry.Group) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.known == nil {
		g.known = make(map[weak.Pointer[retry.Group]]struct{})
	}
	g.known[weak.Make(group)] = struct{}{}
	if len(g.known) > g.limit {
		g.sweep()
		g.limit = 2*len(g.known) + 16
	}
}

// live returns the groups that are still in use.
func (g *groups) live() []*retry.Group {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.sweep()
}

// sweep drops the groups that were collected, and returns the others. The caller holds the
// lock.
func (g *groups) sweep() []*retry.Group {
	live := make([]*retry.Group, 0, len(g.known))
	for reference := range g.known {
		if group := reference.Value(); group != nil {
			live = append(live, group)
		} else {
			delete(g.known, reference)
		}
	}
	return live
}
