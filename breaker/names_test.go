package breaker

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A snapshot is readable as JSON, and can be read back.
func TestNamesInJSON(t *testing.T) {
	type status struct {
		State State
		Mode  Mode
	}
	for _, tt := range []struct {
		status status
		want   string
	}{
		{status{Closed, On}, `{"State":"closed","Mode":"on"}`},
		{status{Open, WatchOnly}, `{"State":"open","Mode":"watch-only"}`},
		{status{HalfOpen, Off}, `{"State":"half-open","Mode":"off"}`},
	} {
		text, err := json.Marshal(tt.status)
		require.NoError(t, err)
		assert.Equal(t, tt.want, string(text))
		var back status
		require.NoError(t, json.Unmarshal(text, &back))
		assert.Equal(t, tt.status, back)
	}
	text, err := json.Marshal([]Outcome{Success, Failure, Neutral, Alive})
	require.NoError(t, err)
	assert.Equal(t, `["success","failure","neutral","alive"]`, string(text))
}

func TestNamesThatDoNotExist(t *testing.T) {
	for _, value := range []any{State(3), Mode(3), Outcome(4)} {
		_, err := json.Marshal(value)
		assert.ErrorContains(t, err, "is not a", "%v", value)
	}
	state, mode := Open, WatchOnly
	assert.EqualError(t, state.UnmarshalText([]byte("Open")), `breaker: "Open" is not a state: it is one of ["closed" "open" "half-open"]`)
	assert.Error(t, mode.UnmarshalText(nil))
	assert.Equal(t, Open, state, "unchanged")
	assert.Equal(t, WatchOnly, mode, "unchanged")
	assert.Equal(t, "State(3)", State(3).String())
	assert.Equal(t, "Mode(3)", Mode(3).String())
	assert.Equal(t, "Outcome(4)", Outcome(4).String())
}
