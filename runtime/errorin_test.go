package retry_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

var errOwn = errors.New("own")

// What a caller gets, whose method returns own beside results in which found was found.
func TestReading(t *testing.T) {
	gaveUp := &retry.Error{Method: "Client.Get", Attempts: 3, Cause: retry.ErrExhausted, Last: errDown}
	never := &retry.Error{Method: "Client.Get", Attempts: 3, Cause: retry.ErrExhausted}
	below := &retry.Error{Method: "Client.Get", Attempts: 1, Cause: retry.ErrBudget, Last: errDown}
	tests := []struct {
		name             string
		found, own, call error
		want             error
	}{
		{"success", nil, nil, nil, nil},
		{"success with an error", nil, errOwn, nil, errOwn},
		{"an error in the results", errDown, nil, errDown, nil},
		{"given up with an error in the results", errDown, nil, gaveUp, nil},
		{"both errors", errDown, errOwn, errDown, errOwn},
		{"given up with the method's own", errDown, errDown, gaveUp, gaveUp},
		{"given up by a wrapper below", below, below, below, below},
		{"no attempt", nil, nil, errOpen, errOpen},
		{"never good", nil, nil, never, never},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r retry.Reading
			assert.Equal(t, tt.found, r.Of(tt.found, tt.own))
			assert.True(t, tt.want == r.Error(tt.call), r.Error(tt.call))
		})
	}
	t.Run("given up with another error of its own", func(t *testing.T) {
		var r retry.Reading
		_ = r.Of(errDown, errOwn)
		err := r.Error(gaveUp)
		assert.ErrorIs(t, err, errOwn)
		assert.ErrorIs(t, err, retry.ErrExhausted)
		assert.NotErrorIs(t, err, errDown)
		assert.Equal(t, errDown, gaveUp.Last, "a hook may have kept it")
	})
}

// Without a lease the results of the attempt before are for the attempt to close.
func TestReadingDiscards(t *testing.T) {
	for name, tt := range map[string]struct {
		own  policy.Policy
		want bool
	}{
		"retries":  {policy.Policy{Retry: attempts(2, 0)}, true},
		"timeouts": {policy.Policy{Retry: attempts(2, 0), Timeout: timeouts(1<<40, 0).Timeout}, false},
	} {
		t.Run(name, func(t *testing.T) {
			m := setup{own: tt.own, lends: true}.method().Method
			var r retry.Reading
			var discards []bool
			_ = m.Do(t.Context(), func(ctx context.Context) error {
				discards = append(discards, r.Discards(ctx))
				return r.Of(errDown, nil)
			})
			assert.Equal(t, []bool{false, tt.want}, discards)
		})
	}
}

// A call goes by the error in the results, and its breaker counts that.
func TestCallByAReading(t *testing.T) {
	group := new(retry.Group)
	w := retry.NewWrapper("Client", policy.Policy{Breaker: policy.Breaker{Failures: 3, Cooldown: 1 << 40}}, &retry.Options{Group: group})
	m := w.Method("Get", retry.MethodSpec{Policy: policy.Policy{Retry: attempts(3, 0)}, SharedBreaker: true})
	get := func() error {
		var r retry.Reading
		return r.Error(m.Do(t.Context(), func(context.Context) error { return r.Of(errDown, nil) }))
	}
	require.NoError(t, get(), "the results tell")
	assert.Equal(t, breaker.Open, group.Breaker().State())
	assert.ErrorIs(t, get(), breaker.ErrOpen)
}

func TestWithoutResults(t *testing.T) {
	assert.True(t, retry.WithoutResults(&retry.Error{Cause: retry.ErrExhausted}))
	assert.False(t, retry.WithoutResults(&retry.Error{Cause: retry.ErrExhausted, Last: errDown}))
	assert.False(t, retry.WithoutResults(errDown))
}
