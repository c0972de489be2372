package policy

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/breaker"
)

func TestInterval(t *testing.T) {
	for _, test := range []struct {
		name string
		rate Rate
		want time.Duration
	}{
		{"no rate", Rate{}, 0},
		{"none in a second", Rate{Per: time.Second}, 0},
		{"fewer than none", Rate{-1, time.Second}, 0},
		{"one in a second", Rate{1, time.Second}, time.Second},
		{"two in a minute", Rate{2, time.Minute}, 30 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) { assert.Equal(t, test.want, test.rate.Interval()) })
	}
	assert.Equal(t, "30/m", Rate{30, time.Minute}.String())
}

func TestRatio(t *testing.T) {
	assert.Equal(t, 25*breaker.Percent, (25 * Percent).Parts())
	assert.Equal(t, "12.5%", Ratio(125_000).String())
}

// A single mistake is an *Error itself, so a caller needs no errors.As for it.
func TestSingleErrorIsNotJoined(t *testing.T) {
	_, err := Parse("simple attempts=0")
	assert.IsType(t, &Error{}, err)
	_, err = ParseOverrides("Client.Get: simple attempts=0")
	assert.IsType(t, &Error{}, err)
	_, err = Parse("simple attempts=0 delay=-1s")
	assert.NotNil(t, err)
	assert.Len(t, Errors(err), 2)
}
