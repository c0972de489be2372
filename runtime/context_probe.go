package retry

import (
	"context"
	"sync/atomic"

	"github.com/retrygen/retrygen/breaker"
)

// A probing is an attempt that is a probe of a half-open breaker. A call below it that
// uses the same breaker is part of the probe: it needs no permit, and does not report. It
// would be refused otherwise, because the probe has the only permit, and the probe would
// fail for that.
//
// In a closed breaker both calls report. To know of each other they would need a context,
// which costs an allocation.
type probing struct {
	breaker *breaker.Breaker
	keyed   *breaker.Keyed[key]
	key     key // with keyed
	over    atomic.Bool
}

// probed takes the breaker's answer to an attempt: whether it is a probe, or the error. It
// returns a probing if it is one, and reports true if it is part of a probe above.
func (p *plan) probed(ctx context.Context, k key, probe bool, err error) (*probing, bool) {
	if !probe {
		refusal, ok := err.(*breaker.OpenError)
		if !ok || !refusal.Probing() {
			return nil, false
		}
	}
	if p.keyed == nil {
		k = key{}
	}
	for above := probingOf(ctx); above != nil; above = probingOf(above.Context) {
		if above.breaker == p.breaker && above.keyed == p.keyed && above.key == k && !above.over.Load() {
			return nil, true
		}
	}
	if !probe {
		return nil, false
	}
	return &probing{breaker: p.breaker, keyed: p.keyed, key: k}, false
}

// context returns ctx for the attempt, and ctx as it is if the attempt is not a probe.
func (p *probing) context(ctx context.Context) context.Context {
	if p == nil {
		return ctx
	}
	return &probeContext{ctx, p}
}

// end says that the attempt is over: its context may live on.
func (p *probing) end() {
	if p != nil {
		p.over.Store(true)
	}
}

// A probeContext is the context of a probe.
type probeContext struct {
	context.Context
	*probing
}

type probingKey struct{}

func (c *probeContext) Value(key any) any {
	if key == (probingKey{}) {
		return c
	}
	return c.Context.Value(key)
}

func probingOf(ctx context.Context) *probeContext {
	c, _ := ctx.Value(probingKey{}).(*probeContext)
	return c
}
