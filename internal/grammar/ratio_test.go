package grammar

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestRatioString(t *testing.T) {
	for _, test := range []struct {
		name  string
		ratio Ratio
		want  string
	}{
		{"zero", 0, "0%"},
		{"whole", 10 * Percent, "10%"},
		{"a whole that a float truncates to 56", 57 * Percent, "57%"},
		{"all", 100 * Percent, "100%"},
		{"one decimal", 12*Percent + Percent/2, "12.5%"},
		{"the smallest keeps its zeros in front", 1, "0.0001%"},
		{"zeros at the end go", 10_100, "1.01%"},
		{"negative, made by hand", -Percent / 2, "-0.5%"},
		{"the least Ratio does not overflow", -1 << 31, "-214748.3648%"},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, test.ratio.String())
		})
	}
}

func TestParseRatio(t *testing.T) {
	for _, test := range []struct {
		text string
		want Ratio
	}{
		{"57%", 57 * Percent},
		{"0.57%", 5_700},
		{"33.3333%", 333_333},
		{"007.50%", 75_000},
		{"-1%", -Percent},
		{"99999999999%", 1<<31 - 1}, // out of every range, but a percentage
	} {
		got, ok := parseRatio(test.text)
		assert.True(t, ok, test.text)
		assert.Equal(t, test.want, got, test.text)
	}
	for _, text := range []string{"", "%", "10", "0.1", ".5%", "5.%", "1.00001%", "1e1%", "1,5%", "--1%", "+1%", "10%%", " 10%"} {
		got, ok := parseRatio(text)
		assert.False(t, ok, "%q is no percentage", text)
		assert.Zero(t, got)
	}
}

func TestRatioIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := Ratio(rapid.Int32().Draw(t, "ratio"))
		got, ok := parseRatio(want.String())
		assert.True(t, ok)
		// The digits of the least Ratio are one more than an int32 holds.
		assert.Equal(t, max(want, -1<<31+1), got)
	})
}
