package retry

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
)

// A call deposits once, if it ends in a success or in an answer that on does not list, and
// takes a token for each retry.
func TestWhatACallDepositsAndTakes(t *testing.T) {
	p, err := policy.Parse("simple attempts=3 delay=0s; budget ratio=50% burst=100")
	require.NoError(t, err)
	class := func(c Class) error { return classed(c) }
	conflicts := func(err error) bool { return Conflict(err) || errors.Is(err, classed(ClassAnswer)) }
	for _, tt := range []struct {
		name    string
		on, not func(error) bool
		errs    []error // of the attempts; nil is a success
		want    int     // halves of a token
	}{
		{"success", nil, nil, []error{nil}, 1},
		{"success after a retry", nil, nil, []error{errFlaky, nil}, 1 - 2},
		{"answer", nil, nil, []error{class(ClassAnswer)}, 1},
		{"answer after two retries", nil, nil, []error{class(ClassConflict), class(ClassThrottled), class(ClassAnswer)}, 1 - 4},
		{"answer that is forbidden", nil, conflicts, []error{class(ClassAnswer)}, 1},
		{"conflict that is forbidden", nil, conflicts, []error{class(ClassConflict)}, 1},
		{"mark", nil, nil, []error{Permanent(errFlaky)}, 1},
		{"answer that is listed", conflicts, nil, []error{class(ClassAnswer), class(ClassAnswer), class(ClassAnswer)}, -4},
		{"answer that is not listed", Transient, nil, []error{class(ClassAnswer)}, 1},
		{"fault", nil, nil, []error{class(ClassFault)}, 0},
		{"quota", nil, nil, []error{class(ClassQuota)}, 0},
		{"conflicts to the end", nil, nil, []error{class(ClassConflict), class(ClassConflict), class(ClassConflict)}, -4},
		{"conflict that is not listed", Transient, nil, []error{class(ClassConflict)}, 0},
		{"failures", nil, nil, []error{errFlaky, errFlaky, errFlaky}, -4},
		{"not yet", nil, nil, []error{NotYet(true, nil), NotYet(true, nil), nil}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := NewWrapper("Client", policy.Policy{}, &Options{Classify: classify})
			m := w.Method("Get", MethodSpec{Policy: p, On: tt.on, Not: tt.not, Polls: true})
			tokens := &m.plan.Load().budget.tokens
			tokens.Store(50 * wholeToken)
			n := 0
			_ = m.Do(t.Context(), func(context.Context) error { n++; return tt.errs[n-1] })
			assert.Len(t, tt.errs, n)
			assert.Equal(t, int64(tt.want), (tokens.Load()-50*wholeToken)/(wholeToken/2))
		})
	}
}
