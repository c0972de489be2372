package retry

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
)

var (
	stressFor  = flag.Duration("stress", 2*time.Second, "how long TestStress draws rounds")
	stressSeed = flag.Uint64("stress.seed", 1, "the seed of the first round of TestStress")
)

// Everything at once, in virtual time: methods with hedges, half-open breakers, limits,
// keys, polling, streams and total timeouts, whose calls panic, exit, are cancelled and
// meet hooks that panic, while policies change and the group is switched off and on.
// Afterwards every goroutine has ended, nothing is taken, and every method works.
func TestStress(t *testing.T) {
	rounds := 0
	for began := time.Now(); time.Since(began) < *stressFor && !t.Failed(); rounds++ {
		seed := *stressSeed + uint64(rounds)
		synctest.Test(t, func(t *testing.T) {
			s := newStress(seed)
			s.run()
			s.settled(t)
			if t.Failed() {
				t.Logf("go test ./runtime -run TestStress -stress.seed %d", seed)
			}
		})
	}
	t.Logf("%d rounds", rounds)
}

// errStress is what the dependency fails with, and what hooks and methods panic with.
var errStress = errors.New("stress")

// A stressedMethod is a method under stress, with the policies that it changes between.
type stressedMethod struct {
	*Method
	name     string
	hedged   bool // the generated code would call Hedge
	keyed    bool
	polls    bool
	streams  bool
	policies []string
}

const guarding = "; timeout attempt=8ms total=40ms; breaker failures=4 cooldown=10ms probes=2 successes=2; limit concurrent=4 wait=3ms"

// stressed are the methods. Their policies differ in what may be put into force live.
var stressed = []stressedMethod{
	{name: "Plain", policies: []string{
		"exponential-jitter attempts=3 base=1ms max=4ms" + guarding,
		"simple attempts=2 delay=1ms; breaker rate=50% min=4 window=8 cooldown=5ms; limit concurrent=2",
		"simple attempts=unlimited delay=2ms; budget off; timeout total=20ms; breaker off",
	}},
	{name: "Keyed", keyed: true, policies: []string{
		"exponential-jitter attempts=3 base=1ms max=4ms; budget burst=5" + guarding,
		"simple attempts=2 delay=0s; breaker failures=1 cooldown=3ms max-cooldown=20ms",
	}},
	{name: "Hedged", hedged: true, policies: []string{
		"simple attempts=2 delay=1ms; hedge after=2ms max=3" + guarding,
		"simple attempts=3 delay=1ms; hedge off; timeout attempt=5ms; breaker failures=2 cooldown=5ms",
	}},
	{name: "Polls", polls: true, policies: []string{
		"simple attempts=5 delay=2ms" + guarding,
		"simple attempts=3 delay=1ms; timeout total=15ms; limit rate=1000/s burst=2 wait=2ms",
	}},
	{name: "Streams", streams: true, policies: []string{
		"exponential attempts=3 base=1ms" + guarding,
		"simple attempts=2 delay=1ms; timeout off; breaker slow=4ms slow-rate=50% min=3 window=6 cooldown=5ms",
	}},
}

// A stress is one round.
type stress struct {
	mu      sync.Mutex // of random
	random  *rand.Rand
	group   *Group
	methods []stressedMethod
	ledger  ledger
}

func newStress(seed uint64) *stress {
	s := &stress{random: rand.New(rand.NewPCG(seed, 0)), group: new(Group)}
	s.group.SetCounting(s.chance(2))
	w := NewWrapper("Client", policy.Policy{}, &Options{Group: s.group, Hooks: s.hooks()})
	for _, m := range stressed {
		m.Method = w.Method(m.name, MethodSpec{
			Policy: mustParse(m.policies[0]), Keyed: m.keyed, Polls: m.polls, Lends: m.streams,
		})
		s.methods = append(s.methods, m)
	}
	return s
}

func mustParse(text string) policy.Policy {
	p, err := policy.Parse(text)
	if err != nil {
		panic(err)
	}
	return p
}

// chance reports true once in n times.
func (s *stress) chance(n int) bool { return s.draw(n) == 0 }

func (s *stress) draw(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.random.IntN(n)
}

func (s *stress) sleep(most time.Duration) { time.Sleep(time.Duration(s.draw(int(most)))) }

// run calls the methods from many goroutines while others change what is in force.
func (s *stress) run() {
	const callers, calls, changes = 12, 8, 12
	var running sync.WaitGroup
	for range callers {
		running.Go(func() {
			for range calls {
				s.sleep(5 * time.Millisecond)
				s.apart(func() { s.call(s.methods[s.draw(len(s.methods))]) })
			}
		})
	}
	running.Go(func() {
		for range changes {
			s.sleep(5 * time.Millisecond)
			s.change()
		}
	})
	running.Wait()
}

// apart calls f on a goroutine of its own, which f may end, and waits for that.
func (s *stress) apart(f func()) {
	var call sync.WaitGroup
	call.Add(1)
	go func() {
		defer call.Done()
		defer func() {
			if p := recover(); p != nil && p != errStress {
				panic(p)
			}
		}()
		f()
	}()
	call.Wait()
}

// call makes one call, perhaps in a context that ends meanwhile.
func (s *stress) call(m stressedMethod) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	switch s.draw(4) {
	case 0:
		timed, stop := context.WithTimeout(ctx, time.Duration(s.draw(20_000_000)))
		defer stop()
		ctx = timed
	case 1:
		defer time.AfterFunc(time.Duration(s.draw(20_000_000)), cancel).Stop()
	}
	method := m.Method
	if m.keyed {
		method = m.For(strconv.Itoa(s.draw(3)))
	}
	switch {
	case m.hedged:
		_, _ = Hedge(ctx, method, func(ctx context.Context) (int, error) { return 1, s.dependency(ctx, m) })
	case m.streams:
		stream, err := Call(ctx, method, func(ctx context.Context) (io.ReadCloser, error) {
			if err := s.dependency(ctx, m); err != nil {
				return nil, err
			}
			return KeepReadCloser(ctx, io.NopCloser(strings.NewReader("data"))), nil
		})
		if err == nil && !s.chance(3) {
			s.sleep(10 * time.Millisecond)
			stream.Close() // or the caller's context ends it
		}
	default:
		_ = method.Do(ctx, func(ctx context.Context) error { return s.dependency(ctx, m) })
	}
}

// dependency succeeds in half of the calls.
func (s *stress) dependency(ctx context.Context, m stressedMethod) error {
	if s.chance(3) {
		timer := time.NewTimer(time.Duration(s.draw(15_000_000)))
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	switch s.draw(20) {
	case 0, 1, 2, 3, 4, 5:
		return errStress
	case 6:
		return Permanent(errStress)
	case 7:
		return busy(time.Duration(s.draw(6)) * time.Millisecond)
	case 8:
		if !m.hedged { // a copy that panics when nobody waits for it ends the program
			panic(errStress)
		}
	case 9:
		runtime.Goexit()
	}
	return NotYet(m.polls && s.chance(2), nil)
}

// busy is an error of a server that asks for a wait.
type busy time.Duration

func (b busy) Error() string             { return fmt.Sprintf("busy for %v", time.Duration(b)) }
func (b busy) RetryAfter() time.Duration { return time.Duration(b) }

// change does what an operator may do.
func (s *stress) change() {
	m := s.methods[s.draw(len(s.methods))]
	name := "Client." + m.name
	switch s.draw(6) {
	case 0, 1, 2:
		if err := s.group.SetPolicy(name, mustParse(m.policies[s.draw(len(m.policies))]).Patch()); err != nil {
			panic(err)
		}
	case 3:
		s.group.SetEnabled(false)
		s.sleep(3 * time.Millisecond)
		s.group.SetEnabled(true)
	case 4:
		if b := s.group.MethodBreaker(name); b != nil {
			b.ForceOpen()
			s.sleep(3 * time.Millisecond)
			b.Reset()
		}
	case 5:
		s.group.Snapshot()
	}
}

// settled requires that nothing is taken, and that the methods recover.
func (s *stress) settled(t *testing.T) {
	synctest.Wait()
	s.ledger.balanced(t)
	for _, m := range s.methods {
		p := m.plan.Load()
		if p.limit != nil {
			assert.Empty(t, p.limit.slots, "%s: places that are taken", m.name)
		}
		if p.budget != nil {
			tokens := p.budget.tokens.Load()
			assert.True(t, 0 <= tokens && tokens <= p.budget.full, "%s: the bucket holds %d of %d", m.name, tokens, p.budget.full)
		}
		if p.breaker != nil {
			assert.Zero(t, p.breaker.Snapshot().Probes, "%s: probes that are out", m.name)
		}
		keys := []*Method{m.Method}
		if m.keyed {
			keys = []*Method{m.For("0"), m.For("1"), m.For("2")}
		}
		for _, method := range keys {
			s.recovers(t, m.name, method)
		}
	}
}

// recovers requires that a method is in service soon after its dependency is.
func (s *stress) recovers(t *testing.T, name string, m *Method) {
	inARow := 0
	for range 100 {
		var err error
		left := true
		s.apart(func() {
			err = m.Do(context.Background(), func(context.Context) error { return nil })
			left = false
		})
		if refusal, refused := errors.AsType[*breaker.OpenError](err); refused {
			time.Sleep(max(refusal.RetryAfter(), time.Millisecond))
			inARow = 0
			continue
		}
		if !left { // a hook has panicked otherwise
			require.NoError(t, err, name)
			inARow++
		}
		if inARow == 5 {
			return
		}
		time.Sleep(10 * time.Millisecond) // for the rate of a limit
	}
	t.Errorf("%s is still refused: %+v", name, s.group.Snapshot())
}
