package figures

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// This file is the simulation that the figures are compared with: a process that calls a
// dependency through the real runtime, in virtual time. Arrivals and delays are drawn from a
// seed, so a test always sees the same calls.

var errDown = errors.New("the dependency is down")

// A process makes calls at random times.
type process struct {
	*retry.Method
	group   retry.Group
	traffic Traffic
	random  *rand.Rand
	wg      sync.WaitGroup
	cancels []context.CancelFunc

	mu       sync.Mutex
	down     bool // each attempt fails
	begun    int  // calls since the dependency is down
	inFlight int
	admitted int       // calls since then that reached the dependency
	opened   time.Time // when the breaker opened first
	openings int
	atOpen   struct{ begun, inFlight int }
	refused  time.Time // when the budget first refused a retry
}

func newProcess(t *testing.T, text string, traffic Traffic, seed uint64) *process {
	t.Helper()
	p := &process{traffic: traffic, random: rand.New(rand.NewPCG(seed, 1))}
	numbers := parse(t, text)
	if s := numbers.Retry.Strategy; s != nil {
		numbers.Retry.Strategy = &seeded{Strategy: s, random: rand.New(rand.NewPCG(seed, 2))}
	}
	opts := &retry.Options{Group: &p.group, Hooks: retry.Hooks{
		BreakerChange: p.changed,
		GiveUp: func(_ context.Context, e retry.GiveUpEvent) {
			p.mu.Lock()
			defer p.mu.Unlock()
			if errors.Is(e.Err, retry.ErrBudget) && p.refused.IsZero() {
				p.refused = time.Now()
			}
		},
	}}
	p.Method = retry.NewWrapper("Client", policy.Policy{}, opts).Method("Get", retry.MethodSpec{Policy: numbers})
	return p
}

func parse(t *testing.T, text string) policy.Policy {
	t.Helper()
	p, err := policy.Parse(text)
	require.NoError(t, err)
	return p.WithoutOff()
}

// seeded is a strategy with its own draws.
type seeded struct {
	backoff.Strategy
	mu     sync.Mutex
	random *rand.Rand
}

func (s *seeded) Delay(n int, prev time.Duration, _ float64) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Strategy.Delay(n, prev, s.random.Float64())
}

func (p *process) changed(c breaker.Change) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c.To != breaker.Open {
		return
	}
	p.openings++
	if p.opened.IsZero() {
		p.opened = time.Now()
		p.atOpen.begun, p.atOpen.inFlight = p.begun, p.inFlight
	}
}

// run makes calls for as long as a condition holds.
func (p *process) run(ctx context.Context, while func() bool) {
	ctx, cancel := context.WithCancel(ctx)
	p.cancels = append(p.cancels, cancel)
	for {
		time.Sleep(p.next())
		if !while() {
			return
		}
		p.wg.Go(func() { p.call(ctx) })
	}
}

func (p *process) next() time.Duration { return seconds(p.random.ExpFloat64() / p.traffic.Rate) }

// stop ends all calls.
func (p *process) stop() {
	for _, cancel := range p.cancels {
		cancel()
	}
	p.wg.Wait()
}

func (p *process) call(ctx context.Context) {
	p.count(&p.inFlight, 1)
	p.mu.Lock()
	down := p.down
	p.mu.Unlock()
	if down {
		p.count(&p.begun, 1)
	}
	reached := false
	_ = p.Do(ctx, func(ctx context.Context) error {
		if down && !reached {
			reached = true
			p.count(&p.admitted, 1)
		}
		return p.attempt(ctx, down)
	})
	p.count(&p.inFlight, -1)
}

func (p *process) attempt(ctx context.Context, down bool) error {
	takes := p.traffic.Latency
	if down {
		takes = p.traffic.Takes
	}
	select {
	case <-time.After(takes):
	case <-ctx.Done():
		return ctx.Err()
	}
	if down {
		return errDown
	}
	return nil
}

func (p *process) count(n *int, by int) {
	p.mu.Lock()
	*n += by
	p.mu.Unlock()
}

// isOpen reports whether the breaker has opened.
func (p *process) isOpen() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.opened.IsZero()
}

// isRefused reports whether the budget has refused a retry.
func (p *process) isRefused() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.refused.IsZero()
}

// A sample is a list of what was seen in trials that do not depend on each other.
type sample []float64

func (s sample) mean() (mean, standardError float64) {
	for _, x := range s {
		mean += x / float64(len(s))
	}
	var squares float64
	for _, x := range s {
		squares += (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(squares / float64(len(s)-1) / float64(len(s)))
}

// agrees checks that the mean of a sample is a figure, within four standard errors and what
// else a figure may be off by.
func (s sample) agrees(t *testing.T, figure, off float64, what string) {
	t.Helper()
	mean, standardError := s.mean()
	t.Logf("%s: figure %.4g, simulated %.4g ± %.2g", what, figure, mean, standardError)
	assert.InDelta(t, figure, mean, 4*standardError+off+1e-6*figure, what)
}
