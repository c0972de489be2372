package retry_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// classed is an error of a class, which byClass knows.
type classed retry.Class

func (e classed) Error() string { return retry.Class(e).String() }

func byClass(err error) retry.Class {
	if e, ok := err.(classed); ok {
		return retry.Class(e)
	}
	return retry.ClassUnclassified
}

// told notes what the hooks of a method are told about one call.
type told struct {
	outcome retry.Outcome
	gaveUp  bool
}

func (n *told) hooks() retry.Hooks {
	return retry.Hooks{
		CallDone: func(_ context.Context, e retry.CallEvent) { n.outcome = e.Outcome },
		GiveUp:   func(context.Context, retry.GiveUpEvent) { n.gaveUp = true },
	}
}

// votes are what a breaker has counted. Success, failure, alive and neutral differ in it.
type votes struct{ failures, attempts int }

// counting has the breaker count a failure, which a success would make it forget.
func counting(t *testing.T, m *method) {
	t.Helper()
	permit, err := m.group.Breaker().Allow()
	require.NoError(t, err)
	permit.Done(breaker.Failure)
}

// counted returns what the breaker has counted since counting.
func counted(m *method) votes {
	s := m.snapshot()
	return votes{s.Failures - 1, s.Calls - 1}
}

// countingBreaker counts the attempts in a window and the failures in a row, and does not
// open.
var countingBreaker = policy.Breaker{Failures: 100, Slow: time.Hour, SlowRate: 100 * policy.Percent, Min: 100, Window: time.Hour}

var (
	aSuccess = votes{-1, 1}
	aFailure = votes{1, 1}
	twice    = votes{2, 2}
	isAlive  = votes{0, 1}
)

// The table of Class, cell by cell: what becomes of a call of two attempts that get an
// error of each class.
func TestClasses(t *testing.T) {
	all := func(error) bool { return true }
	limited := func(s *setup) { s.own.Timeout.Attempt = time.Hour }
	onAll := func(s *setup) { s.on = all }
	onOther := func(s *setup) { s.on = matching(errListed) }
	not := func(s *setup) { s.not = all }
	inTransaction := func(s *setup) { s.spec = func(spec *retry.MethodSpec) { spec.InTransaction = true } }
	both := func(a, b func(*setup)) func(*setup) { return func(s *setup) { a(s); b(s) } }
	tests := []struct {
		name      string
		class     retry.Class
		change    func(*setup)
		attempts  int
		votes     votes
		outcome   retry.Outcome
		gaveUp    bool
		fallsBack bool
	}{
		{"unclassified", retry.ClassUnclassified, nil, 2, twice, retry.OutcomeExhausted, true, true},
		{"answer", retry.ClassAnswer, nil, 1, aSuccess, retry.OutcomeAnswer, false, false},
		{"fault", retry.ClassFault, nil, 1, aFailure, retry.OutcomeFault, true, true},
		{"transient", retry.ClassTransient, nil, 2, twice, retry.OutcomeExhausted, true, true},
		{"unsent", retry.ClassUnsent, nil, 2, twice, retry.OutcomeExhausted, true, true},
		{"throttled", retry.ClassThrottled, nil, 2, votes{0, 2}, retry.OutcomeExhausted, true, true},
		{"deadline", retry.ClassDeadline, nil, 1, aFailure, retry.OutcomeFault, true, true},
		{"deadline, attempt timeout in force", retry.ClassDeadline, limited, 2, twice, retry.OutcomeExhausted, true, true},
		{"quota", retry.ClassQuota, nil, 1, isAlive, retry.OutcomeFinal, false, true},
		{"conflict", retry.ClassConflict, nil, 2, votes{-1, 2}, retry.OutcomeExhausted, true, true},
		{"conflict in a transaction", retry.ClassConflict, inTransaction, 1, aSuccess, retry.OutcomeFinal, false, true},
		{"transient in a transaction", retry.ClassTransient, inTransaction, 2, twice, retry.OutcomeExhausted, true, true},

		{"unclassified, listed", retry.ClassUnclassified, onAll, 2, twice, retry.OutcomeExhausted, true, true},
		{"answer, listed", retry.ClassAnswer, onAll, 2, votes{-1, 2}, retry.OutcomeExhausted, true, true},
		{"fault, listed", retry.ClassFault, onAll, 2, twice, retry.OutcomeExhausted, true, true},
		{"quota, listed", retry.ClassQuota, onAll, 2, votes{0, 2}, retry.OutcomeExhausted, true, true},
		{"deadline, listed", retry.ClassDeadline, onAll, 2, twice, retry.OutcomeExhausted, true, true},
		{"conflict, listed for the type, in a transaction", retry.ClassConflict, both(onAll, inTransaction), 1, aSuccess, retry.OutcomeFinal, false, true},

		{"unclassified, not listed", retry.ClassUnclassified, onOther, 1, isAlive, retry.OutcomeFinal, false, true},
		{"answer, not listed", retry.ClassAnswer, onOther, 1, aSuccess, retry.OutcomeAnswer, false, false},
		{"fault, not listed", retry.ClassFault, onOther, 1, aFailure, retry.OutcomeFault, true, true},
		{"transient, not listed", retry.ClassTransient, onOther, 1, aFailure, retry.OutcomeFinal, false, true},
		{"unsent, not listed", retry.ClassUnsent, onOther, 1, aFailure, retry.OutcomeFinal, false, true},
		{"throttled, not listed", retry.ClassThrottled, onOther, 1, isAlive, retry.OutcomeFinal, false, true},
		{"deadline, not listed", retry.ClassDeadline, onOther, 1, aFailure, retry.OutcomeFault, true, true},
		{"quota, not listed", retry.ClassQuota, onOther, 1, isAlive, retry.OutcomeFinal, false, true},
		{"conflict, not listed", retry.ClassConflict, onOther, 1, aSuccess, retry.OutcomeFinal, false, true},

		{"transient, forbidden", retry.ClassTransient, not, 1, aSuccess, retry.OutcomeAnswer, false, false},
		{"fault, forbidden", retry.ClassFault, not, 1, aSuccess, retry.OutcomeAnswer, false, false},
		{"forbidden and listed", retry.ClassTransient, both(not, onAll), 1, aSuccess, retry.OutcomeAnswer, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			throughEntries(t, func(t *testing.T, e entry) {
				var got told
				s := setup{own: policy.Policy{Retry: attempts(2, 0)}, general: e.general}
				s.shared.Breaker = countingBreaker
				s.options = retry.Options{Classify: byClass, Hooks: got.hooks()}
				if tt.change != nil {
					tt.change(&s)
				}
				m := s.method(fail(classed(tt.class)))
				counting(t, m)

				err := e.call(t, m, t.Context())

				assert.Equal(t, tt.attempts, m.calls(), "attempts")
				assert.Equal(t, tt.votes, counted(m), "votes")
				assert.Equal(t, told{tt.outcome, tt.gaveUp}, got)
				if tt.attempts == 1 {
					assert.Equal(t, classed(tt.class), err, "as it is")
				}
				assert.Equal(t, tt.fallsBack, m.FallsBack(t.Context(), nil, err))
			})
		})
	}
}

// A class that a call does not end with may still decide about its attempts: an answer
// ends it, a conflict does not.
func TestClassesOfLaterAttempts(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		s := setup{own: policy.Policy{Retry: attempts(9, 0)}, options: retry.Options{Classify: byClass}, general: e.general}
		s.shared.Breaker = countingBreaker
		m := s.method(fail(classed(retry.ClassConflict)), fail(classed(retry.ClassThrottled)), fail(classed(retry.ClassAnswer)))
		counting(t, m)
		assert.Equal(t, classed(retry.ClassAnswer), e.call(t, m, t.Context()), "as it is")
		assert.Equal(t, 3, m.calls())
		assert.Equal(t, votes{-1, 3}, counted(m))
	})
}

// An attempt that ran into its own timeout is transient, whatever else would class it.
func TestAttemptTimeoutIsTransient(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		for _, class := range []retry.Class{retry.ClassAnswer, retry.ClassFault, retry.ClassQuota, retry.ClassConflict} {
			s := setup{own: policy.Policy{Retry: attempts(2, 0), Timeout: policy.Timeout{Attempt: time.Second}}, general: e.general}
			s.options.Classify = func(error) retry.Class { return class }
			s.shared.Breaker = countingBreaker
			s.spec = func(spec *retry.MethodSpec) { spec.InTransaction = true }
			m := s.method(hang)
			counting(t, m)
			assert.ErrorIs(t, e.call(t, m, t.Context()), retry.ErrExhausted)
			assert.Equal(t, 2, m.calls(), class)
			assert.Equal(t, twice, counted(m), class)
		}
	})
}

// An error that on does not list and that nothing classifies shows that the dependency
// works. With a rate it dilutes the failures, and a half-open breaker closes.
func TestWhatOnDoesNotListIsAlive(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		s := setup{on: matching(errListed), general: e.general}
		s.shared.Breaker = policy.Breaker{Rate: 50 * policy.Percent, Min: 50, Window: time.Hour, Cooldown: time.Minute}
		m := s.method(fail(errDown))
		for range 98 {
			assert.Equal(t, errDown, e.call(t, m, t.Context()))
		}
		m.answers = []answer{fail(errListed)}
		for range 2 {
			assert.Error(t, e.call(t, m, t.Context()))
		}
		assert.Equal(t, breaker.Closed, m.snapshot().State, "2%")
		assert.Equal(t, 100, m.snapshot().Calls)

		for m.snapshot().State == breaker.Closed {
			_ = e.call(t, m, t.Context())
		}
		time.Sleep(time.Minute)
		m.answers = []answer{fail(errDown)}
		assert.Equal(t, errDown, e.call(t, m, t.Context()))
		assert.Equal(t, breaker.Closed, m.snapshot().State, "the probe has shown that the dependency works")
	})
}

// A refusal from below says nothing at all.
func TestRefusalFromBelowIsNeutral(t *testing.T) {
	s := setup{own: policy.Policy{Retry: attempts(2, 0)}}
	s.shared.Breaker = countingBreaker
	m := s.method(fail(errOpen))
	counting(t, m)
	assert.Equal(t, errOpen, m.do(t.Context()))
	assert.Equal(t, votes{0, 0}, counted(m))
	assert.True(t, m.FallsBack(t.Context(), nil, errOpen))
}

// The words of on and not go by all that the method knows; a func of the user's gets the
// error itself.
func TestWordsOfOn(t *testing.T) {
	words := map[string]func(error) bool{
		"transient": retry.Transient, "unsent": retry.Unsent, "timeout": retry.Timeout,
		"throttled": retry.Throttled, "conflict": retry.Conflict,
	}
	matched := map[string][]retry.Class{
		"transient": {retry.ClassTransient, retry.ClassUnsent},
		"unsent":    {retry.ClassUnsent},
		"timeout":   {retry.ClassDeadline},
		"throttled": {retry.ClassThrottled, retry.ClassQuota},
		"conflict":  {retry.ClassConflict},
	}
	by := map[string]func(*setup){
		"Options.Classify":    func(s *setup) { s.options.Classify = byClass },
		"MethodSpec.Classify": func(s *setup) { s.spec = func(spec *retry.MethodSpec) { spec.Classify = byClass } },
		"MethodSpec.Sort": func(s *setup) {
			s.spec = func(spec *retry.MethodSpec) {
				spec.Sort = func(err error) (retry.Class, time.Duration) { return byClass(err), 0 }
			}
		},
	}
	for who, put := range by {
		for word, is := range words {
			for class := range retry.ClassConflict + 1 {
				err := error(classed(class))
				want := 1
				for _, c := range matched[word] {
					if c == class {
						want = 2
					}
				}
				bare := 0
				s := setup{own: policy.Policy{Retry: attempts(2, 0)}}
				s.on = func(e error) bool {
					if retry.Bare(e) == err {
						bare++
					}
					assert.ErrorIs(t, e, err)
					assert.Equal(t, err.Error(), e.Error())
					return is(e)
				}
				put(&s)
				m := s.method(fail(err))
				_ = m.do(t.Context())
				assert.Equal(t, want, m.calls(), "%s by %s, an error of %v", word, who, class)
				assert.Equal(t, want, bare, "each time")
				assert.False(t, is(err), "outside of the method nobody knows")
			}
		}
	}
}

// The words by themselves go by what the error says.
func TestWordsAlone(t *testing.T) {
	assert.True(t, retry.Throttled(tooMany{}))
	assert.False(t, retry.Transient(tooMany{}))
	assert.True(t, retry.Throttled(fmt.Errorf("get: %w", tooMany{})))
	assert.False(t, retry.Throttled(errors.Join(tooMany{}, errDown)), "nobody knows")
	assert.False(t, retry.Throttled(retry.Permanent(tooMany{})), "an answer")
	assert.True(t, retry.Conflict(lostRace{}))
	assert.False(t, retry.Conflict(errDown))
	assert.True(t, retry.Timeout(errors.Join(context.DeadlineExceeded, errDown)), "wherever it stands")
	assert.Equal(t, errDown, retry.Bare(errDown))
}

type tooMany struct{}

func (tooMany) Error() string       { return "too many" }
func (tooMany) HTTPStatusCode() int { return 429 }

type lostRace struct{}

func (lostRace) Error() string    { return "lost race" }
func (lostRace) SQLState() string { return "40001" }

// A not or a mark makes an answer of an io.EOF that means a connection which was cut off,
// because only the user knows; but not of an error of the network.
func TestNotAndEOF(t *testing.T) {
	m := setup{own: policy.Policy{Retry: attempts(2, 0)}, not: matching(io.EOF)}
	m.spec = func(spec *retry.MethodSpec) { spec.CutAtEOF = true }
	m.shared.Breaker = countingBreaker
	ends := m.method(fail(io.EOF))
	counting(t, ends)
	assert.Equal(t, io.EOF, ends.do(t.Context()))
	assert.Equal(t, aSuccess, counted(ends))

	m.options.Group, m.not = nil, nil
	cut := m.method(fail(io.EOF))
	assert.ErrorIs(t, cut.do(t.Context()), retry.ErrExhausted)
	assert.Equal(t, 2, cut.calls())
}

// A Fault goes to the log like a call that was given up.
func TestFaultIsLogged(t *testing.T) {
	var log bytes.Buffer
	s := setup{options: retry.Options{Classify: byClass, Logger: slog.New(slog.NewTextHandler(&log, nil))}}
	m := s.method(fail(classed(retry.ClassAnswer)))
	_ = m.do(t.Context())
	assert.Empty(t, log.String())
	m.answers = []answer{fail(classed(retry.ClassFault))}
	_ = m.do(t.Context())
	assert.Contains(t, log.String(), `msg="gave up" method=Client.Get count=1 outcome=fault attempts=1 cause=fault`)
}

// A delay of the library or of the method is waited for like the error's own.
func TestDelaysOfTheMethod(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		s := setup{own: policy.Policy{Retry: attempts(3, 10*ms)}, general: e.general}
		s.spec = func(spec *retry.MethodSpec) {
			spec.Sort = func(error) (retry.Class, time.Duration) { return retry.ClassThrottled, time.Second }
			spec.RetryAfter = func(err error) time.Duration {
				if err == errListed {
					return 2 * time.Second
				}
				return 0
			}
		}
		m := s.method(fail(errDown), fail(errListed), succeed)
		assert.NoError(t, e.call(t, m, t.Context()))
		assert.Equal(t, []time.Duration{0, time.Second, 3 * time.Second}, m.began)
	})
}

// JSON has the name of a class.
func TestClassAsText(t *testing.T) {
	text, err := retry.ClassThrottled.MarshalText()
	require.NoError(t, err)
	assert.Equal(t, "throttled", string(text))
	_, err = (retry.ClassConflict + 1).MarshalText()
	assert.EqualError(t, err, "retry: 9 is not a class")
}
