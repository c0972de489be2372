package policy

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/backoff"
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

func TestParseErrors(t *testing.T) {
	const regenerate = "change the comment in the source and regenerate"
	for _, test := range []struct {
		name, text string
		want       []fault
	}{
		{"offsets count from the start of the text", "simple; timeout «totl=2s»", []fault{
			{`unknown key "totl"`, `did you mean "total"?`},
		}},
		{"offsets count bytes, not letters", "«größe»; «größe»", []fault{
			{`unknown verb "größe"`, "retrygen help directives"}, {`unknown verb "größe"`, "retrygen help directives"},
		}},
		{"a verb twice", "timeout total=2s; «timeout» attempt=1s", []fault{{`verb "timeout" is given twice`, ""}}},
		{"Go code", "breaker failures=3 «key=tenant»", []fault{{
			`key "key" has no place in a policy, which is numbers only`, "a breaker that has a key in the source keeps it",
		}}},
		{"on and off is twice", "breaker; «breaker» off", []fault{{`verb "breaker" is given twice`, ""}}},
		{"three times is two faults", "budget; «budget»; «budget»", []fault{
			{`verb "budget" is given twice`, ""}, {`verb "budget" is given twice`, ""},
		}},
		{"two strategies", "simple; «linear»", []fault{{`two strategies, "simple" and "linear"`, ""}}},
		{"none and more", "none; «timeout» total=2s", []fault{{`"none" stands alone, it cannot be combined with "timeout"`, ""}}},
		{"more and none", "linear; «none»", []fault{{`"none" stands alone, it cannot be combined with "linear"`, ""}}},
		{"unlimited under a budget", "simple «attempts=unlimited»; budget ratio=20%", []fault{{
			`attempts=unlimited needs "budget off"`, "",
		}}},
		{"a budget above unlimited", "budget; simple «attempts=unlimited»", []fault{{
			`attempts=unlimited needs "budget off"`, "",
		}}},
		{"names of errors", "simple; «on» ErrBusy x=3", []fault{{`verb "on" has no place in a policy, which is numbers only`, regenerate}}},
		{"off of a concern that is no number", "«idempotency-key» off", []fault{{
			`verb "idempotency-key" has no place in a policy, which is numbers only`, regenerate,
		}}},
		{"all that is Go", "«not» A; «reuse» b; «wrap» name=C", []fault{
			{`verb "not" has no place in a policy, which is numbers only`, regenerate},
			{`verb "reuse" has no place in a policy, which is numbers only`, regenerate},
			{`verb "wrap" has no place in a policy, which is numbers only`, regenerate},
		}},
		{"a hedge", "hedge «after=1»", []fault{{`bad duration "1" for key "after"`, "a duration needs a unit, as in 100ms or 2s"}}},
		{"presets, which stand in the source", "«preset» fast x=1; timeout total=1s; «use» fast slow", []fault{
			{`verb "preset" has no place in a policy, which is numbers only`, regenerate},
			{`verb "use" has no place in a policy, which is numbers only`, regenerate},
		}},
		{"a line break is no space", "simple; «timeout\ntotal=1s»", []fault{{
			`unknown verb "timeout\ntotal=1s"`, "the verb comes first, and a space after the verb: exponential attempts=3",
		}}},
		{"all faults in one run, by offset", "simple «delay=1»; «timout» total=2s; breaker «failures=0»; «linear» «bas=1s»", []fault{
			{`bad duration "1" for key "delay"`, "a duration needs a unit, as in 100ms or 2s"},
			{`unknown verb "timout"`, `did you mean "timeout"?`},
			{"failures=0 is out of range: 1 to 1000000", ""},
			{`two strategies, "simple" and "linear"`, ""},
			{`unknown key "bas"`, `did you mean "base"?`},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, want := unmark(t, test.text, test.want)
			p, err := Parse(text)
			assert.Equal(t, Policy{}, p, "nothing comes of a text that is wrong")
			assert.Equal(t, want, faultsOf(err))
		})
	}
}

// faultsOf returns the Errors in an error of Parse.
func faultsOf(err error) []*Error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*Error
		for _, err := range joined.Unwrap() {
			all = append(all, faultsOf(err)...)
		}
		return all
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return []*Error{e}
	}
	return nil
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
	for v := range Verbs() {
		f.Add(v.Example)
		f.Add(v.Name)
		f.Add(v.Name + " off")
	}
	for _, row := range delayRows {
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
			faults := faultsOf(err)
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
