package breaker

import (
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// journal is an OnChange that keeps the changes.
type journal struct {
	mu   sync.Mutex
	list []Change
}

func (j *journal) add(c Change) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.list = append(j.list, c)
}

func (j *journal) states() []State {
	j.mu.Lock()
	defer j.mu.Unlock()
	var states []State
	for _, c := range j.list {
		states = append(states, c.To)
	}
	return states
}

func TestListenerIsToldOfEachChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told journal
		start := time.Now()
		b := New(Config{Name: "x", Failures: 2, Cooldown: time.Second, OnChange: told.add})
		fail(b, 2)
		time.Sleep(time.Second)
		require.NoError(t, call(b, Success))
		b.ForceOpen()
		b.ForceOpen() // no change
		b.Reset()
		assert.Equal(t, []Change{
			{Name: "x", From: Closed, To: Open, At: start, Cooldown: time.Second, Failures: 2},
			{Name: "x", From: Open, To: HalfOpen, At: start.Add(time.Second)},
			{Name: "x", From: HalfOpen, To: Closed, At: start.Add(time.Second)},
			{Name: "x", From: Closed, To: Open, At: start.Add(time.Second), Forced: true},
			{Name: "x", From: Open, To: Closed, At: start.Add(time.Second)},
		}, told.list)
	})
}

// OnChange runs outside of locks, so it may call the breaker. The changes that it makes
// come after the one that it was called with.
func TestListenerMayCallTheBreaker(t *testing.T) {
	var told journal
	var b *Breaker
	b = New(Config{Failures: 1, OnChange: func(c Change) {
		told.add(c)
		assert.Equal(t, c.To, b.Snapshot().State)
		if c.To == Open {
			b.Reset()
		}
	}})
	fail(b, 1)
	assert.Equal(t, []State{Open, Closed}, told.states())
	assert.Equal(t, Closed, b.State())
}

func TestPanickingListenerHarmsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told journal
		b := New(Config{Failures: 1, Cooldown: time.Second, OnChange: func(c Change) {
			told.add(c)
			panic(c.To.String())
		}})
		assert.PanicsWithValue(t, "open", func() { fail(b, 1) }, "the panic reaches the caller")
		time.Sleep(time.Second)
		assert.PanicsWithValue(t, "half-open", func() { _, _ = b.Allow() })
		assert.Equal(t, 0, b.Snapshot().Probes, "the place of the permit that nobody got is free")
		permit := allowed(t, b)
		assert.PanicsWithValue(t, "closed", func() { permit.Done(Success) })
		assert.NoError(t, call(b, Success))
		assert.Equal(t, []State{Open, HalfOpen, Closed}, told.states())
	})
}

// OnChange panics while another change is due: it is called with that one before the panic
// goes on.
func TestChangesBehindAPanicAreTold(t *testing.T) {
	var told journal
	var b *Breaker
	b = New(Config{Failures: 1, OnChange: func(c Change) {
		told.add(c)
		if c.To == Open {
			b.Reset()
			panic("first")
		}
	}})
	assert.PanicsWithValue(t, "first", func() { fail(b, 1) })
	assert.Equal(t, []State{Open, Closed}, told.states())
}

func TestListenerThatLeavesByGoexit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told journal
		b := New(Config{Failures: 1, Cooldown: time.Second, OnChange: func(c Change) {
			told.add(c)
			runtime.Goexit()
		}})
		var wg sync.WaitGroup
		wg.Go(func() { fail(b, 1) })
		wg.Wait()
		time.Sleep(time.Second)
		wg.Go(func() { _, _ = b.Allow() })
		wg.Wait()
		assert.Equal(t, Snapshot{State: HalfOpen, Openings: 1}, present(b.Snapshot()))
		assert.Equal(t, []State{Open, HalfOpen}, told.states())
	})
}

// Under load, OnChange gets the changes one at a time and in order: each begins with the
// state that the previous one ended with. In the end no probe is under way.
func TestChangesAlternateUnderLoad(t *testing.T) {
	const callers, calls = 8, 3000
	state, telling, opened := Closed, false, 0
	var mu sync.Mutex
	b := New(Config{Failures: 3, Cooldown: time.Microsecond, Probes: 2, Successes: 2, OnChange: func(c Change) {
		mu.Lock()
		assert.False(t, telling, "two at a time")
		assert.Equal(t, state, c.From)
		telling, state = true, c.To
		if c.To == Open {
			opened++
		}
		mu.Unlock()
		runtime.Gosched()
		mu.Lock()
		telling = false
		mu.Unlock()
	}})
	var wg sync.WaitGroup
	for caller := range callers {
		wg.Go(func() {
			for i := range calls {
				permit, err := b.Allow()
				if err != nil {
					runtime.Gosched()
					continue
				}
				switch (caller + i/50) % 3 {
				case 0:
					permit.Done(Success)
				case 1:
					permit.Done(Failure)
				default:
					permit.Done(Neutral)
				}
			}
		})
	}
	wg.Wait()
	s := b.Snapshot()
	assert.Equal(t, s.State, state)
	assert.Zero(t, s.Probes)
	assert.Positive(t, opened, "the load never opened it, so the test shows nothing")
}
