package retry

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/breaker"
)

// A forced is a state that a Steering forces; on is false if it forces none.
type forced struct {
	state breaker.State
	on    bool
}

// A rule is what a Steering says about the breaker of a method, and under which name.
type rule struct {
	forced
	name string
	rank int // 0 for nothing; the greater, the more special is the name
}

// forcedRule returns what a Steering says about the breaker of a method.
func (s *methodState) forcedRule() (r rule) {
	iface, _, _ := strings.Cut(s.name, ".")
	for i, name := range append([]string{everyGroup}, named(s.name, iface)...) {
		if state, ok := s.group.fleet.Forced[name]; ok {
			r = rule{forced{state, true}, name, i + 1}
		}
	}
	return r
}

// putForced puts into force what the Steering says about the states of breakers. A breaker of
// several methods goes by the most general of the rules for them, so no method is forced by the
// name of another one. For methods with another rule, a breaker is forced in its place; see
// plan.forced. The caller holds the lock.
func (g *Group) putForced() {
	if len(g.fleet.Forced) == 0 && !g.fleet.forcing {
		return
	}
	g.fleet.forcing = len(g.fleet.Forced) > 0
	users := g.usersOfBreakers()
	wanted := make(map[*breakers]forced)
	var moved []*methodState
	for b, methods := range users {
		general := methods[0].forcedRule()
		for _, s := range methods {
			if r := s.forcedRule(); r.rank < general.rank {
				general = r
			}
		}
		wanted[b] = general.forced
		for _, s := range methods {
			var standIn *breakers
			if r := s.forcedRule(); r.forced != general.forced {
				standIn = b.standIn(r.name)
				standIn.of(s.spec.Keyed) // calls must not make it
				wanted[standIn] = r.forced
			}
			if s.made.standIn != standIn {
				s.made.standIn = standIn
				moved = append(moved, s)
			}
		}
	}
	for b := range g.eachBreakers() {
		b.putForced(wanted[b])
	}
	for _, s := range moved {
		s.publish()
	}
}

// usersOfBreakers returns the methods that a breaker guards, in the order of their names. The
// caller holds the lock.
func (g *Group) usersOfBreakers() map[*breakers][]*methodState {
	users := make(map[*breakers][]*methodState)
	for _, name := range slices.Sorted(maps.Keys(g.methods)) {
		for _, s := range g.methods[name] {
			if s.picked != nil {
				users[s.picked] = append(users[s.picked], s)
			}
		}
	}
	return users
}

// eachBreakers goes over all breakers of the group, those that no policy asks for now
// included. Some come several times. The caller holds the lock.
func (g *Group) eachBreakers() iter.Seq[*breakers] {
	return func(yield func(*breakers) bool) {
		all := []*breakers{g.shared().breaker.state}
		for _, name := range slices.Sorted(maps.Keys(g.methods)) {
			for _, s := range g.methods[name] {
				all = append(all, s.own.breaker.state)
			}
		}
		for _, b := range all {
			if b == nil {
				continue
			}
			if !yield(b) {
				return
			}
			for _, name := range slices.Sorted(maps.Keys(b.standIns)) {
				if !yield(b.standIns[name]) {
					return
				}
			}
		}
	}
}

// standIn returns the breakers that are forced in the place of b under a name, while b guards
// other methods as well.
func (b *breakers) standIn(name string) *breakers {
	if b.standIns == nil {
		b.standIns = make(map[string]*breakers)
	}
	if b.standIns[name] == nil {
		made := &breakers{config: b.config, mode: b.mode, keys: b.keys, showKeys: b.showKeys, group: b.group, teller: b.teller}
		made.config.Name = name
		b.standIns[name] = made
	}
	return b.standIns[name]
}

// putForced forces the breakers that are there and those that come.
func (b *breakers) putForced(f forced) {
	if b.forced == f {
		return
	}
	b.forced = f
	b.steer(b.one)
	b.steer(b.keyed.Rest())
}

// steer brings a breaker into the forced state. Its hook is called once the group's lock is
// free.
func (b *breakers) steer(one *breaker.Breaker) {
	switch {
	case one == nil:
	case b.forced.on:
		b.hold()
		one.ForceRemote(b.forced.state)
	default:
		b.hold()
		one.ResetRemote()
	}
}
