package grammar

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The ends of the ranges are in them.
func TestEndsOfRanges(t *testing.T) {
	for _, test := range []struct {
		text, key string
		want      any
	}{
		{"budget burst=1", "burst", 1},
		{"budget burst=1000000", "burst", 1_000_000},
		{"simple attempts=1000000", "attempts", 1_000_000},
		{"simple attempts=unlimited", "attempts", Unlimited},
		{"simple delay=0s", "delay", time.Duration(0)},
		{"timeout total=1ns", "total", time.Nanosecond},
		{"exponential factor=1", "factor", 1.0},
		{"exponential factor=1000", "factor", 1000.0},
		{"budget ratio=0%", "ratio", Ratio(0)},
		{"budget ratio=100%", "ratio", 100 * Percent},
		{"breaker rate=0.0001%", "rate", Ratio(1)},
		{"breaker rate=50% window=1ms", "window", time.Millisecond},
		{"limit rate=1/h", "rate", Rate{1, time.Hour}},
		{"limit rate=30/m", "rate", Rate{30, time.Minute}},
		{"limit rate=1000000/s", "rate", Rate{1_000_000, time.Second}},
		{"limit concurrent=1", "concurrent", 1},
		{"timeout attempt=1s total=1s", "attempt", time.Second},
	} {
		d, errs := ParseDirective(test.text)
		require.Empty(t, errs, test.text)
		assert.Equal(t, test.want, d.Values()[test.key], test.text)
	}
}

// Each getter returns the values of its type, and zero for all others.
func TestTypesOfValues(t *testing.T) {
	v := Values{
		"count": 3, "duration": time.Second, "factor": 1.5, "ratio": Percent,
		"rate": Rate{5, time.Hour}, "text": "full",
	}.WithDelays([]time.Duration{time.Second, 2 * time.Second})
	assert.Equal(t, 3, v.Count("count"))
	assert.Equal(t, time.Second, v.Duration("duration"))
	assert.Equal(t, 1.5, v.Factor("factor"))
	assert.Equal(t, Percent, v.Ratio("ratio"))
	assert.Equal(t, Rate{5, time.Hour}, v.Rate("rate"))
	assert.Equal(t, "full", v.Text("text"))
	assert.Equal(t, []time.Duration{time.Second, 2 * time.Second}, v.Delays())
	assert.Zero(t, v.Count("text"))
	assert.Zero(t, v.Duration("text"))
	assert.Zero(t, v.Factor("text"))
	assert.Zero(t, v.Ratio("text"))
	assert.Zero(t, v.Rate("text"))
	assert.Zero(t, v.Text("count"))
}

func TestPrint(t *testing.T) {
	for _, test := range []struct {
		verb   string
		values Values
		want   string
	}{
		{"simple", Values{"attempts": Unlimited, "max": time.Hour}, "simple attempts=unlimited max=1h"},
		{"exponential", Values{"attempts": 4, "factor": 1.5}, "exponential attempts=4 factor=1.5"},
		{"exponential", Values{"factor": 1e7}, "exponential factor=10000000"},
		{"schedule", Values{"max": time.Second}.WithDelays([]time.Duration{0, time.Millisecond}), "schedule 0s 1ms max=1s"},
		{"limit", Values{"rate": Rate{30, time.Minute}}, "limit rate=30/m"},
		{"budget", Values{"ratio": 12*Percent + Percent/2, "burst": 7}, "budget ratio=12.5% burst=7"},
	} {
		v, ok := Lookup(test.verb)
		require.True(t, ok)
		assert.Equal(t, test.want, v.Print(test.values))
	}
}

func TestFormat(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                              "0s",
		time.Second:                    "1s",
		time.Minute:                    "1m",
		90 * time.Minute:               "1h30m",
		2 * time.Hour:                  "2h",
		time.Hour + time.Second:        "1h0m1s",
		10 * time.Minute:               "10m",
		time.Minute + 10*time.Second:   "1m10s",
		1500 * time.Millisecond:        "1.5s",
		20*time.Hour + 10*time.Minute:  "20h10m",
		100 * time.Hour:                "100h",
		time.Hour + 100*time.Second:    "1h1m40s",
		10*time.Hour + 10*time.Second:  "10h0m10s",
		time.Hour + 30*time.Nanosecond: "1h0m0.00000003s",
	} {
		assert.Equal(t, want, FormatDuration(d))
	}
	assert.Equal(t, "3", FormatAttempts(3))
	assert.Equal(t, "unlimited", FormatAttempts(Unlimited))
	assert.Equal(t, "5/h", Rate{5, time.Hour}.String())
	assert.Equal(t, "5/m", Rate{5, time.Minute}.String())
	assert.Equal(t, "5/s", Rate{5, time.Second}.String())
	assert.Equal(t, "5/2s", Rate{5, 2 * time.Second}.String(), "no unit of the grammar, so Parse refuses it")
}

// A parameter may be any field below one; a name of Go has one dot at most.
func TestNamesOfParameters(t *testing.T) {
	for _, verb := range []string{"reuse", "rewind"} {
		d, errs := ParseDirective(verb + " in.Part.Body w")
		require.Empty(t, errs)
		assert.Equal(t, []Word{{"in.Part.Body", len(verb) + 1}, {"w", len(verb) + 14}}, d.Words)
	}
	for _, verb := range []string{"on", "not", "classify", "retry-after", "result", "fallback"} {
		for _, name := range []string{"a.b.c", ".Err"} {
			_, errs := ParseDirective(verb + " " + name)
			require.Len(t, errs, 1)
			assert.Equal(t, "a name is Ident or pkg.Ident, spelled as in the file of the interface", errs[0].Hint)
		}
	}
	for text, hint := range map[string]string{
		"error-in .a.b":     "a method of the result is a dot and its name, as in .Err",
		"error-in a.b.c":    "a name is Ident or pkg.Ident, spelled as in the file of the interface",
		"library database.": "a word of a library is in lower case, as in grpc or mysql",
		"library gRPC":      "a word of a library is in lower case, as in grpc or mysql",
	} {
		_, errs := ParseDirective(text)
		require.Len(t, errs, 1, text)
		assert.Equal(t, hint, errs[0].Hint, text)
	}
	for text, words := range map[string]int{"error-in .Err": 1, "error-in .Err .SetErr": 2, "error-in pkg.Read make": 2, "library grpc mysql a1": 3} {
		d, errs := ParseDirective(text)
		require.Empty(t, errs, text)
		assert.Len(t, d.Words, words)
	}
}

// A directive without its words says what is missing.
func TestNeeded(t *testing.T) {
	for verb, want := range map[string]string{
		"on": "a name", "use": "a name", "schedule": "a delay", "reuse": "the name of a parameter", "library": "the word of a library",
		"error-in": "a func, or a method of the result as in .Err", "timeout": "attempt= or total=",
	} {
		_, errs := ParseDirective(verb)
		require.Len(t, errs, 1, verb)
		assert.Equal(t, verb+" needs "+want, errs[0].Msg)
	}
}
