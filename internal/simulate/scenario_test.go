package simulate

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

func contender(t *testing.T, text string) Contender {
	t.Helper()
	p, err := policy.Parse(text)
	require.NoError(t, err)
	return Contender{"A", p}
}

// simulated runs a scenario with settings in a text.
func simulated(t *testing.T, scenario, settings string, seed uint64, contenders ...Contender) *Report {
	t.Helper()
	s, _ := Find(scenario)
	require.NotNil(t, s)
	r, err := s.Run(t.Context(), Config{Contenders: contenders, Settings: strings.Fields(settings), Seed: seed})
	require.NoError(t, err)
	require.Empty(t, r.Partly)
	return r
}

// figure returns a figure of the first result.
func figure(t *testing.T, r *Report, key string) Figure {
	t.Helper()
	for i, c := range r.Columns {
		if c.Key == key {
			return r.Results[0].Figures[i]
		}
	}
	t.Fatalf("no column %s", key)
	return unknown
}

// small are settings that make each scenario quick.
var small = map[string]string{
	"overload": "after=60s processes=4", "herd": "clients=500 capacity=100/s after=30s", "shards": "outage=20s after=10s",
	"failures": "calls=300", "contention": "clients=20 runs=4", "tail": "lookups=20 reads=50",
}

const whole = "exponential-jitter attempts=4 base=20ms max=1s; timeout attempt=500ms; breaker failures=5 cooldown=2s; budget; limit concurrent=50 wait=20ms"

// The same seed gives the same bytes, and another one does not.
func TestSameSeedSameBytes(t *testing.T) {
	for s := range Scenarios() {
		t.Run(s.Name(), func(t *testing.T) {
			print := func(seed uint64) string {
				r := simulated(t, s.Name(), small[s.Name()], seed, contender(t, whole))
				var b bytes.Buffer
				require.NoError(t, WriteJSON(&b, r))
				return Text(r) + SVG(r) + b.String()
			}
			first := print(1)
			assert.Equal(t, first, print(1))
			assert.NotEqual(t, first, print(2))
			for line := range strings.Lines(first[:strings.Index(first, "<svg")]) {
				assert.NotContains(t, line, "NaN")
				assert.NotRegexp(t, ` +\n$`, line, "no space at the end of a line")
			}
		})
	}
}

// An interrupt leaves what is known.
func TestInterrupted(t *testing.T) {
	for s := range Scenarios() {
		t.Run(s.Name(), func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			told := 0
			r, err := s.Run(ctx, Config{
				Contenders: []Contender{contender(t, whole), contender(t, whole)}, Seed: 1,
				Progress: func(share float64) {
					assert.GreaterOrEqual(t, share, 0.0)
					assert.LessOrEqual(t, share, 1.0)
					if told++; told == 3 {
						cancel()
					}
				},
			})
			require.NoError(t, err)
			assert.NotEmpty(t, r.Partly)
			assert.Contains(t, Text(r), "not the whole simulation")
			assert.Contains(t, SVG(r), "Not the whole simulation")
			if len(r.Results[0].Series) > 0 {
				assert.NotZero(t, r.Chart.Shown, "what was simulated is drawn")
			}
		})
	}
}

func TestDefaultsAreValid(t *testing.T) {
	for s := range Scenarios() {
		d, errs := s.verb.Read("")
		assert.Empty(t, errs, s.Name())
		for _, k := range s.verb.Keys {
			value := d.Values()[k.Name]
			assert.NotNil(t, value, "%s: %s has a default", s.Name(), k.Name)
			assert.NotEmpty(t, grammar.Format(value))
			assert.Contains(t, s.Usage(), k.Name+"="+k.Default)
		}
	}
	s, _ := Find("overload")
	_, err := s.Run(t.Context(), Config{Settings: []string{"rat=3/s", "outage=soon"}})
	require.Error(t, err)
	assert.Contains(t, err.Error(), `overload: unknown key "rat"`)
	assert.Contains(t, err.Error(), `did you mean "rate"?`)
	assert.Contains(t, err.Error(), `bad duration "soon" for key "outage"`)
	none, near := Find("overlode")
	assert.Nil(t, none)
	assert.Equal(t, "overload", near)
}

// What a timeline says about recovery, by a letter for each second: all calls succeed (+) or
// fail (-), or there are none.
func TestRecovered(t *testing.T) {
	const second = time.Second
	tests := []struct {
		name, seconds string
		want          time.Duration
	}{
		{"at the end of the outage", "+++++-----+++++++++++++++", 10 * second},
		{"later", "+++++---------+++++++++++++", 14 * second},
		{"with an interlude that is too short", "+++++-----++++------+++++++++++++", 20 * second},
		{"with a relapse that passes", "+++++-----++++++++++++--++++++", 10 * second},
		{"with a relapse that does not", "+++++-----+++++++++++++++----", -1},
		{"never", "+++++---------------------", -1},
		{"in the last seconds", "+++++-----------------++++", 22 * second},
		{"without calls in between", "+++++---------      ++++++++++++", 20 * second},
		{"nothing fails", "+++++++++++++++++++++++++", 5 * second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			line := newTimeline(time.Duration(len(tt.seconds))*second, second)
			for i, c := range tt.seconds {
				if c != ' ' {
					line.all[i] = 100
				}
				if c == '+' {
					line.good[i] = 100
				}
			}
			assert.Equal(t, tt.want, line.recovered(5*second, 10*second, time.Duration(len(tt.seconds))*second))
		})
	}
}

// A policy that fails without any outage is said to.
func TestUnstableBeforeTheOutage(t *testing.T) {
	for _, tt := range []struct {
		timeout, settings, headline string
		stuck                       bool
	}{
		{"150ms", "processes=80 after=1m", "UNSTABLE before the outage: ", true},
		{"2s", "processes=1 after=10m", "RECOVERS ", false},
	} {
		text := "exponential-jitter attempts=5 base=25ms max=400ms; budget burst=100; timeout attempt=" + tt.timeout
		r := simulated(t, "overload", tt.settings, 1, contender(t, text))
		assert.True(t, strings.HasPrefix(r.Results[0].Headline, tt.headline), r.Results[0].Headline)
		assert.Equal(t, tt.stuck, r.Results[0].Stuck)
	}
}
