package retry

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
)

// What becomes of a call after an error, and what the breaker learns.
func TestVerdicts(t *testing.T) {
	plain := MethodSpec{}
	listed := MethodSpec{On: func(err error) bool { return err == errFlaky }}
	excluded := MethodSpec{Not: func(error) bool { return true }}
	transaction := MethodSpec{InTransaction: true}
	for _, tt := range []struct {
		name string
		spec MethodSpec
		err  error
		want verdict
	}{
		{"nobody knows it", plain, errFlaky, verdict{sorted: sorted{ruling: worthARetry}, vote: breaker.Failure}},
		{"refused further down", plain, fmt.Errorf("below: %w", &LimitError{}), verdict{sorted: sorted{ruling: final}, vote: breaker.Neutral}},
		{"an answer", plain, fs.ErrNotExist, verdict{sorted: sorted{answer, ClassAnswer}, vote: breaker.Success}},
		{"a fault", plain, statusError(501), verdict{sorted: sorted{fault, ClassFault}, vote: breaker.Failure}},
		{"transient", plain, io.ErrUnexpectedEOF, verdict{sorted: sorted{worthARetry, ClassTransient}, vote: breaker.Failure}},
		{"unsent", plain, safely{errFlaky}, verdict{sorted: sorted{worthARetry, ClassUnsent}, vote: breaker.Failure, certain: true}},
		{"throttled", plain, statusError(429), verdict{sorted: sorted{worthARetry, ClassThrottled}, vote: breaker.Alive, certain: true}},
		{"a conflict", plain, sqlStateError("40001"), verdict{sorted: sorted{worthARetry, ClassConflict}, vote: breaker.Success}},
		{"a conflict inside a transaction", transaction, sqlStateError("40001"), verdict{sorted: sorted{final, ClassConflict}, vote: breaker.Success}},
		{"final by its own word", plain, retryable{false, errFlaky}, verdict{sorted: sorted{answer, ClassAnswer}, vote: breaker.Success}},
		{"final, though of the network", plain, retryable{false, io.ErrUnexpectedEOF}, verdict{sorted: sorted{final, ClassTransient}, vote: breaker.Failure}},
		{"permanent", plain, Permanent(errFlaky), verdict{sorted: sorted{ruling: answer}, vote: breaker.Success}},
		{"permanent, of the network", plain, Permanent(io.ErrUnexpectedEOF), verdict{sorted: sorted{final, ClassTransient}, vote: breaker.Failure}},
		{"not lists it", excluded, errFlaky, verdict{sorted: sorted{ruling: answer}, vote: breaker.Success}},
		{"not lists an error of the network", excluded, io.ErrUnexpectedEOF, verdict{sorted: sorted{final, ClassTransient}, vote: breaker.Failure}},
		{"on lists it", listed, errFlaky, verdict{sorted: sorted{ruling: worthARetry}, vote: breaker.Failure, certain: true}},
		{"on does not list it, and nobody knows it", listed, errors.New("dirty"), verdict{sorted: sorted{ruling: final}, vote: breaker.Alive}},
		{"on does not list an error of the network", listed, io.ErrUnexpectedEOF, verdict{sorted: sorted{final, ClassTransient}, vote: breaker.Failure}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := NewWrapper("Client", policy.Policy{}, nil).Method("Get", tt.spec)
			assert.Equal(t, tt.want, m.judge(m.plan.Load(), false, tt.err))
		})
	}
}
