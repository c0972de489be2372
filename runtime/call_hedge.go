package retry

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"time"

	"github.com/retrygen/retrygen/breaker"
)

// Hedge is for generated code. It is [Call] for a method with a hedge. If an attempt has not
// answered after the time of the policy, a copy of it starts, and the call takes the first
// success. It cancels the others, and closes what they return nevertheless, if they gave it
// to [Keep] or a func like it. [Copy] tells the attempt and its copies apart.
//
// f runs on goroutines of its own. If it ignores its context, it may still run when Hedge
// has returned. A panic or runtime.Goexit in f goes on in the caller while the call waits
// for it. A panic after that ends the program, as on any goroutine.
//
// There are no copies in the retries of a wrapper above, and none under [WithoutRetry],
// because a copy is an attempt, too.
func Hedge[T any](ctx context.Context, m *Method, f func(context.Context) (T, error)) (result T, err error) {
	p := m.plan.Load()
	if p.off || p.hedge.After <= 0 || ctx == nil || alone(ctx, p) {
		return Call(ctx, m, f)
	}
	if p.chaos != nil {
		f = disturbed(m.methodFacts, p.chaos, f)
	}
	var c call
	c.begin(ctx, m, p)
	defer c.end()
	c.open()
	for more := c.admit(); more; {
		r := &race[T]{call: &c, f: f, returned: make(chan *runner[T], min(1+copies(p), mailbox))}
		x := r.run()
		if x == nil {
			result = *new(T) // that of the attempt before is closed
			more = c.abandon(r.failed)
			continue
		}
		result = x.result
		more = c.decide(x.verdict, x.err) && c.pause() && c.admit()
	}
	return result, c.err
}

// abandon ends the call because its context has ended, perhaps while methods still run.
// failed is the error that one of them returned, or nil.
func (c *call) abandon(failed error) bool {
	if failed != nil {
		c.last = failed
	}
	c.unanswered = failed == nil
	return c.giveUp(stopCause(c.ended()))
}

// alone reports whether a call must not make copies of an attempt.
func alone(ctx context.Context, p *plan) bool {
	above := layerOf(ctx)
	return above != nil && (above.single || above.safe && !p.key && IdempotencyKey(ctx) == "")
}

// copies returns how many copies of an attempt may start.
func copies(p *plan) int { return cmp.Or(p.hedge.Max, 1) }

// mailbox is how many answers can wait for the caller. A policy may allow a million copies,
// and each call makes a channel. A runner that finds it full waits, which is never long,
// because the caller takes every answer: run does, or end.
const mailbox = 8

// A race is one attempt of a hedged call, with its copies.
type race[T any] struct {
	*call
	f          func(context.Context) (T, error)
	runners    []*runner[T]
	returned   chan *runner[T]
	waiting    int             // runners that have not answered
	failed     error           // of a runner that has not decided the race
	firstBegan time.Duration   // when the first runner began, if a hook wants to know
	lost       breaker.Outcome // of the runners that the race gives up
}

// run returns the runner with the answer of the race: the first one that has not failed in
// a way to be retried, or else the last one. It returns nil if the context of the call has
// ended, because the runners that heed it return its error, which is no answer. A success
// is one, even then.
func (r *race[T]) run() *runner[T] {
	defer r.end()
	r.launch()
	r.arm(r.plan.hedge.After)
	for {
		select {
		case x := <-r.returned:
			r.take(x)
			switch x.left {
			case byPanic:
				panic(x.panicked)
			case byGoexit:
				runtime.Goexit()
			}
			if r.decides(x) {
				return x
			}
		case <-r.timer.C:
			if r.mayCopy() {
				r.launch()
				r.copied()
			}
			if r.mayCopyLater() {
				r.arm(r.plan.hedge.After)
			}
		case <-r.whole.Done():
			if len(r.returned) > 0 {
				continue // an answer that has arrived counts
			}
			r.call.returned = 0
			return nil
		}
	}
}

// decides reports whether an answer is that of the race. Otherwise the race goes on.
func (r *race[T]) decides(x *runner[T]) bool {
	if x.err == nil || r.ended() == nil && (x.verdict.ruling != worthARetry || r.waiting == 0) {
		r.lease, x.lease = x.lease, nil
		return true
	}
	r.note(x)
	return false
}

// note remembers the error of a runner that has not decided the race. It prefers an error
// of the method's own to one that comes from the end of the context.
func (r *race[T]) note(x *runner[T]) {
	if r.failed == nil || x.verdict.ruling == worthARetry {
		r.failed = methodError(x.err)
	}
}

// launch starts a runner.
func (r *race[T]) launch() {
	x := r.prepare()
	go x.run(r)
}

// mayCopy reports whether a copy is to start: unless the breaker, the limit or the budget
// refuses it. It starts none if an answer has arrived or the context has ended: a select
// among what is ready may still take the timer.
func (r *race[T]) mayCopy() bool {
	if r.ended() != nil || len(r.returned) > 0 {
		return false
	}
	if !r.admitCopy() {
		r.settle(breaker.Neutral)
		r.releaseAttempt()
		return false
	}
	r.paused = true // time has passed
	return true
}

// mayCopyLater reports whether the policy allows another copy.
func (r *race[T]) mayCopyLater() bool { return len(r.runners) <= copies(r.plan) }

// copied tells that a copy has started.
func (r *race[T]) copied() {
	r.copies++
	r.m.observer.hedge(r.inner, HedgeEvent{Method: r.m.name, Instance: r.m.observer.instance, Attempt: r.attempt, Copy: len(r.runners) - 1})
}

// admitCopy gets a copy its permit, its place under the limit and its token, and reports
// whether it got all. Until launch the call holds them, as it does for an attempt.
func (r *race[T]) admitCopy() bool {
	var err error
	if r.probe, err = r.plan.admit(r.whole, r.key, &r.permit); err != nil {
		return false
	}
	if r.plan.limit != nil {
		if r.entered = r.plan.limit.enterNow(); !r.entered {
			return false
		}
	}
	r.token = r.plan.budget.take()
	return r.token
}

// take settles a runner that has answered. It judges the answer on the caller's goroutine,
// because that calls the user's code.
func (r *race[T]) take(x *runner[T]) {
	x.taken = true
	r.waiting--
	if r.m.observer.timed {
		r.call.returned = clock()
	}
	if x.left != byReturn {
		x.settle(breaker.Failure)
		x.tell(r.call, RulingPanic, ClassUnclassified)
		return
	}
	x.verdict = r.m.judgeAttempt(r.plan, r.ended(), x.late && r.plan.timeout.Attempt > 0, x.err)
	x.settle(x.verdict.vote)
	x.tell(r.call, rulings[x.verdict.ruling], x.verdict.class)
}

// end gives up the runners that have not answered, cancels them and settles their permits.
// It gives all of them up before it cancels one, because an error that comes from the
// cancelling says nothing. It discards what succeeded too late.
//
// Listeners, hooks and the caller's context may panic here. So everything is deferred, and
// all of it happens.
func (r *race[T]) end() {
	if r.m.observer.timed {
		if r.call.returned == 0 {
			r.call.returned = clock()
		}
		r.busy += r.call.returned - r.firstBegan
	}
	for _, x := range r.runners {
		x.given = !x.taken && x.claimed.CompareAndSwap(false, true)
	}
	defer r.settleFrom(0)
	defer r.cancelFrom(0)
	r.lost = breaker.Neutral // or the caller cancelled
	if ended := r.ended(); ended != nil && errors.Is(ended.Err(), context.DeadlineExceeded) {
		r.lost = breaker.Failure
	}
}

// cancelFrom cancels the runners from the nth on. It is a recursion because a defer in a
// loop allocates.
func (r *race[T]) cancelFrom(n int) {
	if n < len(r.runners) {
		defer r.cancelFrom(n + 1)
		r.runners[n].cancel()
	}
}

// settleFrom settles the permits of the runners from the nth on.
func (r *race[T]) settleFrom(n int) {
	if n == len(r.runners) {
		return
	}
	defer r.settleFrom(n + 1)
	switch x := r.runners[n]; {
	case x.taken:
		defer x.discard()
		defer x.tell(r.call, RulingPanic, ClassUnclassified) // if judging it has panicked, as below
		x.settle(breaker.Neutral)
	case x.given:
		x.settle(r.lost)
	default:
		r.throwAway()
	}
}

// throwAway settles a runner that answers when the call is over. It does not judge the
// error, because nobody gets the answer, but it lets a panic go on.
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
	defer x.tell(r.call, RulingLost, ClassUnclassified)
	x.settle(vote)
	if x.left == byPanic {
		panic(x.panicked)
	}
}
