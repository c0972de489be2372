package grammar

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParsePreset(t *testing.T) {
	for _, test := range []struct {
		name, text, preset string
		want               []string // the numbers of each directive
	}{
		{"one directive", "preset quick timeout total=1s", "quick", []string{"timeout total=1s"}},
		{"two directives", "preset fast linear attempts=2 base=50ms; timeout total=1s", "fast", []string{"linear attempts=2 base=50ms", "timeout total=1s"}},
		{"no space is needed around a semicolon", "preset fast linear attempts=2 base=50ms;timeout total=1s", "fast", []string{"linear attempts=2 base=50ms", "timeout total=1s"}},
		{"empty parts say nothing", "preset fast ; linear attempts=2 base=50ms;;timeout total=1s; ", "fast", []string{"linear attempts=2 base=50ms", "timeout total=1s"}},
		{"tabs and spaces", "\tpreset  fast\ttimeout\ttotal=1s", "fast", []string{"timeout total=1s"}},
		{"a concern can be off", "preset bare breaker off; budget off", "bare", []string{"breaker off", "budget off"}},
		{"unlimited, with the budget off", "preset p linear attempts=unlimited; budget off", "p", []string{
			"linear attempts=unlimited", "budget off",
		}},
		{"a name of several words", "preset read_only-2 budget", "read_only-2", []string{"budget"}},
		{"letters of any alphabet", "preset schnellgrün budget", "schnellgrün", []string{"budget"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, errs := ParseDirective(test.text)
			require.Empty(t, errs)
			assert.Equal(t, test.preset, d.Words[0].Text)
			var got []string
			for _, part := range d.Preset {
				got = append(got, part.Numbers())
			}
			assert.Equal(t, test.want, got)
		})
	}
}

func TestParsePresetErrors(t *testing.T) {
	const (
		example   = "preset fast exponential attempts=2 base=50ms; timeout total=1s"
		both      = "a preset takes directives that may stand on an interface and on a method"
		goodNames = "a name consists of letters, digits, - and _, and starts with a letter"
	)
	for _, test := range []struct {
		name, text string
		want       []fault
	}{
		{"nothing behind it", "«preset»", []fault{{"preset needs a name", example}}},
		{"a name only", "«preset» fast", []fault{{"preset needs a directive after its name", example}}},
		{"a name and empty parts", "«preset» fast; ;", []fault{{"preset needs a directive after its name", example}}},
		{"the name is missing, and the rest is read", "preset «linear» «atempts=2»", []fault{
			{`preset needs a name before "linear"`, example},
			{`unknown key "atempts"`, `did you mean "attempts"?`},
		}},
		{"a verb for a name", "preset «timeout» exponential attempts=2", []fault{{`"timeout" is a verb and cannot name a preset`, ""}}},
		{"a bad name", "preset «2fast» budget", []fault{{`bad name "2fast"`, goodNames}}},
		{"a semicolon in the name's word", "preset «fast,» budget", []fault{{`bad name "fast,"`, goodNames}}},
		{"a key in the name's place", "preset «name=fast» budget", []fault{{`unknown key "name"`, "preset takes no keys"}}},
		{"off is no name", "preset «off» budget", []fault{{"preset cannot be switched off", ""}}},
		{"what a preset cannot hold", "preset p «none»; «wrap» name=X; «reuse» body; «use» q; «preset» r budget", []fault{
			{`"none" cannot be part of a preset`, both},
			{`"wrap" cannot be part of a preset`, both},
			{`"reuse" cannot be part of a preset`, both},
			{`"use" cannot be part of a preset`, both},
			{`"preset" cannot be part of a preset`, both},
		}},
		{"all faults in one run, by offset", "preset p «lnear»; timeout «totl=1s»; budget «ratio=x» ; breaker; «breaker» off", []fault{
			{`unknown verb "lnear"`, `did you mean "linear"?`},
			{`unknown key "totl"`, `did you mean "total"?`},
			{`bad percentage "x" for key "ratio"`, "a percentage is a number and %, as in 10% or 12.5%, with at most four decimals"},
			{`verb "breaker" is given twice`, ""},
		}},
		{"two strategies", "preset p linear; «simple»", []fault{{`two strategies, "linear" and "simple"`, ""}}},
		{"unlimited under a budget", "preset p linear «attempts=unlimited»; budget", []fault{{`attempts=unlimited needs "budget off"`, ""}}},
		{"a comment behind it ends it", "preset p budget «//» generous; isn't it", []fault{
			{"a comment cannot follow a directive on its line", "put it on its own line"},
		}},
		{"use without a name", "«use»", []fault{{"use needs a name", "use fast"}}},
		{"use with two names", "use fast «slow»", []fault{{`unexpected word "slow"`, ""}}},
		{"use of a verb", "use «timeout» «total=1s»", []fault{
			{`"timeout" is a verb, not a preset`, ""}, {`unknown key "total"`, "use takes no keys"},
		}},
		{"use off", "use «off»", []fault{{"use cannot be switched off", "use none to switch everything off"}}},
		{"use of a bad name", "use «fast;»", []fault{{`semicolon in "fast;"`, oneALine}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, want := unmark(t, test.text, test.want)
			_, got := ParseDirective(text)
			assert.Equal(t, want, got)
		})
	}
}

// The directives of a valid preset are the same as those of its parts alone.
func FuzzPreset(f *testing.F) {
	for v := range Verbs() {
		f.Add(v.Example)
	}
	f.Add("exponential attempts=2 base=50ms; timeout total=1s")
	f.Add(" budget ;; //x; on A B.C\t;")
	f.Add("linear attempts=unlimited;budget")
	f.Fuzz(func(t *testing.T, body string) {
		const head = "preset p "
		d, errs := ParseDirective(head + body)
		last := 0
		for _, e := range errs {
			assert.NotEmpty(t, e.Msg)
			assert.GreaterOrEqual(t, e.Offset, last, "sorted")
			assert.LessOrEqual(t, e.Offset+e.Len, len(head+body), "a word of the text")
			last = e.Offset
		}
		if len(errs) > 0 {
			return
		}
		require.NotEmpty(t, d.Preset)
		i := 0
		for part := range strings.SplitSeq(body, ";") {
			if len(split(part, 0)) == 0 {
				continue
			}
			alone, errs := ParseDirective(part)
			require.Empty(t, errs, part)
			assert.Equal(t, alone.Numbers(), d.Preset[i].Numbers(), part)
			assert.Equal(t, alone.Values(), d.Preset[i].Values(), part)
			assert.Equal(t, d.Preset[i].Name.Text, (head + body)[d.Preset[i].Name.Offset:][:len(alone.Name.Text)])
			i++
		}
		assert.Len(t, d.Preset, i)
	})
}
