package retry

import (
	"context"
	"errors"
	"time"

	"github.com/retrygen/retrygen/breaker"
)

// A verdict is what an attempt's result means for the call and for the breaker.
type verdict struct {
	ruling     ruling
	vote       breaker.Outcome
	retryAfter time.Duration // what the server asks for; of an error to be retried
}

// A ruling is what becomes of the call.
type ruling uint8

const (
	succeeded ruling = iota // it is over
	worthARetry
	notYet    // worth another attempt, though nothing has failed
	final     // it is over, with the error as it is
	cancelled // the same, by the caller's doing
	outOfTime // it is over, with ErrDeadline
)

// judge sorts what an attempt returned.
func (c *call) judge(err error) verdict {
	if c.plan.first == directFirst && c.whole.Err() == nil && c.m.saysNothing(err) {
		return verdict{ruling: worthARetry, vote: breaker.Failure} // the usual case, quicker
	}
	return c.m.judgeAttempt(c.ended(), c.cancelAttempt != nil && c.timed.Err() != nil, err)
}

// judgeAttempt sorts what an attempt returned, by the table in the package
// documentation, top down. Ended is the context that has ended the call, if one has;
// late is an attempt whose own timeout had passed.
func (m *methodFacts) judgeAttempt(ended context.Context, late bool, err error) verdict {
	if err == nil {
		return verdict{ruling: succeeded, vote: breaker.Success}
	}
	if _, ok := err.(*pending); ok {
		return verdict{ruling: notYet, vote: breaker.Success}
	}
	// The contexts are asked first: what a method returns when its context has
	// ended may look like anything.
	if ended != nil {
		if errors.Is(ended.Err(), context.DeadlineExceeded) {
			return verdict{ruling: outOfTime, vote: breaker.Failure}
		}
		return verdict{ruling: cancelled, vote: breaker.Neutral}
	}
	if late {
		err = &attemptTimeout{err}
	}
	return m.judge(err)
}

// saysNothing reports whether neither the error nor a list of the method says what to
// do.
func (m *methodFacts) saysNothing(err error) bool {
	return m.spec.On == nil && m.spec.Not == nil && saysNothing(err)
}

// judge sorts an error that came while all contexts were alive but perhaps the
// attempt's.
func (m *methodFacts) judge(err error) verdict {
	if m.saysNothing(err) {
		return verdict{ruling: worthARetry, vote: breaker.Failure}
	}
	found := inspect(err)
	if found.refused {
		return verdict{ruling: final, vote: breaker.Neutral}
	}
	forbidden := found.permanent || m.spec.Not != nil && m.spec.Not(err)
	listed := m.spec.On != nil && m.spec.On(err)

	v := verdict{ruling: final, vote: breaker.Failure, retryAfter: found.retryAfter}
	switch {
	case found.network:
	case forbidden || found.answer && !listed:
		v.vote = breaker.Success
	case m.spec.On != nil && !listed:
		v.vote = breaker.Neutral
	}
	switch {
	case forbidden:
	case m.spec.On != nil && !listed:
	case m.spec.On == nil && found.answer && !found.network:
	default:
		v.ruling = worthARetry
	}
	return v
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
	case errors.Is(cause, breaker.ErrOpen):
		return OutcomeOpen
	case errors.Is(cause, ErrLimited):
		return OutcomeLimited
	case errors.Is(ended, context.DeadlineExceeded):
		return OutcomeDeadline
	default:
		return OutcomeCancelled
	}
}
