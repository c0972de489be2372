package retry

import (
	"cmp"
	"container/heap"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/internal/virtual"
	"github.com/retrygen/retrygen/policy"
)

var (
	lockstepSeed  = flag.Uint64("lockstep.seed", 0, "run the lock-step test for this seed alone")
	lockstepCount = flag.Uint64("lockstep.count", 4000, "how many histories the lock-step test draws")
)

// A machine and Do or Hedge go through the same histories. Both must do the same at the same
// moments: begin attempts and copies, call hooks, end with an outcome and an error.
func TestLockstep(t *testing.T) {
	if *lockstepSeed != 0 {
		lockstep(t, *lockstepSeed)
		return
	}
	excused := 0
	for seed := range *lockstepCount {
		if !lockstep(t, seed+1) {
			excused++
		}
	}
	t.Logf("%d of %d histories differ where goroutines met", excused, *lockstepCount)
	assert.LessOrEqual(t, excused, 1+int(*lockstepCount/5000))
}

// lockstep compares the runs of one history. It returns false if they differ, but from a
// moment on at which two calls met: it is up to the scheduler then which one is first.
func lockstep(t *testing.T, seed uint64) bool {
	h := newHistory(seed)
	var real record
	synctest.Test(t, func(t *testing.T) { real.runReal(t, h) })
	var simulated record
	guards := simulated.runSimulated(h)
	require.Zero(t, guards.Waiting, "attempts that wait for a limit, -lockstep.seed=%d", seed)
	require.Zero(t, guards.Active, "places that are taken, -lockstep.seed=%d", seed)
	got, want := simulated.sorted(), real.sorted()
	if *lockstepSeed != 0 {
		t.Logf("policy %q, keyed %v, hooks %d\n%s", h.text, h.keyed, h.heard, strings.Join(want, "\n"))
	} else if !slices.Equal(want, got) && real.met(&simulated, h.hedges()) {
		return false
	}
	require.Equal(t, want, got, "go test ./runtime -run TestLockstep -lockstep.seed=%d\npolicy %q, keyed %v, hooks %d", seed, h.text, h.keyed, h.heard)
	return true
}

// met reports whether two calls met at the first moment at which two records differ.
func (r *record) met(other *record, hedges bool) bool {
	n := 0
	for n < min(len(r.lines), len(other.lines)) && r.lines[n] == other.lines[n] {
		n++
	}
	if n == len(r.lines) || n == len(other.lines) {
		return false
	}
	first := min(r.lines[n].at, other.lines[n].at)
	calls := make(map[int]bool)
	for _, l := range slices.Concat(r.lines, other.lines) {
		var call int
		if _, err := fmt.Sscanf(l.text, "call %d", &call); err != nil || l.at != first {
			continue
		}
		calls[call] = true
		if hedges && strings.Contains(l.text, "passed: ") {
			return true // the copies of a call met, because all of them end at its deadline
		}
	}
	return len(calls) > 1
}

// A record is what happened in a run.
type record struct {
	mu    sync.Mutex
	start time.Time     // by Now
	clock time.Duration // the same by clock
	lines []recordLine
}

type recordLine struct {
	at   time.Duration
	text string
}

func (r *record) begin() { r.start, r.clock = virtual.Now(), clock() }

func (r *record) add(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, recordLine{virtual.Now().Sub(r.start), fmt.Sprintf(format, args...)})
}

// sorted returns the lines by time. In a real run, goroutines decide what comes first at one
// moment.
func (r *record) sorted() []string {
	slices.SortFunc(r.lines, func(a, b recordLine) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.text, b.text))
	})
	var all []string
	for _, l := range r.lines {
		all = append(all, fmt.Sprintf("%v %s", l.at, l.text))
	}
	return all
}

// hooks returns hooks that record their events. A history may have few of them, so that the
// real calls go the quick ways.
func (r *record) hooks(h *history) (hooks Hooks) {
	since := func(at time.Time) time.Duration { return at.Sub(epoch.Add(r.clock)) }
	if h.heard > 0 {
		hooks.GiveUp = func(_ context.Context, e GiveUpEvent) {
			r.add("gives up: %d attempts, %v, %s, %s, %s", e.Attempts, e.Elapsed, e.Outcome, e.Class, h.textOf(e.Err))
		}
		hooks.BreakerChange = func(c breaker.Change) {
			at := c.At.Sub(r.start)
			c.At = time.Time{}
			r.add("breaker changes at %v: %+v", at, c)
		}
	}
	if h.heard > 1 {
		hooks.Retry = func(_ context.Context, e RetryEvent) {
			r.add("retries: attempt %d after %v, %s, %s", e.Attempt, e.Delay, e.Class, h.textOf(e.Err))
		}
		hooks.LimitRefused = func(_ context.Context, e LimitEvent) { r.add("limit refuses: attempt %d, %v", e.Attempt, e.Err) }
		hooks.HedgeStarted = func(_ context.Context, e HedgeEvent) { r.add("hedges: attempt %d, copy %d", e.Attempt, e.Copy) }
	}
	if h.heard > 2 {
		hooks.CallStart = func(ctx context.Context, e CallStartEvent) context.Context { r.add("call starts"); return nil }
		hooks.CallDone = func(_ context.Context, e CallEvent) {
			r.add("call done: %d attempts, %d copies, from %v for %v, %v waited, %s, %s, %s",
				e.Attempts, e.Copies, since(e.Start), e.Duration, e.Waited, e.Outcome, e.Class, h.textOf(e.Err))
		}
		hooks.AttemptStart = func(_ context.Context, e AttemptStartEvent) context.Context {
			r.add("attempt %d, copy %d starts", e.Attempt, e.Copy)
			return nil
		}
		hooks.AttemptDone = func(_ context.Context, e AttemptEvent) {
			err := h.textOf(e.Err)
			if h.hedges() && (e.Ruling == RulingLost || e.Ruling == RulingDeadline || e.Ruling == RulingCancelled) {
				e.Ruling, e.Class, err = "late", 0, "" // as below
			}
			r.add("attempt %d, copy %d done: from %v for %v, %s, %s, %s", e.Attempt, e.Copy, since(e.Start), e.Duration, e.Ruling, e.Class, err)
		}
	}
	return hooks
}

// textOf returns the text of an error. When the context of a hedged call ends, its copies
// return at that moment, and the call may or may not hear what they return before it ends. So
// the text leaves out the last error.
func (h *history) textOf(err error) string {
	text := fmt.Sprint(err)
	if e, ok := err.(*Error); ok && h.hedges() && e.ended != nil {
		text = strings.TrimSuffix(text, fmt.Sprint(cmp.Or(e.Last, errNoAnswer)))
	}
	return text
}

// runReal makes the calls of a history with Do and Hedge, in a bubble.
func (r *record) runReal(t *testing.T, h *history) {
	defer virtual.Draw(rand.New(&lockedSource{source: rand.NewPCG(h.seed, 0)}))()
	r.begin()
	m := NewWrapper("Client", policy.Policy{}, &Options{Hooks: r.hooks(h)}).Method("Get", MethodSpec{Policy: h.policy, Keyed: h.keyed})
	var wg sync.WaitGroup
	for i, c := range h.calls {
		wg.Go(func() {
			time.Sleep(c.begins)
			ctx := context.Background()
			if c.deadline > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithDeadline(ctx, r.start.Add(c.deadline))
				defer cancel()
			}
			m := m
			if h.keyed {
				m = m.ForNumber(c.key)
			}
			attempts := 0
			do := func(ctx context.Context) error {
				if Copy(ctx) == 0 {
					attempts++
				}
				r.add("call %d, attempt %d, copy %d begins", i, Attempt(ctx), Copy(ctx))
				takes, err := h.answer(i, Attempt(ctx), Copy(ctx))
				timer := time.NewTimer(takes)
				defer timer.Stop()
				select {
				case <-timer.C:
					return err
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			var err error
			if h.hedges() {
				_, err = Hedge(ctx, m, withoutResult(do))
			} else {
				err = m.Do(ctx, do)
			}
			r.add("call %d ends: %s", i, h.textOf(err))
		})
	}
	wg.Wait()
	synctest.Wait() // for the copies that have lost
}

// runSimulated makes them with machines.
func (r *record) runSimulated(h *history) virtual.Guards {
	w := &virtual.World{Rand: rand.New(rand.NewPCG(h.seed, 0))}
	defer virtual.Enter(w)()
	r.begin()
	caller := newCrowd("Client.Get", h.policy, h.keyed, &Options{Hooks: r.hooks(h)}).NewCaller()
	s := &simulation{record: r, history: h, calls: make([]simulatedCall, len(h.calls))}
	w.Wake = func(id int) { s.at(w.Time, func() { s.follow(id) }) }
	for i, c := range h.calls {
		s.at(c.begins, func() {
			s.calls[i].Call = caller.Begin(i, c.key, c.deadline)
			s.follow(i)
		})
	}
	for len(s.events) > 0 {
		e := heap.Pop(&s.events).(event)
		w.Time = e.at
		e.do()
	}
	return caller.Guards()
}

// A simulation is what a simulator is at least.
type simulation struct {
	*record
	*history
	calls  []simulatedCall
	events events
	n      int // of events so far
}

type simulatedCall struct {
	virtual.Call
	steps   int   // that said Wait: an event of an earlier one is too late
	running []int // the numbers of the attempts that are under way
	ids     int
}

func (s *simulation) at(t time.Duration, do func()) {
	s.n++
	heap.Push(&s.events, event{t, s.n, do})
}

// follow does what a call wants until it waits.
func (s *simulation) follow(i int) {
	c := &s.calls[i]
	for {
		step := c.Next()
		for _, n := range step.Cancel {
			c.running[n] = 0
		}
		switch step.Kind {
		case virtual.Attempt:
			s.attempt(i, step)
		case virtual.Wait:
			c.steps++
			if now := c.steps; step.At > 0 {
				s.at(step.At, func() {
					if c.steps == now {
						c.Timer()
						s.follow(i)
					}
				})
			}
			return
		case virtual.Done:
			c.steps++
			c.running = nil
			s.add("call %d ends: %s", i, s.textOf(step.Err))
			return
		}
	}
}

func (s *simulation) attempt(i int, step virtual.Step) {
	c := &s.calls[i]
	s.add("call %d, attempt %d, copy %d begins", i, step.Attempt, step.Copy)
	takes, err := s.answer(i, step.Attempt, step.Copy)
	c.running = append(c.running[:step.Copy], 0)
	c.ids++
	id := c.ids
	c.running[step.Copy] = id
	s.at(virtual.Time()+takes, func() {
		if step.Copy < len(c.running) && c.running[step.Copy] == id {
			c.running[step.Copy] = 0
			c.Returned(step.Copy, err)
			s.follow(i)
		}
	})
}

type event struct {
	at time.Duration
	n  int
	do func()
}

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(e[i].at, e[j].at), cmp.Compare(e[i].n, e[j].n)) < 0
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

// lockedSource is a source for the goroutines of a bubble.
type lockedSource struct {
	mu     sync.Mutex
	source rand.Source
}

func (s *lockedSource) Uint64() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.source.Uint64()
}
