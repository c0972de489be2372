package retry

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

type code uint32

// A coded is an error with a code, as connect's, and a status with one, as gRPC's.
type coded struct{ code code }

func (c *coded) Error() string { return "coded" }
func (c *coded) Code() code    { return c.code }

// A carrier is an error with a status of gRPC, which may be nil.
type carrier struct{ status *coded }

func (carrier) Error() string        { return "carrier" }
func (c carrier) GRPCStatus() *coded { return c.status }

// A posing is an error that says by As that it is another one.
type posing struct{ as *coded }

func (posing) Error() string { return "posing" }

func (p posing) As(target any) bool {
	to, ok := target.(**coded)
	if ok {
		*to = p.as
	}
	return ok
}

func TestHasStatus(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want bool
	}{
		{"no error", nil, false},
		{"the status", statusError(409), true},
		{"the other one", statusError(423), true},
		{"another status", statusError(404), false},
		{"wrapped", fmt.Errorf("put: %w", statusError(409)), true},
		{"the second of several", errors.Join(errFlaky, statusError(404), fmt.Errorf("put: %w", statusError(409))), true},
		{"below another status", &outside{404, statusError(409)}, true},
		{"none of several", errors.Join(errFlaky, statusError(404)), false},
		{"an error without a status", errFlaky, false},
		{"marked as permanent", Permanent(statusError(409)), true},
		{"in an Error", &Error{Cause: ErrExhausted, Last: statusError(409)}, true},
		{"beside a method that panics", errors.Join(panicking{}, statusError(409)), true},
		{"beside a nil pointer", &hollow{errors.Join((*pathless)(nil), statusError(409))}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, HasStatus(tt.err, 409, 423))
		})
	}
}

// An outside is an error with a status around another one.
type outside struct {
	status int
	error
}

func (o *outside) HTTPStatusCode() int { return o.status }
func (o *outside) Unwrap() error       { return o.error }

func TestHasCode(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want bool
	}{
		{"no error", nil, false},
		{"the code", &coded{10}, true},
		{"another code", &coded{5}, false},
		{"the second of several", errors.Join(&coded{5}, fmt.Errorf("call: %w", &coded{10})), true},
		{"an error of another type", carrier{&coded{10}}, false},
		{"by As", fmt.Errorf("call: %w", posing{&coded{10}}), true},
		{"by As, another code", posing{&coded{5}}, false},
		{"by As, a nil pointer", posing{nil}, false},
		{"a nil pointer", (*coded)(nil), false},
		{"a nil pointer beside it", errors.Join((*coded)(nil), &coded{10}), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, HasCode[*coded](tt.err, 7, 10))
		})
	}
}

func TestHasGRPCCode(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want bool
	}{
		{"no error", nil, false},
		{"the code", carrier{&coded{2}}, true},
		{"another code", carrier{&coded{5}}, false},
		{"the second of several", errors.Join(carrier{&coded{5}}, fmt.Errorf("call: %w", carrier{&coded{2}})), true},
		{"no status, although 2 is Unknown", errFlaky, false},
		{"a code, but no status", &coded{2}, false},
		{"a nil status", carrier{nil}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, HasGRPCCode[*coded](tt.err, 2))
		})
	}
}
