package retry

import (
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/policy"
)

// A fallback goes by the reason why its own call was given up. An Error of a call below
// is an error like any other.
func TestFallsBackAfterGivingUp(t *testing.T) {
	m := NewWrapper("Client", policy.Policy{}, nil).Method("Get", MethodSpec{})
	given := func(method string) *Error { return &Error{Method: method, Cause: ErrExhausted, Last: fs.ErrNotExist} }
	assert.True(t, m.FallsBack(t.Context(), nil, given("Client.Get")))
	assert.False(t, m.FallsBack(t.Context(), nil, given("Other.Get")), "the dependency has answered")
	assert.False(t, m.FallsBack(t.Context(), nil, fs.ErrNotExist))
	assert.True(t, m.FallsBack(t.Context(), nil, errFlaky))
}
