package retry

import (
	"context"
	"math"
	"time"

	"github.com/retrygen/retrygen/internal/virtual"
)

// This file is race.run for a machine.

// startRace begins an attempt that may have copies.
func (m *machine) startRace() {
	m.race = &race[struct{}]{call: &m.call}
	m.launch()
	m.setCopyAt()
	m.awaitRace()
}

// launch lets the next step begin a runner.
func (m *machine) launch() {
	m.race.prepare()
	m.fresh = true
}

// setCopyAt notes when the next copy is due.
func (m *machine) setCopyAt() {
	m.copyAt = virtual.Time() + min(m.plan.hedge.After, math.MaxInt64-virtual.Time())
}

// awaitRace waits for whatever comes next: an answer, a timeout, or the time of a copy.
func (m *machine) awaitRace() {
	until := m.copyAt
	sooner := func(at time.Duration) {
		if at != 0 && (until == 0 || at < until) {
			until = at
		}
	}
	sooner(virtual.End(m.whole))
	for _, x := range m.race.runners {
		if !x.taken {
			sooner(virtual.End(x.timed))
		}
	}
	m.enter(racing, until)
}

// copyReturned takes what a runner returned.
func (m *machine) copyReturned(number int, err error) {
	r := m.race
	x := r.runners[number]
	x.err, x.late, x.left = err, r.m.isLate(x.timed), byReturn
	x.claimed.Store(true)
	if x.limited {
		m.plan.limit.leave()
	}
	r.take(x)
	if !r.decides(x) {
		m.awaitRace()
		return
	}
	m.endRace()
	m.goOn(m.decide(x.verdict, x.err))
}

// raceTimer does what is due. An answer that comes at the time of a copy comes first.
func (m *machine) raceTimer() {
	r, now := m.race, virtual.Time()
	if m.ended() != nil {
		m.returned = 0
		m.endRace()
		m.goOn(m.abandon(r.failed))
		return
	}
	for _, x := range r.runners {
		if at := virtual.End(x.timed); !x.taken && at != 0 && at <= now {
			m.lost = append(m.lost, x.number)
			m.copyReturned(x.number, context.DeadlineExceeded)
			if m.stage != racing || m.race != r {
				return
			}
		}
	}
	if m.copyAt == 0 || now < m.copyAt {
		return
	}
	if r.mayCopy() {
		m.launch()
		r.copied()
	}
	if m.copyAt = 0; r.mayCopyLater() {
		m.setCopyAt()
	}
	m.awaitRace()
}

// endRace ends the race, and with it the methods that still run. They return at once.
func (m *machine) endRace() {
	r := m.race
	m.race, m.copyAt = nil, 0
	r.end()
	for _, x := range r.runners {
		if !x.given {
			continue
		}
		m.lost = append(m.lost, x.number)
		if x.limited {
			m.plan.limit.leave()
		}
		x.err = context.Canceled
		x.tell(&m.call, RulingLost, ClassUnclassified)
	}
}
