package policy

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/internal/grammar"
)

func TestParse(t *testing.T) {
	timeout := Timeout{Total: 2 * time.Second}
	for _, test := range []struct {
		name, text string
		want       Policy
	}{
		{"nothing says nothing", "", Policy{}},
		{"nor do empty parts", " ; ;\t", Policy{}},
		{"one directive", "timeout total=2s", Policy{Timeout: timeout}},
		{"a semicolon at the end", "timeout total=2s;", Policy{Timeout: timeout}},
		{"no space is needed around a semicolon", "budget off;timeout total=2s;breaker off", Policy{
			Timeout: timeout, Breaker: Breaker{Off: true}, Budget: Budget{Off: true},
		}},
		{"the order does not matter", "timeout total=2s; simple", Policy{
			Retry:   Retry{3, backoff.Simple{Interval: time.Second, Max: 10 * time.Second}},
			Timeout: timeout,
		}},
		{"unlimited without a budget", "simple attempts=unlimited; budget off", Policy{
			Retry:  Retry{Unlimited, backoff.Simple{Interval: time.Second, Max: 10 * time.Second}},
			Budget: Budget{Off: true},
		}},
		{"unlimited over a budget that is not known yet", "simple attempts=unlimited", Policy{
			Retry: Retry{Unlimited, backoff.Simple{Interval: time.Second, Max: 10 * time.Second}},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Parse(test.text)
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
}

// Package grammar finds the errors of a text, and its tests cover them.
func TestParseErrors(t *testing.T) {
	p, err := Parse("simple delay=1; linear base=1s")
	assert.Equal(t, Policy{}, p, "nothing comes of a text that is wrong")
	assert.Equal(t, []*Error{
		{Offset: 7, Len: 7, Msg: `bad duration "1" for key "delay"`, Hint: "a duration needs a unit, as in 100ms or 2s"},
		{Offset: 16, Len: 6, Msg: `two strategies, "simple" and "linear"`},
	}, Errors(err))
	assert.Empty(t, Errors(nil))
}

// The comment of Parse names each verb that it refuses.
func TestParseSaysWhatItRefuses(t *testing.T) {
	source, err := os.ReadFile("parse.go")
	require.NoError(t, err)
	doc, _, _ := strings.Cut(string(source), "\nfunc Parse(")
	for v := range grammar.Verbs() {
		if !v.Numeric {
			assert.Regexp(t, `[ ,]`+v.Name+`[ ,]`, strings.ReplaceAll(doc, "\n//", ""))
		}
	}
}

func TestParseErrorText(t *testing.T) {
	_, err := Parse("timeout totl=2s")
	assert.EqualError(t, err, `unknown key "totl"; hint: did you mean "total"?`)
	_, err = Parse("timeout totl=2s; breaker x")
	assert.EqualError(t, err, "unknown key \"totl\"; hint: did you mean \"total\"?\nunexpected word \"x\"", "a line for each")
}

func TestUnmarshalText(t *testing.T) {
	var config struct{ Charge Policy }
	require.NoError(t, json.Unmarshal([]byte(`{"Charge": "timeout total=2s"}`), &config))
	assert.Equal(t, Policy{Timeout: Timeout{Total: 2 * time.Second}}, config.Charge)

	kept := config.Charge
	require.Error(t, config.Charge.UnmarshalText([]byte("timeout total=2")))
	assert.Equal(t, kept, config.Charge, "a text that is wrong changes nothing")

	text, err := json.Marshal(config)
	require.NoError(t, err)
	assert.JSONEq(t, `{"Charge": "timeout total=2s"}`, string(text))
}

func FuzzParse(f *testing.F) {
	for v := range grammar.Verbs() {
		f.Add(v.Example)
		f.Add(v.Name)
		f.Add(v.Name + " off")
	}
	for _, row := range []string{"simple", "linear", "incremental step=200ms", "fibonacci", "exponential-jitter jitter=equal"} {
		f.Add(row + " attempts=unlimited max=2540400h10m10s; timeout total=1m; breaker max-cooldown=1h; budget off")
		f.Add(row + "; breaker rate=57% window=100 min=7 slow=1s slow-rate=0.0001%")
	}
	f.Add("preset slow exponential attempts=9; on transient ;timeout total=1m; use fast")
	f.Add("exponential attempts=5 base=100ms; timeout total=2s")
	f.Add("schedule 1ns 2µs 3us max=.5s; budget ratio=33.3333% burst=1000000")
	f.Add("simple;;linear ; on A B.C //x\tmax==1 = 5 =")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse(text)
		if err != nil {
			faults := Errors(err)
			require.NotEmpty(t, faults)
			last := 0
			for _, e := range faults {
				assert.NotEmpty(t, e.Msg)
				assert.GreaterOrEqual(t, e.Offset, last, "sorted")
				assert.LessOrEqual(t, e.Offset+e.Len, len(text), "a word of the text")
				last = e.Offset
			}
			return
		}
		printed := p.String()
		again, err := Parse(printed)
		require.NoError(t, err, printed)
		assert.Equal(t, p, again, printed)
		assert.Equal(t, printed, again.String(), "canonical")
		marshaled, err := p.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, printed, string(marshaled))
	})
}
