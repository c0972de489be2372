package retry

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/retrygen/retrygen/breaker"
)

// Hedge is Call for a method that is hedged: when an attempt has not answered after
// the policy's time, a copy of it is started beside it, and the first success is
// that of the call. The others are cancelled, and what they return nevertheless is
// closed if it has been kept; see Keep.
//
// f runs on goroutines of its own, and may still be at it when Hedge has returned,
// if it does not heed its context. A panic in it and runtime.Goexit go on in the
// caller as long as the call waits for it; a panic after that ends the program, as
// one on any goroutine does.
//
// Where a wrapper further up is repeating the call, and under WithoutRetry, there are
// no copies: a copy is an attempt, too.
func Hedge[T any](ctx context.Context, m *Method, f func(context.Context) (T, error)) (result T, err error) {
	p := m.plan.Load()
	if p.off || p.hedge.After <= 0 || ctx == nil || alone(ctx, p) {
		return Call(ctx, m, f)
	}
	var c call
	c.begin(ctx, m, p)
	defer c.end()
	for more := c.admit(); more; {
		r := &race[T]{call: &c, f: f, returned: make(chan *runner[T], 1+copies(p))}
		x := r.run()
		if x == nil {
			result = *new(T) // that of the attempt before is closed
			more = c.abandon(r.failed)
			continue
		}
		result = x.result
		more = c.decide(x.verdict, x.err) && c.admit()
	}
	return result, c.err
}

// abandon ends the call because its context has ended, perhaps while methods are still
// under way. Failed is what one has returned, or nil.
func (c *call) abandon(failed error) bool {
	if failed != nil {
		c.last = failed
	}
	c.unanswered = failed == nil
	return c.giveUp(stopCause(c.ended()))
}

// alone reports whether a call is to make no copies of an attempt.
func alone(ctx context.Context, p *plan) bool {
	above := layerOf(ctx)
	return above != nil && (above.single || above.safe && !p.key && IdempotencyKey(ctx) == "")
}

// copies is how many may be started beside an attempt.
func copies(p *plan) int { return cmp.Or(p.hedge.Max, 1) }

// A race is one attempt of a hedged call, with its copies.
type race[T any] struct {
	*call
	f        func(context.Context) (T, error)
	runners  []*runner[T]
	returned chan *runner[T] // has room for all, so that none has to wait
	failed   error           // of a runner that has not decided the race
}

// A runner is the attempt or a copy of it, on a goroutine of its own. It gives its
// place under the limit back when its method returns. Its permit is for the caller
// to settle: when it takes the answer, or when it no longer waits for that.
type runner[T any] struct {
	timed   context.Context
	cancel  context.CancelFunc
	ctx     context.Context // what the method gets: timed, or a lease
	lease   *lease
	permit  breaker.KeyPermit[key]
	probe   *probing    // the attempt or the copy, if it is one
	limited bool        // it has a place under the limit
	claimed atomic.Bool // by the runner, to answer, or by the caller, who no longer waits
	taken   bool        // the answer, by the caller
	given   bool        // up, by the caller
	began   time.Time   // only where a hook wants to know

	result   T
	err      error
	late     bool    // its context had ended when the method returned
	verdict  verdict // of the caller, when it has taken the answer
	left     leaving
	panicked any
}

// leaving is how a runner has left its method.
type leaving uint8

const (
	byGoexit leaving = iota
	byPanic
	byReturn
)

// run returns the runner with the answer of the race: the first one that is no failure
// to be retried, or else the last. It returns nil when the context of the call has
// ended, whose error is not that of a runner which heeds it; but a success is one.
func (r *race[T]) run() *runner[T] {
	defer r.end()
	r.launch(r.first())
	r.arm(r.plan.hedge.After)
	waiting := 1
	for {
		select {
		case x := <-r.returned:
			waiting--
			r.take(x)
			switch {
			case x.left == byPanic:
				panic(x.panicked)
			case x.left == byGoexit:
				runtime.Goexit()
			case x.err == nil, r.ended() == nil && (x.verdict.ruling != worthARetry || waiting == 0):
				r.lease, x.lease = x.lease, nil
				return x
			}
			r.note(x)
		case <-r.timer.C:
			if r.copy() {
				waiting++
			}
			if len(r.runners) <= copies(r.plan) {
				r.arm(r.plan.hedge.After)
			}
		case <-r.whole.Done():
			if len(r.returned) > 0 {
				continue // an answer that is there is not thrown away
			}
			return nil
		}
	}
}

// note remembers the error of a runner that has not decided the race, and rather one
// of the method's own than one that comes of the end of the context.
func (r *race[T]) note(x *runner[T]) {
	if r.failed == nil || x.verdict.ruling == worthARetry {
		r.failed = methodError(x.err)
	}
}

// first makes a runner of what the call holds for its attempt.
func (r *race[T]) first() *runner[T] {
	x := &runner[T]{permit: r.permit, probe: r.probe, limited: r.entered}
	r.permit, r.probe, r.entered = breaker.KeyPermit[key]{}, nil, false
	return x
}

// copy starts a copy, unless the breaker, the limit or the budget is against it, or
// there is nothing to be gained: a select among what is ready may take the timer.
func (r *race[T]) copy() bool {
	if r.ended() != nil || len(r.returned) > 0 {
		return false
	}
	x := &runner[T]{limited: r.plan.limit != nil}
	var err error
	if x.probe, err = r.plan.admit(r.whole, r.key, &x.permit); err != nil {
		return false
	}
	switch {
	case x.limited && !r.plan.limit.enterNow():
		x.settle(breaker.Neutral)
		return false
	case !r.plan.budget.take():
		if x.limited {
			r.plan.limit.leave()
		}
		x.settle(breaker.Neutral)
		return false
	}
	r.launch(x)
	r.m.observer.hedge(r.whole, HedgeEvent{Method: r.m.name, Attempt: r.attempt, Copy: len(r.runners) - 1})
	return true
}

// launch starts a runner.
func (r *race[T]) launch(x *runner[T]) {
	ctx := r.ctx
	if len(r.runners) > 0 {
		ctx = x.probe.context(ctx) // admit has done so for the attempt
	}
	if t := r.plan.timeout.Attempt; t > 0 {
		x.timed, x.cancel = context.WithTimeoutCause(ctx, t, ErrAttemptTimeout)
	} else {
		x.timed, x.cancel = context.WithCancel(ctx)
	}
	x.ctx = x.timed
	if r.plan.lends {
		x.lease = r.lend(x.timed, x.probe)
		x.ctx = x.lease
	}
	if r.m.observer.hooks.AttemptDone != nil {
		x.began = time.Now()
	}
	r.runners = append(r.runners, x)
	x.permit.Begin()
	go x.run(r)
}

// take settles a runner that has answered. The answer is judged here, on the caller's
// goroutine, because judging it calls funcs of the user's.
func (r *race[T]) take(x *runner[T]) {
	x.taken = true
	if x.left != byReturn {
		x.settle(breaker.Failure)
		return
	}
	x.verdict = r.m.judgeAttempt(r.plan, r.ended(), x.late && r.plan.timeout.Attempt > 0, x.err)
	x.settle(x.verdict.vote)
	if hook := r.m.observer.hooks.AttemptDone; hook != nil {
		hook(r.whole, AttemptEvent{Method: r.m.name, Attempt: r.attempt, Duration: time.Since(x.began), Err: methodError(x.err)})
	}
}

// end gives up the runners that have not answered, cancels them and settles their
// permits. It gives all of them up before it cancels one: an error that comes of the
// cancelling says nothing. What has succeeded too late is discarded.
func (r *race[T]) end() {
	r.timer.Stop()
	vote := breaker.Neutral // they have lost, or the caller has cancelled
	if ended := r.ended(); ended != nil && errors.Is(ended.Err(), context.DeadlineExceeded) {
		vote = breaker.Failure
	}
	for _, x := range r.runners {
		x.given = !x.taken && x.claimed.CompareAndSwap(false, true)
	}
	for _, x := range r.runners { // deferred, for all of them, even where a listener panics
		x.cancel()
		switch {
		case x.taken:
			defer x.discard()
			defer x.settle(breaker.Neutral) // where judging it has panicked
		case x.given:
			defer x.settle(vote)
		default:
			defer r.throwAway()
		}
	}
}

// throwAway settles a runner that is about to answer, or has, when the call is over.
// Its error is not judged, since the answer is nobody's; but a panic is not lost.
func (r *race[T]) throwAway() {
	x := <-r.returned
	defer x.discard()
	vote := breaker.Neutral
	switch {
	case x.left != byReturn:
		vote = breaker.Failure
	case x.err == nil:
		vote = breaker.Success
	}
	x.settle(vote)
	if x.left == byPanic {
		panic(x.panicked)
	}
}

// settle reports to the breaker.
func (x *runner[T]) settle(vote breaker.Outcome) {
	x.probe.end()
	x.permit.Done(vote)
}

// run calls the method, and answers if the caller still waits.
func (x *runner[T]) run(r *race[T]) {
	defer x.leave(r)
	x.result, x.err = r.f(x.ctx)
	x.lease.returned()
	x.late = x.timed.Err() != nil
	x.left = byReturn
}

// leave runs deferred. A panic is taken to the caller, which is the only way to let
// it go on there; where nobody waits any more it goes on here.
func (x *runner[T]) leave(r *race[T]) {
	if x.limited {
		r.plan.limit.leave()
	}
	if !x.claimed.CompareAndSwap(false, true) {
		x.discard()
		return
	}
	if x.left != byReturn {
		if x.panicked = recover(); x.panicked != nil {
			x.left = byPanic
		}
	}
	r.returned <- x
}

// discard ends the lease of a runner whose answer nobody gets.
func (x *runner[T]) discard() { x.lease.discard() }
