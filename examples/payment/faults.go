package main

import (
	"math/rand/v2"
	"sync"
	"time"
)

// A fault is what the server does instead of answering.
type fault int

const (
	healthy fault = iota
	busy          // 503, with a time to come back
	slow          // takes longer than an attempt may
	reset         // the connection is reset in the middle of the answer
	down          // refuses connections
)

func (f fault) String() string {
	return [...]string{"healthy", "busy", "slow", "reset", "down"}[f]
}

// A phase is a part of the plan. From its start on, this share of the requests meets the
// fault.
type phase struct {
	start time.Duration
	fault fault
	share float64
}

// plan is what the server does in each of the two runs. It is down four times as long as
// it takes to begin the number of calls that opens the breaker.
var plan = []phase{
	{0, healthy, 1},
	{200 * time.Millisecond, busy, 0.4},
	{700 * time.Millisecond, slow, 0.3},
	{1200 * time.Millisecond, reset, 0.4},
	{1700 * time.Millisecond, down, 1},
	{2100 * time.Millisecond, healthy, 1},
}

// runs is the duration of a run.
const runs = 2500 * time.Millisecond

// slowPlan is what the server does in each minute while the page is served: slowly enough for
// somebody to watch.
var slowPlan = []phase{
	{0, healthy, 1},
	{8 * time.Second, busy, 0.3},
	{14 * time.Second, healthy, 1},
	{20 * time.Second, down, 1},
	{28 * time.Second, healthy, 1},
	{40 * time.Second, slow, 0.2},
	{46 * time.Second, healthy, 1},
}

// A schedule draws the faults of one run from the plan. The same seed draws the
// same sequence.
type schedule struct {
	start time.Time
	plan  []phase
	round time.Duration // after which the plan begins again; zero: never
	mu    sync.Mutex
	rand  *rand.Rand
}

func newSchedule(seed uint64) *schedule {
	return &schedule{start: time.Now(), plan: plan, rand: rand.New(rand.NewPCG(seed, seed))}
}

// phase returns the current phase.
func (s *schedule) phase() phase {
	since := time.Since(s.start)
	if s.round > 0 {
		since %= s.round
	}
	current := s.plan[0]
	for _, p := range s.plan {
		if p.start <= since {
			current = p
		}
	}
	return current
}

// next returns the fault that the next request meets.
func (s *schedule) next() fault {
	p := s.phase()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rand.Float64() < p.share {
		return p.fault
	}
	return healthy
}
