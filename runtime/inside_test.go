package retry

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
)

var errFlaky = errors.New("flaky")

// methodOf makes a method of a wrapper of its own, with the policy that a text of
// the grammar says. It is for the tests that look inside; the others have their
// fixture in method_test.go.
func methodOf(t testing.TB, text string, change ...func(*MethodSpec)) *Method {
	t.Helper()
	p, err := policy.Parse(text)
	require.NoError(t, err)
	spec := MethodSpec{Policy: p}
	for _, f := range change {
		f(&spec)
	}
	return NewWrapper("Client", policy.Policy{}, nil).Method("Get", spec)
}

// failsAlways is a method that fails, and counts how often.
type failsAlways int

func (n *failsAlways) call(context.Context) error {
	*n++
	return errFlaky
}
