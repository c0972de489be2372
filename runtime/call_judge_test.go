package retry_test

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// A moment is what becomes of the contexts while an attempt is under way.
type moment int

const (
	calm      moment = iota // nothing
	cancelled               // the caller cancels
	deadline                // the caller's deadline passes
	total                   // the policy's timeout of the call passes
	own                     // the attempt's own timeout passes
)

var (
	errPlain     = errors.New("plain")
	errNetwork   = &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("no route")}
	errListed    = errors.New("listed")
	errForbidden = errors.New("forbidden")
	errBoth      = errors.Join(errListed, errForbidden)
	errNo        = &saysRetryable{false}
)

// saysRetryable is an error that knows whether a further attempt may help.
type saysRetryable struct{ yes bool }

func (e *saysRetryable) Error() string   { return "says whether it is retryable" }
func (e *saysRetryable) Retryable() bool { return e.yes }

// The table of the package documentation, cell by cell: what becomes of the
// contexts, the error, on and not. Where cause is nil the error comes back as the
// same value. Each row goes through every entry.
func TestVerdicts(t *testing.T) {
	on := func(err error) bool {
		return errors.Is(err, errListed) || errors.Is(err, errNetwork) || errors.Is(err, io.EOF) ||
			errors.Is(err, retry.ErrAttemptTimeout) || errors.Is(err, errNo)
	}
	onOther := matching(errListed)
	not := matching(errForbidden)
	all := func(error) bool { return true }
	type predicate = func(error) bool
	const (
		success = breaker.Success
		failure = breaker.Failure
		neutral = breaker.Neutral
		alive   = breaker.Alive // TestWhatOnDoesNotListIsAlive tells it from neutral
	)
	tests := []struct {
		name     string
		during   moment
		err      error
		on, not  predicate
		attempts int
		cause    error
		vote     breaker.Outcome
		reason   string
	}{
		{"success", calm, nil, nil, nil, 1, nil, success, "nothing to do again"},
		{"success as the caller cancels", cancelled, nil, nil, nil, 1, nil, success, "what has been done is not thrown away"},
		{"success as the deadline passes", deadline, nil, nil, nil, 1, nil, success, "the same"},
		{"success as the total timeout passes", total, nil, nil, nil, 1, nil, success, "the same"},
		{"success as the attempt's timeout passes", own, nil, nil, nil, 1, nil, success, "the same"},

		{"plain", calm, errPlain, nil, nil, 3, retry.ErrExhausted, failure, "without on everything is retried"},
		{"plain, in on", calm, errListed, on, nil, 3, retry.ErrExhausted, failure, "on asks for it"},
		{"plain, not in on", calm, errPlain, on, nil, 1, nil, alive, "on says what a failure is, and this is none"},
		{"plain, in not", calm, errForbidden, nil, not, 1, nil, success, "an answer, by the user's word"},
		{"plain, not in not", calm, errPlain, nil, not, 3, retry.ErrExhausted, failure, "not is no list of what to retry"},
		{"plain, in on and not", calm, errBoth, on, not, 1, nil, success, "not wins"},
		{"plain, in on and not in not", calm, errListed, on, not, 3, retry.ErrExhausted, failure, "on decides"},
		{"plain, in not and not in on", calm, errForbidden, on, not, 1, nil, success, "not speaks of answers, on does not"},
		{"plain, in neither", calm, errPlain, on, not, 1, nil, alive, "as with on alone"},

		{"network", calm, errNetwork, nil, nil, 3, retry.ErrExhausted, failure, "the dependency was not reached"},
		{"network, in on", calm, errNetwork, on, nil, 3, retry.ErrExhausted, failure, "the same"},
		{"network, not in on", calm, errNetwork, onOther, nil, 1, nil, failure, "not retried, but a failure all the same"},
		{"network, in not", calm, errNetwork, nil, all, 1, nil, failure, "no word of the user makes it an answer"},
		{"network, in on and not", calm, errNetwork, on, all, 1, nil, failure, "not wins, and the failure stays one"},
		{"network, permanent", calm, retry.Permanent(errNetwork), nil, nil, 1, nil, failure, "the same"},
		{"network that answers", calm, errors.Join(errNetwork, io.EOF), nil, nil, 3, retry.ErrExhausted, failure, "the network's row comes first"},

		{"answer", calm, io.EOF, nil, nil, 1, nil, success, "the dependency works"},
		{"answer, in on", calm, io.EOF, on, nil, 3, retry.ErrExhausted, success, "on asks for the retry, and the dependency works all the same"},
		{"answer, not in on", calm, io.EOF, onOther, nil, 1, nil, success, "on does not speak of it"},
		{"answer, in not", calm, io.EOF, nil, all, 1, nil, success, "says the same twice"},
		{"answer, in on and not", calm, io.EOF, on, all, 1, nil, success, "not wins"},
		{"permanent", calm, retry.Permanent(errPlain), nil, nil, 1, nil, success, "the method's word"},
		{"permanent, in on", calm, retry.Permanent(errListed), on, nil, 1, nil, success, "stronger than on"},
		{"permanent, not in on", calm, retry.Permanent(errPlain), on, nil, 1, nil, success, "an answer all the same"},
		{"Retryable says no", calm, errNo, nil, nil, 1, nil, success, "the error's word"},
		{"Retryable says no, in on", calm, errNo, on, nil, 1, nil, success, "stronger than on"},
		{"Retryable says yes", calm, &saysRetryable{true}, nil, nil, 3, retry.ErrExhausted, failure, "what would happen anyway"},
		{"Retryable says yes, not in on", calm, &saysRetryable{true}, on, nil, 1, nil, failure, "on decides about the retry, and the class about the vote"},

		{"open further down", calm, errOpen, nil, nil, 1, nil, neutral, "that breaker knows better, and this one learns nothing"},
		{"open further down, in on", calm, errOpen, all, nil, 1, nil, neutral, "stronger than on"},
		{"open further down, in not", calm, errOpen, nil, all, 1, nil, neutral, "no answer of the dependency"},
		{"open inside an Error", calm, &retry.Error{Cause: errOpen, Last: errNetwork}, nil, nil, 1, nil, neutral, "as a wrapper further down reports it"},

		{"attempt timeout", own, context.DeadlineExceeded, nil, nil, 3, retry.ErrExhausted, failure, "one hung attempt may be the only one"},
		{"attempt timeout, in on", own, context.DeadlineExceeded, on, nil, 3, retry.ErrExhausted, failure, "on sees ErrAttemptTimeout"},
		{"attempt timeout, not in on", own, context.DeadlineExceeded, onOther, nil, 1, nil, failure, "not retried, but a failure"},
		{"attempt timeout, in not", own, context.DeadlineExceeded, nil, matching(retry.ErrAttemptTimeout), 1, nil, failure, "the same"},
		{"attempt timeout with a plain error", own, errPlain, on, nil, 3, retry.ErrExhausted, failure, "the context tells, whatever the method returns"},
		{"attempt timeout with an answer", own, io.EOF, nil, nil, 3, retry.ErrExhausted, failure, "the same"},
		{"attempt timeout, permanent", own, retry.Permanent(errPlain), nil, nil, 1, nil, failure, "the method's word stops, the failure stays"},
		{"attempt timeout, open further down", own, errOpen, nil, nil, 1, nil, neutral, "it was refused, and not slow"},

		{"cancelled", cancelled, context.Canceled, nil, nil, 1, nil, neutral, "the dependency is not to blame"},
		{"cancelled with a plain error", cancelled, errPlain, nil, nil, 1, nil, neutral, "the same, whatever the method makes of it"},
		{"cancelled with a network error", cancelled, errNetwork, nil, nil, 1, nil, neutral, "closed by the cancel, as likely as not"},
		{"cancelled with an answer", cancelled, io.EOF, nil, nil, 1, nil, neutral, "may come from the cancel too"},
		{"cancelled, permanent", cancelled, retry.Permanent(errPlain), nil, nil, 1, nil, neutral, "contexts come first"},
		{"cancelled, in on", cancelled, errListed, on, nil, 1, nil, neutral, "no attempt after a cancel"},
		{"cancelled, in not", cancelled, errForbidden, nil, not, 1, nil, neutral, "contexts come first"},
		{"cancelled, open further down", cancelled, errOpen, nil, nil, 1, nil, neutral, "both rows agree"},

		{"deadline", deadline, context.DeadlineExceeded, nil, nil, 1, retry.ErrDeadline, failure, "a hung dependency must open the breaker"},
		{"deadline with a plain error", deadline, errPlain, nil, nil, 1, retry.ErrDeadline, failure, "the same, whatever the method makes of it"},
		{"deadline with a network error", deadline, errNetwork, nil, nil, 1, retry.ErrDeadline, failure, "the same"},
		{"deadline with an answer", deadline, io.EOF, nil, nil, 1, retry.ErrDeadline, failure, "contexts come first"},
		{"deadline, permanent", deadline, retry.Permanent(errPlain), nil, nil, 1, retry.ErrDeadline, failure, "contexts come first"},
		{"deadline, in on", deadline, errListed, on, nil, 1, retry.ErrDeadline, failure, "no time to do as on asks"},
		{"deadline, not in on", deadline, errPlain, on, nil, 1, retry.ErrDeadline, failure, "contexts come first"},
		{"deadline, in not", deadline, errForbidden, nil, not, 1, retry.ErrDeadline, failure, "contexts come first"},
		{"deadline, open further down", deadline, errOpen, nil, nil, 1, retry.ErrDeadline, failure, "contexts come first"},

		{"total timeout", total, context.DeadlineExceeded, nil, nil, 1, retry.ErrDeadline, failure, "as the caller's deadline"},
		{"total timeout with an answer", total, io.EOF, nil, nil, 1, retry.ErrDeadline, failure, "the same"},
		{"total timeout, in on", total, errListed, on, nil, 1, retry.ErrDeadline, failure, "the same"},
		{"total timeout, in not", total, errForbidden, nil, not, 1, retry.ErrDeadline, failure, "the same"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			throughEntries(t, func(t *testing.T, e entry) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				s := setup{on: tt.on, not: tt.not, general: e.general}
				s.own.Retry = attempts(3, 0)
				s.shared.Breaker = policy.Breaker{Failures: 100, Cooldown: time.Minute}
				switch tt.during {
				case deadline:
					ctx = deadlineIn(time.Second)(t)
				case total:
					s.own.Timeout.Total = time.Second
				case own:
					s.own.Timeout.Attempt = time.Second
				}
				m := s.method(func(ctx context.Context) error {
					if tt.during == cancelled {
						cancel()
					}
					if tt.during != calm {
						<-ctx.Done()
					}
					return tt.err
				})
				// Five failures before: a success takes the count to zero, and a failure up.
				for range 5 {
					permit, err := m.group.Breaker().Allow()
					require.NoError(t, err)
					permit.Done(breaker.Failure)
				}

				err := e.call(t, m, ctx)

				assert.Equal(t, tt.attempts, m.calls(), tt.reason)
				if tt.cause == nil {
					assert.True(t, err == tt.err, "want the same value, got %v", err)
				} else {
					got := gaveUp(t, err)
					assert.Equal(t, tt.cause, got.Cause)
					assert.True(t, got.Last == tt.err, "want the same value, got %v", got.Last)
					assert.Equal(t, tt.attempts, got.Attempts)
				}
				count := map[breaker.Outcome]int{success: 0, neutral: 5, alive: 5, failure: 5 + tt.attempts}
				assert.Equal(t, count[tt.vote], m.snapshot().Failures, tt.reason)
			})
		})
	}
}

// What happens before there is an error to sort.
func TestNoFirstAttempt(t *testing.T) {
	tests := []struct {
		name    string
		context func(*testing.T) context.Context
		open    bool
		cause   error // nil: the breaker's own OpenError comes back
		reason  string
	}{
		{"cancelled", cancelledIn(0, nil), false, context.Canceled, "nobody waits for the result"},
		{"cancelled with a cause", cancelledIn(0, errShutdown), false, errShutdown, "the cause says more"},
		{"deadline", deadlineIn(0), false, retry.ErrDeadline, "nobody waits for the result"},
		{"deadline with a cause", func(t *testing.T) context.Context {
			ctx, cancel := context.WithTimeoutCause(t.Context(), 0, errShutdown)
			t.Cleanup(cancel)
			return ctx
		}, false, errShutdown, "the cause says more"},
		{"open breaker", (*testing.T).Context, true, nil, "refused at once, and not wrapped: shedding is free"},
		{"open breaker and cancelled", cancelledIn(0, nil), true, context.Canceled, "the context is asked first"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			throughEntries(t, func(t *testing.T, e entry) {
				ctx := tt.context(t)
				s := setup{general: e.general}
				s.own.Retry = attempts(3, 0)
				s.shared.Breaker = policy.Breaker{Failures: 1}
				m := s.method(succeed)
				if tt.open {
					m.group.Breaker().ForceOpen()
				}
				err := e.call(t, m, ctx)
				assert.Zero(t, m.calls(), tt.reason)
				if tt.cause == nil {
					_, want := m.group.Breaker().Allow()
					assert.Same(t, want, err, tt.reason)
					return
				}
				assert.ErrorIs(t, err, ctx.Err())
				got := gaveUp(t, err)
				assert.Equal(t, tt.cause, got.Cause, tt.reason)
				assert.Zero(t, got.Attempts)
				assert.NoError(t, got.Last)
				assert.Zero(t, got.Elapsed)
				assert.Equal(t, tt.open, m.snapshot().State == breaker.Open, "the breaker learns nothing")
			})
		})
	}
}
