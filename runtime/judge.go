package retry

import (
	"context"
	"errors"
	"time"

	"github.com/retrygen/retrygen/breaker"
)

// A verdict is what an attempt's error means for the call and for the breaker.
type verdict struct {
	vote       breaker.Outcome
	retry      bool
	retryAfter time.Duration // what the server asks for, of an error to be retried
	outcome    Outcome       // of a call that stops with the error as it is
	cause      error         // of a call that stops with an Error
}

// judge sorts what an attempt returned, by the table in the package
// documentation, top down.
func (c *call) judge(err error) verdict {
	if err == nil {
		return verdict{vote: breaker.Success, outcome: OutcomeSuccess}
	}
	// The contexts are asked first: what a method returns when its context has
	// ended may look like anything.
	switch ended := c.whole.Err(); {
	case ended == nil:
	case errors.Is(ended, context.DeadlineExceeded):
		return verdict{vote: breaker.Failure, cause: ErrDeadline}
	default:
		return verdict{vote: breaker.Neutral, outcome: OutcomeCancelled}
	}
	if c.cancelAttempt != nil && c.ctx.Err() != nil {
		err = &attemptTimeout{err}
	}
	return c.m.judge(err)
}

// judge sorts an error that came while all contexts were alive but perhaps the
// attempt's.
func (m *Method) judge(err error) verdict {
	found := inspect(err)
	if found.open {
		return verdict{vote: breaker.Neutral, outcome: OutcomeFinal}
	}
	forbidden := found.permanent || m.spec.Not != nil && m.spec.Not(err)
	listed := m.spec.On != nil && m.spec.On(err)
	answered := forbidden || found.answer && !listed

	v := verdict{outcome: OutcomeFinal, retryAfter: found.retryAfter}
	switch {
	case found.network:
		v.vote = breaker.Failure
	case answered:
		v.vote = breaker.Success
	case m.spec.On != nil && !listed:
		v.vote = breaker.Neutral
	default:
		v.vote = breaker.Failure
	}
	switch {
	case forbidden:
	case m.spec.On != nil:
		v.retry = listed
	default:
		v.retry = found.network || !found.answer
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
	case errors.Is(ended, context.DeadlineExceeded):
		return OutcomeDeadline
	default:
		return OutcomeCancelled
	}
}
