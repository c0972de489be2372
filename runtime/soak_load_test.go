package retry

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
)

const (
	soakCallers = 10_000 // goroutines that call one method
	soakKeys    = 40     // different ones, where calls have a key
	soakWaves   = 7      // in a run; the last one is shaky, so that breakers end in any state
)

// A soak is a load on one method, and what has come of it.
type soak struct {
	method *Method
	group  *Group
	hedged bool
	keyed  bool

	began time.Time
	wave  time.Duration // how long a wave takes

	// Of the callers, by what they got. A call has left when it ended by panic or
	// runtime.Goexit, and is refused when it made no attempt.
	calls, succeeded, refused, failed, left atomic.Int64

	// Of the dependency.
	attempts, inside, most atomic.Int64

	// Of the hooks.
	hedges, limited atomic.Int64
	done            [len(outcomes)]atomic.Int64
}

// newSoak makes the method. Without hooks and counts most calls take the direct way
// through Do and Call.
func newSoak(t *testing.T, s soakCase) *soak {
	t.Helper()
	p, err := policy.Parse(s.policy)
	require.NoError(t, err)
	k := &soak{group: new(Group), hedged: p.Hedge.After > 0, keyed: s.keyed}
	opts := &Options{Group: k.group}
	if !s.uncounted {
		k.group.SetCounting(true)
		opts.Hooks = Hooks{
			CallDone:     func(_ context.Context, e CallEvent) { k.done[indexOf(e.Outcome)].Add(1) },
			HedgeStarted: func(context.Context, HedgeEvent) { k.hedges.Add(1) },
			LimitRefused: func(context.Context, LimitEvent) { k.limited.Add(1) },
		}
	}
	k.method = NewWrapper("Client", policy.Policy{}, opts).Method("Get", MethodSpec{Policy: p, Keyed: s.keyed})
	return k
}

// run lets the callers call for so long, and returns when all of them have ended.
func (k *soak) run(d time.Duration) {
	k.began, k.wave = time.Now(), d/soakWaves
	until := k.began.Add(d)
	var callers sync.WaitGroup
	for i := range soakCallers {
		m := k.method
		if k.keyed {
			m = m.For(strconv.Itoa(i % soakKeys))
		}
		callers.Add(1)
		go k.caller(m, until, &callers)
	}
	callers.Wait()
}

// caller calls until it is time to end. Where a call takes it along by panic or
// runtime.Goexit, another goroutine goes on in its place.
func (k *soak) caller(m *Method, until time.Time, callers *sync.WaitGroup) {
	ended := false
	defer func() {
		if p := recover(); p != nil && p != errFlaky {
			panic(p)
		}
		if ended {
			callers.Done()
			return
		}
		k.left.Add(1)
		go k.caller(m, until, callers)
	}()
	for time.Now().Before(until) {
		k.calls.Add(1)
		k.note(k.call(m))
	}
	ended = true
}

// call calls the method, now and then in a context that ends meanwhile.
func (k *soak) call(m *Method) error {
	ctx := context.Background()
	switch patience := rand.N(20 * time.Millisecond); rand.N(16) {
	case 0:
		timed, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		ctx = timed
	case 1:
		cancelled, cancel := context.WithCancel(ctx)
		defer cancel()
		defer time.AfterFunc(patience, cancel).Stop()
		ctx = cancelled
	}
	if !k.hedged {
		return m.Do(ctx, k.dependency)
	}
	_, err := Hedge(ctx, m, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, k.dependency(ctx)
	})
	return err
}

// endInAllWays reports whether there have been calls of each kind.
func (k *soak) endInAllWays() bool {
	return min(k.succeeded.Load(), k.failed.Load(), k.refused.Load(), k.left.Load()) > 0
}

func (k *soak) note(err error) {
	switch err.(type) {
	case nil:
		k.succeeded.Add(1)
	case *breaker.OpenError, *LimitError:
		k.refused.Add(1)
	default:
		k.failed.Add(1)
	}
}

// dependency is the method that is wrapped: well, then down, then shaky, then well
// again.
func (k *soak) dependency(ctx context.Context) error {
	k.attempts.Add(1)
	inside := k.inside.Add(1)
	defer k.inside.Add(-1)
	for most := k.most.Load(); inside > most && !k.most.CompareAndSwap(most, inside); {
		most = k.most.Load()
	}

	chance := rand.N(1000)
	switch {
	case chance >= 4:
	case chance < 2 && !k.hedged: // the copy of an attempt that panics when nobody waits ends the program
		panic(errFlaky)
	default:
		runtime.Goexit()
	}
	switch wave := time.Since(k.began) / k.wave % 4; {
	case wave == 0 || wave == 3:
		if chance < 100 {
			return takes(ctx, time.Millisecond)
		}
		return nil
	case wave == 1:
		if chance < 50 {
			return takes(ctx, 40*time.Millisecond) // longer than an attempt may take
		}
		return errFlaky
	}
	switch {
	case chance < 100:
		return Permanent(errFlaky)
	case chance < 200:
		return takes(ctx, 10*time.Millisecond)
	case chance < 500:
		return errFlaky
	}
	return nil
}

// takes is a call that takes so long, or until its context ends.
func takes(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return errors.Join(errFlaky, ctx.Err())
	}
}
