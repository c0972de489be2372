package retry

import (
	"cmp"
	"fmt"

	"github.com/retrygen/retrygen/breaker"
)

// SetBreakerMode sets the mode of all breakers of the group: the shared one, those of single
// methods, those of keys, and those that are made later. A new group has breaker.On.
//
// In an incident, this is how to stop breakers from refusing calls:
//
//	group.SetBreakerMode(breaker.WatchOnly)
//	...
//	group.SetBreakerMode(breaker.On)
//
// While breakers watch only, they go on counting and changing their states, so that
// [Group.Snapshot] and the logs show when they would admit calls again. They then go back
// to work with what they know. There are other ways, for other purposes:
//
//   - Breaker.ForceClose admits all calls, too, but forgets what the breaker knew, and learns
//     nothing until Reset. Use it for a breaker whose memory is wrong: ForceClose and then
//     Reset, or Reset alone.
//   - breaker.Off freezes the breakers: they count nothing, and are as they were when the
//     mode is On again. Use it while failures mean nothing, as in a test of the dependency.
//   - [Group.SetPolicy] with "breaker off" removes the breaker of one method, which keeps its
//     state until the policy has it again. Use it to try out a policy without a breaker.
//   - [Group.SetEnabled] switches off the retries, the timeouts and the limits as well. Use it
//     if the wrappers themselves are in doubt.
//
// It sets the mode of breakers that have another one through [breaker.Breaker.SetMode], too.
// With breaker.On, the breakers have the mode that [Group.Steer] says. Another mode wins over
// that. SetBreakerMode panics on an invalid mode.
func (g *Group) SetBreakerMode(m breaker.Mode) {
	if m > breaker.Off {
		panic(fmt.Sprintf("retry: invalid breaker mode %v", m))
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mode = m
	g.putMode()
}

// modeInForce returns the mode of all breakers. The caller holds the lock.
func (g *Group) modeInForce() breaker.Mode { return cmp.Or(g.mode, g.fleet.mode) }

// putMode sets the mode of all breakers. The caller holds the lock.
func (g *Group) putMode() {
	m := g.modeInForce()
	g.shared().breaker.state.setMode(m)
	for _, states := range g.methods {
		for _, s := range states {
			s.own.breaker.state.setMode(m)
		}
	}
}

// setMode sets the mode of the breakers that are there and of those that come.
func (b *breakers) setMode(m breaker.Mode) {
	if b == nil {
		return
	}
	b.mode = m
	b.one.SetMode(m)
	b.keyed.Rest().SetMode(m)
	for _, standIn := range b.standIns {
		standIn.setMode(m)
	}
}
