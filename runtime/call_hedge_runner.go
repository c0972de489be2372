package retry

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/internal/virtual"
)

// A runner is an attempt or a copy of it, on a goroutine of its own. It gives its place
// under the limit back when its method returns. The caller settles its permit: when it
// takes the answer, or when it no longer waits for it.
type runner[T any] struct {
	timed   context.Context
	cancel  context.CancelFunc
	ctx     context.Context // what the method gets: timed, or a lease
	lease   *lease
	permit  breaker.KeyPermit[key]
	probe   *probing        // if it is one
	limited bool            // it has a place under the limit
	claimed atomic.Bool     // by the runner, to answer, or by the caller, who no longer waits
	taken   bool            // the caller has taken the answer
	given   bool            // the caller has given it up
	start   context.Context // what AttemptStart returned
	began   time.Duration   // by clock, if a hook wants to know
	attempt int             // 1 first
	number  int             // of the copy; 0 is the attempt itself
	told    bool            // AttemptDone has been called

	result   T
	err      error
	late     bool    // its context had ended when the method returned
	verdict  verdict // of the caller, once it has taken the answer
	left     leaving
	panicked any
}

// leaving says how a runner has left its method.
type leaving uint8

const (
	byGoexit leaving = iota
	byPanic
	byReturn
)

// prepare makes a runner with what the call holds for an attempt or a copy. The call holds it
// until then, because making contexts may panic: they are made from the caller's.
func (r *race[T]) prepare() *runner[T] {
	x := &runner[T]{attempt: r.attempt, number: len(r.runners)}
	if r.m.observer.timed {
		x.began, r.call.returned = r.call.began, 0
		if r.paused {
			x.began = clock()
		}
		r.attemptBegan = x.began
		if x.number == 0 {
			r.firstBegan = x.began
		}
	}
	below := r.inner
	if r.plan.lends {
		below = r.handed
	}
	x.start = r.tellAttempt(r.dressed(below), x.number)
	x.timed = r.inner
	if !r.plan.lends {
		x.timed, r.cancelGiven = r.bounded(x.start)
	}
	x.timed, x.cancel = r.timeLimited(x.timed)
	if outer, inner := r.cancelGiven, x.cancel; outer != nil {
		x.cancel = func() { inner(); outer() }
	}
	r.cancelAttempt, r.cancelGiven = x.cancel, nil
	x.ctx = x.timed
	if r.plan.lends {
		x.lease = newLease(x.start, x.timed)
		x.ctx = x.lease
	}
	x.permit, x.probe, x.limited = r.permit, r.probe, r.entered
	r.permit, r.probe, r.entered = breaker.KeyPermit[key]{}, nil, false
	r.token, r.trying, r.cancelAttempt = false, false, nil
	r.runners = append(r.runners, x)
	r.waiting++
	x.permit.Begin()
	return x
}

// dressed returns ctx with all that the next runner may ask it for.
func (r *race[T]) dressed(ctx context.Context) context.Context {
	return r.layered(r.probe.context(numbered(ctx, len(r.runners))))
}

// timeLimited returns ctx with the timeout of an attempt, if there is one.
func (r *race[T]) timeLimited(ctx context.Context) (context.Context, context.CancelFunc) {
	if t := r.plan.timeout.Attempt; t > 0 {
		return virtual.WithTimeoutCause(ctx, t, ErrAttemptTimeout)
	}
	return virtual.WithCancel(ctx)
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
	x.late = r.m.isLate(x.timed)
	x.left = byReturn
}

// leave is deferred. It takes a panic to the caller, which is the only way to let it go on
// there. If nobody waits any more, the panic goes on here.
func (x *runner[T]) leave(r *race[T]) {
	if x.limited {
		r.plan.limit.leave()
	}
	if !x.claimed.CompareAndSwap(false, true) {
		defer x.tell(r.call, RulingLost, ClassUnclassified)
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

// tell calls AttemptDone, unless that has been done. It may run on the goroutine of the
// runner, after the call has ended.
func (x *runner[T]) tell(c *call, r Ruling, class Class) {
	hook := c.m.observer.hooks.AttemptDone
	if x.told || hook == nil {
		return
	}
	x.told = true
	now := clock()
	hook(x.start, AttemptEvent{
		Method: c.m.name, Instance: c.m.observer.instance, Attempt: x.attempt, Copy: x.number,
		Start: epoch.Add(x.began), Duration: now - x.began,
		Ruling: r, Class: class, Err: methodError(x.err),
	})
}

// discard ends the lease of a runner whose answer nobody gets.
func (x *runner[T]) discard() { x.lease.discard() }
