package breaker

import (
	"slices"
	"time"
)

// A probe is an attempt that a half-open breaker admitted and that is under way.
type probe struct {
	number uint32
	start  time.Duration
}

// allowProbe admits an attempt to a breaker that is not closed, if it is time for a probe
// and there is room for one.
func (b *Breaker) allowProbe() (Permit, error) {
	if e := b.refusing(0); e != nil {
		return Permit{}, e
	}
	permit, err := b.admit()
	told := false
	defer func() {
		if !told { // OnChange left by panic or Goexit, so nobody gets the permit
			permit.Done(Neutral)
		}
	}()
	b.tell()
	told = true
	return permit, err
}

// admit is allowProbe under the lock, where the state cannot change meanwhile.
func (b *Breaker) admit() (Permit, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w := b.load(); w.state() == Closed {
		return b.permit(w.era()), nil
	}
	if b.load().state() == Open {
		if e := b.refusal.Load(); e.refuses(0) {
			return Permit{}, e
		}
		b.become(move{to: HalfOpen})
	}
	b.takeBack()
	if len(b.probes) >= b.config.Probes {
		return Permit{}, b.refusal.Load()
	}
	if b.lastProbe++; b.lastProbe == 0 {
		b.lastProbe++ // zero is no probe
	}
	b.probes = append(b.probes, probe{b.lastProbe, clock()})
	if len(b.probes) == b.config.Probes {
		b.refusal.Store(b.openError(OpenError{until: plus(b.probes[0].start, b.cooldown), probing: true}))
	}
	return b.permit(b.load().era() | word(b.lastProbe)), nil
}

// takeBack frees the places of probes that take longer than the cooldown, because they may
// be lost. If they report later, they still count.
func (b *Breaker) takeBack() {
	now := clock()
	b.probes = slices.DeleteFunc(b.probes, func(p probe) bool { return now-p.start >= b.cooldown })
}

// reportProbe counts the outcome of a probe, if the breaker has been half-open since it
// admitted the probe. With Config.Slow it counts a slow probe as a failure, because the
// breaker opens for slow attempts too.
func (b *Breaker) reportProbe(p Permit, o Outcome) {
	if o.alive() && b.slow(p, clock()) {
		o = Failure
	}
	b.mu.Lock()
	if b.load().era() == p.given.era() {
		b.probes = slices.DeleteFunc(b.probes, func(q probe) bool { return q.number == p.given.probe() })
		switch o {
		case Failure:
			b.become(b.opening(tally{failures: 1}))
		case Success, Alive:
			if b.successes++; b.successes >= b.config.Successes {
				b.become(move{to: Closed})
			}
		}
	}
	b.mu.Unlock()
	b.tell()
}
