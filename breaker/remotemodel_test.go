package breaker

import "time"

// This file has what others do to the two models.

func (m *model) openFor(d time.Duration) bool {
	d = min(d, max(m.config.Cooldown, m.config.MaxCooldown))
	until := time.Now().Add(d)
	switch {
	case d <= 0 || m.forced || m.state == HalfOpen:
		return false
	case m.state == Closed:
		m.become(Open, false)
		m.openings, m.until, m.patience, m.remote = 0, until, m.config.Cooldown, true
		return true
	case !until.After(m.until):
		return false
	}
	if !m.remote && !m.prolonged {
		m.prolonged, m.own = true, m.until
	}
	m.until = until
	return true
}

func (m *model) closeRemote() bool {
	switch {
	case m.forced || m.state != Open:
		return false
	case m.remote:
		m.become(Closed, false)
		return true
	case m.prolonged && time.Now().Before(m.until):
		m.prolonged, m.until = false, m.own
		return true
	}
	return false
}

func (m *model) forceRemote(to State) bool {
	if m.steered == (steering{to, true}) {
		return false
	}
	m.steered = steering{to, true}
	if !m.forced || m.remote {
		m.steer()
	}
	return true
}

func (m *model) resetRemote() bool {
	if !m.steered.on {
		return false
	}
	m.steered = steering{}
	if m.remote {
		m.become(Closed, false)
	}
	return true
}

// steer puts what ForceRemote asks for in force.
func (m *model) steer() {
	m.become(m.steered.to, true)
	m.remote = true
}

func (m *model) reset() {
	if m.steered.on {
		m.openings = 0
		m.steer()
		return
	}
	m.become(Closed, false)
}

// pressure is that of a closed breaker that is not forced.
func (m *model) pressure(seen tally) float64 {
	most := 0.0
	if m.config.Failures > 0 {
		most = float64(m.failures) / float64(m.config.Failures)
	}
	for _, bad := range []struct {
		n     int64
		share int
	}{{seen.failures, m.config.Rate}, {seen.slow, m.config.SlowRate}} {
		if bad.share > 0 && seen.calls > 0 {
			ofMin := float64(seen.calls) / float64(m.config.Min)
			ofShare := float64(bad.n) * 100 * Percent / float64(int64(bad.share)*seen.calls)
			most = max(most, min(ofMin, ofShare))
		}
	}
	return most
}

// openFor opens for an hour, as long as an opening of its own. So it prolongs one that is not
// over only if the clock has moved since then. Whether it has is an argument.
func (p plainBreaker) openFor(moved bool) (plainBreaker, bool) {
	switch {
	case p.forced || p.state == HalfOpen:
		return p, false
	case p.state == Closed:
		p = p.become(Open, false)
		p.remote, p.openings = true, 0
		return p, true
	case !p.over && !moved:
		return p, false
	}
	if !p.remote {
		if !p.prolonged {
			p.ownOver = p.over
		}
		p.prolonged = true
	}
	p.over = false
	return p, true
}

func (p plainBreaker) closeRemote() (plainBreaker, bool) {
	switch {
	case p.forced || p.state != Open:
		return p, false
	case p.remote:
		return p.become(Closed, false), true
	case p.prolonged && !p.over:
		p.prolonged, p.over = false, p.ownOver
		return p, true
	}
	return p, false
}

func (p plainBreaker) forceRemote(to State) (plainBreaker, bool) {
	if p.steered == (steering{to, true}) {
		return p, false
	}
	p.steered = steering{to, true}
	if !p.forced || p.remote {
		p = p.steer()
	}
	return p, true
}

func (p plainBreaker) resetRemote() (plainBreaker, bool) {
	if !p.steered.on {
		return p, false
	}
	p.steered = steering{}
	if p.remote {
		p = p.become(Closed, false)
	}
	return p, true
}

// steer puts what ForceRemote asks for in force.
func (p plainBreaker) steer() plainBreaker {
	p = p.become(p.steered.to, true)
	p.remote = true
	return p
}

func (p plainBreaker) reset() plainBreaker {
	if p.steered.on {
		p.openings = 0
		return p.steer()
	}
	return p.become(Closed, false)
}
