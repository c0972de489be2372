package retry

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/retrygen/retrygen/breaker"
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
	probe   *probing      // if it is one
	limited bool          // it has a place under the limit
	claimed atomic.Bool   // by the runner, to answer, or by the caller, who no longer waits
	taken   bool          // the caller has taken the answer
	given   bool          // the caller has given it up
	began   time.Duration // by clock, if a hook wants to know

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

// launch starts a runner with what the call holds for an attempt or a copy. The call holds
// it until the runner starts, because making contexts may panic: they are made from the
// caller's.
func (r *race[T]) launch() {
	x := &runner[T]{}
	x.timed, x.cancel = r.timeLimited(r.dressed(r.whole))
	r.cancelAttempt = x.cancel
	x.ctx = x.timed
	if r.plan.lends {
		x.lease = newLease(r.dressed(r.caller), x.timed)
		x.ctx = x.lease
	}
	if r.m.observer.hooks.AttemptDone != nil {
		x.began = clock()
	}
	x.permit, x.probe, x.limited = r.permit, r.probe, r.entered
	r.permit, r.probe, r.entered = breaker.KeyPermit[key]{}, nil, false
	r.token, r.cancelAttempt = false, nil
	r.runners = append(r.runners, x)
	x.permit.Begin()
	go x.run(r)
}

// dressed returns ctx with all that the next runner may ask it for.
func (r *race[T]) dressed(ctx context.Context) context.Context {
	return r.layered(r.probe.context(numbered(ctx, len(r.runners))))
}

// timeLimited returns ctx with the timeout of an attempt, if there is one.
func (r *race[T]) timeLimited(ctx context.Context) (context.Context, context.CancelFunc) {
	if t := r.plan.timeout.Attempt; t > 0 {
		return context.WithTimeoutCause(ctx, t, ErrAttemptTimeout)
	}
	return context.WithCancel(ctx)
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

// leave is deferred. It takes a panic to the caller, which is the only way to let it go on
// there. If nobody waits any more, the panic goes on here.
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
