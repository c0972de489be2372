package retry

import (
	"context"
	"errors"
	"time"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/internal/virtual"
)

// A verdict is what an attempt's result means for the call and for the breaker.
type verdict struct {
	sorted
	vote       breaker.Outcome
	certain    bool          // the dependency has not carried out the request, or on lists the error
	retryAfter time.Duration // what the server asks for; of an error to be retried
}

// A sorted is what an error is. It is a struct of its own because the compiler keeps only
// structs of at most four fields in registers.
type sorted struct {
	ruling ruling
	class  Class
}

// A ruling is what becomes of the call.
type ruling uint8

const (
	succeeded ruling = iota // it is over
	worthARetry
	notYet    // worth another attempt, though nothing has failed
	answer    // it is over, with the error as it is, by which the dependency says no
	fault     // the same, and the dependency is broken
	final     // the same, for another reason
	cancelled // the same, by the caller's doing
	outOfTime // it is over, with ErrDeadline
)

// ends are the outcomes of a call that is over with the error as it is.
var ends = [...]Outcome{answer: OutcomeAnswer, fault: OutcomeFault, final: OutcomeFinal, cancelled: OutcomeCancelled}

// judge sorts what an attempt returned.
func (c *call) judge(err error) verdict {
	return c.m.judgeAttempt(c.plan, c.ended(), c.cancelAttempt != nil && c.m.isLate(c.timed), err)
}

// isLate reports whether the attempt's own timeout has passed. Timed is the context with
// that timeout. A context that a hook has given may end for reasons of its own.
func (m *methodFacts) isLate(timed context.Context) bool {
	if timed.Err() == nil {
		return false
	}
	hooks := &m.observer.hooks
	return hooks.CallStart == nil && hooks.AttemptStart == nil || virtual.Cause(timed) == ErrAttemptTimeout
}

// judgeAttempt sorts what an attempt returned, by the order in the package
// documentation. Ended is the context that has ended the call, if one has; late says that
// the attempt's own timeout has passed.
func (m *methodFacts) judgeAttempt(p *plan, ended context.Context, late bool, err error) verdict {
	if err == nil {
		return verdict{sorted: sorted{ruling: succeeded}, vote: breaker.Success}
	}
	if _, ok := err.(*pending); ok {
		return verdict{sorted: sorted{ruling: notYet}, vote: breaker.Success}
	}
	// The contexts are asked first: what a method returns when its context has
	// ended may look like anything.
	if ended != nil {
		if errors.Is(ended.Err(), context.DeadlineExceeded) {
			return verdict{sorted: sorted{ruling: outOfTime}, vote: breaker.Failure}
		}
		return verdict{sorted: sorted{ruling: cancelled}, vote: breaker.Neutral}
	}
	if !late && m.spec.On == nil && m.spec.Not == nil && m.sources.none() && saysNothing(err) {
		return verdict{sorted: sorted{ruling: worthARetry}, vote: breaker.Failure}
	}
	return m.judge(p, late, err)
}

// judge sorts an error that came while all contexts were alive except perhaps the
// attempt's.
func (m *methodFacts) judge(p *plan, late bool, err error) verdict {
	found := m.sources.inspect(err)
	if found.refused {
		return verdict{sorted: sorted{final, found.class}, vote: breaker.Neutral}
	}
	if late {
		found.class, found.by, found.timeout, found.network = ClassTransient, byContext, true, true
	}
	shown := err
	if m.spec.On != nil || m.spec.Not != nil {
		shown = show(err, &found, late)
	}
	if found.permanent || m.spec.Not != nil && m.spec.Not(shown) {
		if found.network {
			return verdict{sorted: sorted{final, found.class}, vote: breaker.Failure}
		}
		return verdict{sorted: sorted{answer, found.class}, vote: breaker.Success}
	}

	retried := found.class.retried(p.timeout.Attempt > 0)
	v := verdict{
		sorted: sorted{ending(found.class, retried), found.class},
		vote:   classes[found.class].vote, retryAfter: found.retryAfter,
	}
	switch {
	case found.final:
		return v
	case found.class == ClassConflict && m.spec.InTransaction:
		return v
	case m.spec.On == nil:
		v.certain = found.class == ClassUnsent || found.class == ClassThrottled
	case m.spec.On(shown):
		retried, v.certain = true, true
	default:
		retried = false
		if found.class == ClassUnclassified && !found.network {
			v.vote = breaker.Alive // on says what is a failure of the dependency
		}
	}
	if retried {
		v.ruling = worthARetry
	}
	return v
}

// ending is the ruling about an error that is not retried. Retried says that an error of
// the class is, as a rule.
func ending(c Class, retried bool) ruling {
	switch {
	case c == ClassAnswer:
		return answer
	case c == ClassFault, c == ClassDeadline && !retried:
		return fault
	}
	return final
}

// outcomeOf names the cause of an Error.
func outcomeOf(cause, ended error) Outcome {
	switch cause {
	case ErrExhausted:
		return OutcomeExhausted
	case ErrDeadline:
		return OutcomeDeadline
	case ErrBudget:
		return OutcomeBudget
	case ErrRetryAfter:
		return OutcomeRetryAfter
	}
	switch {
	case contains(cause, breaker.ErrOpen):
		return OutcomeOpen
	case contains(cause, ErrLimited):
		return OutcomeLimited
	case errors.Is(ended, context.DeadlineExceeded):
		return OutcomeDeadline
	default:
		return OutcomeCancelled
	}
}
