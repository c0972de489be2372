package retry_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	retry "github.com/retrygen/retrygen/runtime"
)

// stuck cannot seek.
type stuck struct{ io.Reader }

var errStuck = errors.New("stuck")

func (stuck) Seek(int64, int) (int64, error) { return 0, errStuck }

// stuckLater can tell where it stands, and cannot go there.
type stuckLater struct{ io.Reader }

func (stuckLater) Seek(_ int64, whence int) (int64, error) {
	if whence == io.SeekCurrent {
		return 0, nil
	}
	return 0, errStuck
}

// All fields go back to where they stood, before each attempt but the first.
func TestFieldsGoBack(t *testing.T) {
	one, two := strings.NewReader("12345"), strings.NewReader("abcde")
	_, err := one.Seek(1, io.SeekStart)
	require.NoError(t, err)
	var f retry.Fields
	f.Add("in.One", one)
	f.Add("in.None", nil)
	f.Demand("in.Two", two)
	require.NoError(t, f.Refused())
	assert.Equal(t, t.Context(), f.Context(t.Context()))
	for range 3 {
		require.NoError(t, f.Begin())
		assert.False(t, f.Once())
		text, err := io.ReadAll(one)
		require.NoError(t, err)
		assert.Equal(t, "2345", string(text))
		text, err = io.ReadAll(two)
		require.NoError(t, err)
		assert.Equal(t, "abcde", string(text))
	}
}

// A field that turns out to be stuck ends the call, and the fields after it stay.
func TestFieldThatCannotGoBack(t *testing.T) {
	two := strings.NewReader("abcde")
	var f retry.Fields
	f.Add("in.One", stuckLater{})
	f.Add("in.Two", two)
	require.NoError(t, f.Begin())
	_, err := two.Seek(3, io.SeekStart)
	require.NoError(t, err)
	err = f.Begin()
	assert.ErrorIs(t, err, errStuck)
	assert.EqualError(t, err, "rewind in.One: stuck")
	assert.Equal(t, 2, two.Len())
}

// What cannot be put back makes a call with one attempt, or none if the user wants it back.
func TestFieldsThatAreUsedUp(t *testing.T) {
	for name, field := range map[string]any{"no seeker": io.LimitReader(nil, 0), "a seeker that cannot": stuck{}} {
		t.Run(name, func(t *testing.T) {
			var f retry.Fields
			f.Add("in.Body", field)
			require.NoError(t, f.Refused())
			assert.False(t, f.Once(), "nobody has had it")
			ctx := f.Context(t.Context())
			assert.NotEqual(t, t.Context(), ctx)
			assert.Equal(t, t.Context(), f.Inside(ctx), "calls inside may be retried")
			require.NoError(t, f.Begin())
			assert.True(t, f.Once())
			var none context.Context
			assert.Nil(t, f.Context(none), "the wrapper panics for it later")

			var wanted retry.Fields
			wanted.Demand("in.Body", field)
			wanted.Demand("in.Other", field)
			assert.ErrorContains(t, wanted.Refused(), "rewind in.Body: ", "the first one is told")
		})
	}
}

// Copies would read a field at once, so a hedged call with one makes one attempt.
func TestFieldsOfAHedge(t *testing.T) {
	var empty, full retry.Fields
	empty.Add("in.Body", (*strings.Reader)(nil))
	assert.Equal(t, t.Context(), empty.Alone(t.Context()))
	assert.False(t, empty.Once())
	full.Add("in.Body", strings.NewReader("abc"))
	assert.NotEqual(t, t.Context(), full.Alone(t.Context()))
	assert.True(t, full.Once(), "an attempt may have had it")
}
