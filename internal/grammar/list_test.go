package grammar

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestParse(t *testing.T) {
	const regenerate = "change the comment in the source and regenerate"
	for _, test := range []struct {
		name, text string
		want       []fault
	}{
		{"nothing between semicolons", "; simple;\t;", nil},
		{"offsets count from the start of the text", "simple; timeout «totl=2s»", []fault{
			{`unknown key "totl"`, `did you mean "total"?`},
		}},
		{"offsets count bytes, not letters", "«größe»; «größe»", []fault{
			{`unknown verb "größe"`, "retrygen help directives"}, {`unknown verb "größe"`, "retrygen help directives"},
		}},
		{"a verb twice", "timeout total=2s; «timeout» attempt=1s", []fault{{`verb "timeout" is given twice`, ""}}},
		{"Go code", "breaker failures=3 «key=tenant»", []fault{{
			`key "key" cannot be part of a policy, which takes only numbers`, "a breaker that has a key in the source keeps it",
		}}},
		{"on and off is twice", "breaker; «breaker» off", []fault{{`verb "breaker" is given twice`, ""}}},
		{"three times is two faults", "budget; «budget»; «budget»", []fault{
			{`verb "budget" is given twice`, ""}, {`verb "budget" is given twice`, ""},
		}},
		{"two strategies", "simple; «linear»", []fault{{`two strategies, "simple" and "linear"`, ""}}},
		{"none and more", "none; «timeout» total=2s", []fault{{`"none" cannot be combined with "timeout"`, ""}}},
		{"more and none", "linear; «none»", []fault{{`"none" cannot be combined with "linear"`, ""}}},
		{"unlimited under a budget", "simple «attempts=unlimited»; budget ratio=20%", []fault{{
			`attempts=unlimited needs "budget off"`, "",
		}}},
		{"a budget above unlimited", "budget; simple «attempts=unlimited»", []fault{{
			`attempts=unlimited needs "budget off"`, "",
		}}},
		{"names of errors", "simple; «on» ErrBusy x=3", []fault{{`"on" cannot be part of a policy, which takes only numbers`, regenerate}}},
		{"off of a concern that is no number", "«idempotency-key» off", []fault{{
			`"idempotency-key" cannot be part of a policy, which takes only numbers`, regenerate,
		}}},
		{"all that is Go", "«not» A; «reuse» b; «wrap» name=C", []fault{
			{`"not" cannot be part of a policy, which takes only numbers`, regenerate},
			{`"reuse" cannot be part of a policy, which takes only numbers`, regenerate},
			{`"wrap" cannot be part of a policy, which takes only numbers`, regenerate},
		}},
		{"a hedge", "hedge «after=1»", []fault{{`bad duration "1" for key "after"`, "a duration needs a unit, as in 100ms or 2s"}}},
		{"presets, which stand in the source", "«preset» fast x=1; timeout total=1s; «use» fast slow", []fault{
			{`"preset" cannot be part of a policy, which takes only numbers`, regenerate},
			{`"use" cannot be part of a policy, which takes only numbers`, regenerate},
		}},
		{"a line break is no space", "simple; «timeout\ntotal=1s»", []fault{{
			`unknown verb "timeout\ntotal=1s"`, "the verb comes first, then a space: exponential attempts=3",
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
			_, got := Parse(text)
			assert.Equal(t, want, got)
		})
	}
}
