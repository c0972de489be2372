package retry

import (
	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/internal/virtual"
)

// This file lets a simulator act on the breaker of a process as other processes do.

// NewTellingCaller returns a process that tells of the changes of its breaker.
func (c *crowd) NewTellingCaller(changed func(virtual.Change)) virtual.Caller {
	if c.keyed {
		panic("retry: the breakers of keys belong to one process")
	}
	opts := *c.opts
	before := opts.Hooks.BreakerChange
	opts.Hooks.BreakerChange = func(change breaker.Change) {
		if before != nil {
			before(change)
		}
		changed(virtual.Change{From: uint8(change.From), To: uint8(change.To), Cooldown: change.Cooldown, Remote: change.Remote})
	}
	return c.newProcess(&opts)
}

// Breaker returns the breaker of the process.
func (p *process) Breaker() virtual.Breaker {
	if p.plan.breaker == nil {
		return nil
	}
	return processBreaker{p.plan.breaker, p}
}

type processBreaker struct {
	*breaker.Breaker
	process *process
}

// Look returns the state of the breaker.
func (b processBreaker) Look() virtual.Look {
	s, config := b.Snapshot(), b.Config()
	return virtual.Look{
		State: uint8(s.State), Remote: s.Remote, Left: s.RetryAfter, Pressure: s.Pressure,
		Longest: max(config.Cooldown, config.MaxCooldown), Cooldown: config.Cooldown, LastBegan: b.process.began,
	}
}
