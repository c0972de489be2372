package grammar

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A fault is an Error without its place. The texts of these tests have «» around each
// bad word.
type fault struct{ msg, hint string }

// unmark removes the marks from a text and returns the errors that they stand for.
func unmark(t *testing.T, marked string, faults []fault) (text string, want []*Error) {
	t.Helper()
	parts := strings.Split(strings.ReplaceAll(marked, "»", "«"), "«")
	require.Len(t, parts, 2*len(faults)+1, "a mark for each fault")
	for i, part := range parts {
		if i%2 == 1 {
			f := faults[i/2]
			want = append(want, &Error{Offset: len(text), Len: len(part), Msg: f.msg, Hint: f.hint})
		}
		text += part
	}
	return text, want
}

func TestParseDirectiveErrors(t *testing.T) {
	const (
		unit       = "a duration needs a unit, as in 100ms or 2s"
		isDuration = "a duration is a number and a unit, as in 100ms, 2s or 1m30s"
		percentage = "a percentage is a number and %, as in 10% or 12.5%, with at most four decimals"
		noRetry    = "attempts=1 never retries, attempts=unlimited never gives up"
	)
	for _, test := range []struct {
		name, text string
		want       []fault
	}{
		// The verb.
		{"no text", "«»", []fault{{"missing verb", ""}}},
		{"a misspelled verb", "«exponental» base=1s", []fault{{`unknown verb "exponental"`, `did you mean "exponential"?`}}},
		{"a verb in upper case", "  «Timeout» total=1s", []fault{{`unknown verb "Timeout"`, `did you mean "timeout"?`}}},
		{"a verb like no other", "«cache» size=3", []fault{{`unknown verb "cache"`, "retrygen help directives"}}},
		{"a verb of another library", "«circuit-breaker» failures=3", []fault{{`unknown verb "circuit-breaker"`, `did you mean "breaker"?`}}},
		{"one of another spelling, too", "«Retry_On» ErrBusy", []fault{{`unknown verb "Retry_On"`, `did you mean "on"?`}}},
		{"a synonym with =", "«deadline=3s»", []fault{{
			`unknown verb "deadline=3s"`, "the verb comes first, then a space: timeout attempt=1s total=5s",
		}}},
		{"a semicolon behind the verb", "«simple;» timeout total=1s", []fault{{`unknown verb "simple;"`, oneALine}}},
		{"two directives in a line", "exponential «attempts=3;timeout» total=1s", []fault{{`semicolon in "attempts=3;timeout"`, oneALine}}},
		{"two directives in a line, with spaces", "on ErrBusy «;» timeout total=1s", []fault{{`semicolon in ";"`, oneALine}}},
		{"a key in the verb's place", "«max=3»", []fault{{
			`unknown verb "max=3"`, "the verb comes first, then a space: exponential-jitter max=10s",
		}}},
		{"= in the place of the space", "«timeout=3s»", []fault{{
			`unknown verb "timeout=3s"`, "the verb comes first, then a space: timeout attempt=1s total=5s",
		}}},

		// Keys.
		{"a misspelled key", "simple «atempts=3»", []fault{{`unknown key "atempts"`, `did you mean "attempts"?`}}},
		{"a key of another verb", "simple «total=3s»", []fault{{`unknown key "total"`, "simple takes attempts, delay, max"}}},
		{"a key of another library", "breaker «threshold=3»", []fault{{`unknown key "threshold"`, `did you mean "failures"?`}}},
		{"a synonym goes before what is near by its letters", "breaker «max=1m»", []fault{{`unknown key "max"`, `did you mean "max-cooldown"?`}}},
		{"a key where there are none", "on ErrBusy «max=3»", []fault{{`unknown key "max"`, "on takes no keys"}}},
		{"a key twice", "simple max=1s «max=2s»", []fault{{`key "max" is given twice`, ""}}},
		{"a key twice, wrong at first", "simple «max=1» «max=2»", []fault{
			{`bad duration "1" for key "max"`, unit}, {`key "max" is given twice`, ""},
		}},
		{"no key", "simple «=3»", []fault{{`missing key before "=3"`, ""}}},
		{"no value", "linear «base=» max=1s", []fault{{`key "base" has no value`, "base=100ms"}}},
		{"no value and no default", "timeout «total=»", []fault{{`key "total" has no value`, "total=100ms"}}},
		{"no value of a choice", "exponential-jitter «jitter=»", []fault{{`key "jitter" has no value`, "jitter=full"}}},
		{"a space behind =", "linear «base=» 1s max=2s", []fault{{`key "base" has no value`, `no space after "="`}}},
		{"a space before =", "linear «base» =1s max=2s", []fault{{`key "base" has no value`, `no space before "="`}}},
		{"spaces around =", "linear «base» = 1s max=2s", []fault{{`key "base" has no value`, `no spaces around "="`}}},
		{"= alone at the end", "timeout «total» =", []fault{{`key "total" has no value`, `no spaces around "="`}}},
		{"only the value behind the space is skipped", "linear «base=» 1s «max=2»", []fault{
			{`key "base" has no value`, `no space after "="`}, {`bad duration "2" for key "max"`, unit},
		}},
		{"a key alone", "linear «base» max=2s", []fault{{`key "base" has no value`, "base=100ms"}}},

		// Counts and attempts.
		{"no number", "breaker «failures=many»", []fault{{
			`bad count "many" for key "failures"`, "a count is a whole number, as in failures=5",
		}}},
		{"a fraction", "breaker «failures=1.5»", []fault{{
			`bad count "1.5" for key "failures"`, "a count is a whole number, as in failures=5",
		}}},
		{"a count of zero", "breaker «probes=0»", []fault{{"probes=0 is out of range: 1 to 1000000", ""}}},
		{"a count too large", "budget «burst=1000001»", []fault{{"burst=1000001 is out of range: 1 to 1000000", ""}}},
		{"a count beyond an int", "budget «burst=99999999999999999999»", []fault{{
			"burst=99999999999999999999 is out of range: 1 to 1000000", "",
		}}},
		{"zero attempts", "simple «attempts=0»", []fault{{"attempts=0 is out of range: 1 to 1000000, or unlimited", noRetry}}},
		{"negative attempts", "simple «attempts=-1»", []fault{{"attempts=-1 is out of range: 1 to 1000000, or unlimited", noRetry}}},
		{"a misspelled unlimited", "simple «attempts=unlimitd»", []fault{{
			`bad count "unlimitd" for key "attempts"`, `did you mean "unlimited"?`,
		}}},
		{"another word for it", "simple «attempts=inf»", []fault{{
			`bad count "inf" for key "attempts"`, "a count is a whole number, as in attempts=3",
		}}},

		// Durations.
		{"no unit", "exponential «base=100»", []fault{{`bad duration "100" for key "base"`, unit}}},
		{"no duration", "exponential «base=soon»", []fault{{`bad duration "soon" for key "base"`, isDuration}}},
		{"an unknown unit", "exponential «base=1d»", []fault{{`bad duration "1d" for key "base"`, isDuration}}},
		{"a negative delay", "exponential «base=-1s»", []fault{{"base=-1s is out of range: 0s or more", ""}}},
		{"max of zero, which would be no delay at all", "exponential «max=0s»", []fault{{"max=0s is out of range: more than 0s", ""}}},
		{"a timeout of zero", "timeout «total=0»", []fault{{"total=0 is out of range: more than 0s", ""}}},

		// Factors.
		{"a factor that shrinks", "exponential «factor=0.5»", []fault{{"factor=0.5 is out of range: 1 to 1000", ""}}},
		{"a factor beyond a float", "exponential «factor=1" + strings.Repeat("0", 400) + "»", []fault{{"factor=1" + strings.Repeat("0", 400) + " is out of range: 1 to 1000", ""}}},
		{"a factor below a float", "exponential «factor=-1" + strings.Repeat("0", 400) + "»", []fault{{"factor=-1" + strings.Repeat("0", 400) + " is out of range: 1 to 1000", ""}}},
		{"a factor too large", "exponential «factor=1001»", []fault{{"factor=1001 is out of range: 1 to 1000", ""}}},
		{"infinity", "exponential «factor=Inf»", []fault{{`bad factor "Inf" for key "factor"`, "a factor is a number, as in 2 or 1.5"}}},
		{"not a number", "exponential «factor=NaN»", []fault{{`bad factor "NaN" for key "factor"`, "a factor is a number, as in 2 or 1.5"}}},
		{"hexadecimal", "exponential «factor=0x1p3»", []fault{{`bad factor "0x1p3" for key "factor"`, "a factor is a number, as in 2 or 1.5"}}},
		{"two points", "exponential «factor=1.2.3»", []fault{{`bad factor "1.2.3" for key "factor"`, "a factor is a number, as in 2 or 1.5"}}},

		// Percentages.
		{"no percent sign", "budget «ratio=0.1»", []fault{{`bad percentage "0.1" for key "ratio"`, "did you mean ratio=10%?"}}},
		{"no percent sign, in percent", "breaker «rate=50»", []fault{{`bad percentage "50" for key "rate"`, "did you mean rate=50%?"}}},
		{"no percent sign, with decimals", "budget «ratio=12.5»", []fault{{`bad percentage "12.5" for key "ratio"`, "did you mean ratio=12.5%?"}}},
		{"no percent sign, in one percent", "breaker «rate=1»", []fault{{`bad percentage "1" for key "rate"`, "did you mean rate=1%?"}}},
		{"no percent sign, and no percentage", "breaker «rate=0»", []fault{{`bad percentage "0" for key "rate"`, percentage}}},
		{"nor one with a sign", "budget «ratio=120»", []fault{{`bad percentage "120" for key "ratio"`, percentage}}},
		{"a comma behind a value", "exponential «attempts=3,» «base=»", []fault{
			{`bad count "3," for key "attempts"`, noCommas}, {`key "base" has no value`, "base=100ms"},
		}},
		{"a comma between values", "timeout «attempt=1s,total=5s»", []fault{{`bad duration "1s,total=5s" for key "attempt"`, noCommas}}},
		{"a comma between delays", "schedule «1s,» 2s", []fault{{`bad duration "1s,"`, noCommas}}},
		{"a comma alone", "timeout attempt=1s «,» total=5s", []fault{{`unexpected word ","`, noCommas}}},
		{"off misspelled", "breaker «of»", []fault{{`unexpected word "of"`, `did you mean "off"?`}}},
		{"off by another name", "budget «disabled»", []fault{{`unexpected word "disabled"`, `did you mean "off"?`}}},
		{"off by another name where there is no off", "simple «disabled»", []fault{{`unexpected word "disabled"`, ""}}},
		{"a key of a strategy with a longer name", "exponential «jitter=full»", []fault{{`unknown key "jitter"`, `did you mean "exponential-jitter"?`}}},
		{"which goes before what is near by its letters", "exponential «min=1s»", []fault{{`unknown key "min"`, `did you mean "exponential-jitter"?`}}},
		{"no percentage", "budget «ratio=low»", []fault{{
			`bad percentage "low" for key "ratio"`, percentage,
		}}},
		{"five decimals", "budget «ratio=0.00001%»", []fault{{
			`bad percentage "0.00001%" for key "ratio"`, percentage,
		}}},
		{"more than all", "budget «ratio=100.0001%»", []fault{{"ratio=100.0001% is out of range: 0% to 100%", ""}}},
		{"a little less than nothing", "linear-jitter «spread=-0.0001%»", []fault{{"spread=-0.0001% is out of range: 0% to 100%", ""}}},
		{"less than nothing", "linear-jitter «spread=-1%»", []fault{{"spread=-1% is out of range: 0% to 100%", ""}}},

		// Choices, names and files.
		{"a misspelled choice", "exponential-jitter «jitter=ful»", []fault{{
			`unknown value "ful" for key "jitter"`, `did you mean "full"?`,
		}}},
		{"no choice", "exponential-jitter «jitter=none»", []fault{{
			`unknown value "none" for key "jitter"`, "use exponential, which has no jitter",
		}}},
		{"no choice like any other", "exponential-jitter «jitter=gaussian»", []fault{{
			`unknown value "gaussian" for key "jitter"`, "one of full, equal, decorrelated",
		}}},
		{"no identifier", "wrap «name=my-client»", []fault{{`bad name "my-client" for key "name"`, "a name is a Go identifier"}}},
		{"a digit first", "wrap «name=2nd»", []fault{{`bad name "2nd" for key "name"`, "a name is a Go identifier"}}},
		{"a folder", "wrap «file=gen/x.go»", []fault{{
			`bad file "gen/x.go" for key "file"`, "the file is written next to the source, so its name has no folder",
		}}},
		{"no Go file", "wrap «file=client»", []fault{{`bad file "client" for key "file"`, "a Go file ends in .go"}}},
		{"an extension alone", "wrap «file=.go»", []fault{{`bad file ".go" for key "file"`, ""}}},

		// Bare words.
		{"a bare word like none", "linear «quickly»", []fault{{`unexpected word "quickly"`, ""}}},
		{"a value without its key", "linear max=1s «200ms»", []fault{{`unexpected word "200ms"`, "did you mean base=200ms?"}}},
		{"a value that two keys take", "timeout «5s»", []fault{{`unexpected word "5s"`, "did you mean attempt=5s or total=5s?"}}},
		{"a choice without its key", "exponential-jitter «equal»", []fault{{`unexpected word "equal"`, "did you mean jitter=equal?"}}},
		{"a colon for =", "linear «base:1s»", []fault{{`unexpected word "base:1s"`, "did you mean base=1s?"}}},
		{"a colon and no value", "linear «base:»", []fault{{`unexpected word "base:"`, `did you mean "base"?`}}},
		{"a colon and no key", "linear «from:1s»", []fault{{`unexpected word "from:1s"`, ""}}},
		{"a second verb", "linear «timeout» total=1s", []fault{{`unexpected word "timeout"`, "timeout starts another directive"}}},
		{"a rate", "limit «rate=100»", []fault{{`bad rate "100" for key "rate"`, "did you mean rate=100/s?"}}},
		{"a rate of another unit", "limit «rate=100/d»", []fault{{`bad rate "100/d" for key "rate"`, "a rate is a count in a second, minute or hour, as in 100/s, 30/m or 5/h"}}},
		{"a rate of none", "limit «rate=0/s»", []fault{{`rate=0/s is out of range: 1 to 1000000 and /s, /m or /h`, ""}}},
		{"a rate that is too high", "limit «rate=1000001/s»", []fault{{`rate=1000001/s is out of range: 1 to 1000000 and /s, /m or /h`, ""}}},
		{"a negative rate", "limit «rate=-1/h»", []fault{{`rate=-1/h is out of range: 1 to 1000000 and /s, /m or /h`, ""}}},
		{"a burst of nothing", "limit concurrent=2 «burst=3»", []fault{{`burst needs rate`, "limit rate=100/s burst=3"}}},
		{"a wait for nothing", "«limit» wait=1s", []fault{{`limit needs concurrent= or rate=`, "limit concurrent=20 rate=100/s wait=50ms"}}},
		{"a hedge without its time", "«hedge» max=2", []fault{{`hedge needs after=`, "hedge after=50ms"}}},
		{"a hedge of nothing", "«hedge»", []fault{{`hedge needs after=`, "hedge after=50ms"}}},
		{"a limit of nothing", "«limit»", []fault{{`limit needs concurrent= or rate=`, "limit concurrent=20 rate=100/s wait=50ms"}}},
		{"what is missing is without its key", "hedge «50ms»", []fault{{`unexpected word "50ms"`, "did you mean after=50ms?"}}},
		{"what is missing is misspelled", "limit «concurrency=5»", []fault{{`unknown key "concurrency"`, `did you mean "concurrent"?`}}},
		{"what is missing is bad", "breaker slow=1s «slow-rate=50»", []fault{{`bad percentage "50" for key "slow-rate"`, "did you mean slow-rate=50%?"}}},
		{"what needs something else is bad", "breaker «window=0»", []fault{{"window=0 is out of range: 1ms or more, or 1 to 1000000", ""}}},
		{"what a default stands in for is misspelled", "breaker «coldown=5s» max-cooldown=10s", []fault{{`unknown key "coldown"`, `did you mean "cooldown"?`}}},
		{"two funcs where one is called", "fallback a «b»", []fault{{`fallback takes one name`, ""}}},
		{"a misspelled key without a value", "linear «bas»", []fault{{`unexpected word "bas"`, `did you mean "base"?`}}},
		{"two ways to open", "breaker failures=5 «rate=50%»", []fault{{
			"failures and rate exclude each other",
			"rate opens the breaker at a share of failures, failures at a number of consecutive ones",
		}}},
		{"two ways to open, the other way around", "breaker rate=50% «failures=5»", []fault{{
			"failures and rate exclude each other",
			"rate opens the breaker at a share of failures, failures at a number of consecutive ones",
		}}},
		{"a rate of nothing", "breaker «rate=0%»", []fault{{"rate=0% is out of range: more than 0%, at most 100%", ""}}},
		{"slow without a share", "breaker «slow=1s»", []fault{{"slow and slow-rate go together", "slow=2s slow-rate=50%"}}},
		{"a share of slow calls, and no word what that is", "breaker «slow-rate=5%»", []fault{{"slow and slow-rate go together", "slow=2s slow-rate=50%"}}},
		{"a window for failures in a row", "breaker «window=10s»", []fault{{"window needs rate or slow-rate", "breaker rate=50% window=10s"}}},
		{"a least number for failures in a row", "breaker failures=3 «min=10»", []fault{{"min needs rate or slow-rate", "breaker rate=50% min=10"}}},
		{"more than the window holds", "breaker rate=50% window=100 «min=101»", []fault{{"min=101 is more than window=100", ""}}},
		{"more by default than the window holds", "breaker rate=50% «window=10»", []fault{{"min=20 is more than window=10", "min is 20 by default"}}},
		{"more by default than a window of slow calls holds", "breaker slow=1s slow-rate=50% «window=10»", []fault{{"min=20 is more than window=10", "min is 20 by default"}}},
		{"neither a time nor a number", "breaker rate=50% «window=ten»", []fault{{`bad window "ten" for key "window"`, "a window is a duration, as in 10s, or a count of attempts, as in 100"}}},
		{"a window of nothing", "breaker rate=50% «window=0s»", []fault{{"window=0s is out of range: 1ms or more, or 1 to 1000000", ""}}},
		{"a window of less than a tenth can count", "breaker rate=50% «window=999µs»", []fault{{"window=999µs is out of range: 1ms or more, or 1 to 1000000", ""}}},
		{"a window of no calls", "breaker rate=50% «window=-1»", []fault{{"window=-1 is out of range: 1ms or more, or 1 to 1000000", ""}}},
		{"a key that is no name", "breaker «key=a.b.c»", []fault{{`bad name "a.b.c" for key "key"`, "name a parameter, or a func as the file of the interface spells it"}}},
		{"a key that names nothing", "breaker «key=_»", []fault{{`bad name "_" for key "key"`, "_ names nothing"}}},
		{"a wrapper that has no name", "wrap «name=_»", []fault{{`bad name "_" for key "name"`, "_ names nothing"}}},
		{"none with an argument", "none «attempts»", []fault{{`unexpected word "attempts"`, ""}}},
		{"a comment behind", "none «//» this year, max=3", []fault{{
			"a comment cannot follow a directive on its line", "put it on its own line",
		}}},
		{"a comment behind off", "timeout off «//why»", []fault{{
			"a comment cannot follow a directive on its line", "put it on its own line",
		}}},

		// Delays of a schedule.
		{"no delay", "«schedule»", []fault{{"schedule needs a delay", "schedule 100ms 500ms 2s"}}},
		{"a key and no delay", "«schedule» max=1s", []fault{{"schedule needs a delay", "schedule 100ms 500ms 2s"}}},
		{"a bad delay alone", "schedule «100»", []fault{{`bad duration "100"`, unit}}},
		{"bad delays among good ones", "schedule «x» 1s «-2s»", []fault{
			{`bad duration "x"`, isDuration}, {"-2s is out of range: 0s or more", ""},
		}},
		{"a schedule off", "schedule 1s «off»", []fault{{
			"schedule cannot be switched off", "use simple attempts=1 for no retries, or none to switch everything off",
		}}},
		{"a verb behind delays", "schedule 1s «timeout» total=1s", []fault{{
			`unexpected word "timeout"`, "timeout starts another directive",
		}}},
		{"max without a value", "schedule 1s «max»", []fault{{`key "max" has no value`, "max=10s"}}},
		{"attempts are the length of the list", "schedule 1s «attempts=3»", []fault{{`unknown key "attempts"`, "schedule takes max"}}},

		// Names.
		{"no name", "«on»", []fault{{"on needs a name", "on ErrBusy sql.ErrConnDone transient"}}},
		{"a comma", "not «ErrA,» ErrB", []fault{{`bad name "ErrA,"`, "separate names with spaces"}}},
		{"a pointer", "on «*MyError»", []fault{{
			`bad name "*MyError"`, "name an error type without *; it matches as a value and as a pointer",
		}}},
		{"a call", "on «isBusy()»", []fault{{`bad name "isBusy()"`, "name the func, do not call it"}}},
		{"two dots", "on «a.b.c»", []fault{{
			`bad name "a.b.c"`, "a name is Ident or pkg.Ident, spelled as in the file of the interface",
		}}},
		{"a dot at the end", "on «sql.»", []fault{{
			`bad name "sql."`, "a name is Ident or pkg.Ident, spelled as in the file of the interface",
		}}},
		{"a name twice", "on ErrA ErrB «ErrA»", []fault{{`name "ErrA" is given twice`, ""}}},
		{"no parameter", "«reuse»", []fault{{"reuse needs the name of a parameter", "reuse body"}}},
		{"half of a field", "reuse «req.»", []fault{{`bad name "req."`, "a parameter is a Go identifier, and a field of it as in in.Body"}}},

		{"a parameter that has no name", "reuse «_»", []fault{{`bad name "_"`, "_ names nothing"}}},
		{"an error that has no name", "on «_» «errs._»", []fault{
			{`bad name "_"`, "_ names nothing"},
			{`bad name "errs._"`, "a name is Ident or pkg.Ident, spelled as in the file of the interface"},
		}},

		// Verbs that take one name of Go.
		{"two funcs that sort", "classify a «b»", []fault{{"classify takes one name", ""}}},
		{"three funcs that read and make", "error-in a b «c»", []fault{{"error-in takes a func that reads an error and one that makes results", ""}}},
		{"two funcs that know the time", "retry-after a «b»", []fault{{"retry-after takes one name", ""}}},
		{"two funcs that look at results", "result a «b»", []fault{{"result takes one name", ""}}},

		// Missing arguments and off.
		{"a timeout of nothing", "«timeout»", []fault{{"timeout needs attempt= or total=", "timeout attempt=1s total=5s"}}},
		{"a wrapper of nothing", "«wrap»", []fault{{"wrap needs name= or file=", "wrap name=RetryingClient file=client_gen.go"}}},
		{"off beside a key", "breaker «off» failures=3", []fault{{`"off" cannot be combined with other words`, ""}}},
		{"off behind a name", "on ErrBusy «off»", []fault{{`"off" cannot be combined with other words`, ""}}},
		{"off beside a key that is wrong", "breaker «off» «failurs=3»", []fault{
			{`"off" cannot be combined with other words`, ""}, {`unknown key "failurs"`, `did you mean "failures"?`},
		}},
		{"a strategy off", "exponential «off»", []fault{{
			"exponential cannot be switched off", "use simple attempts=1 for no retries, or none to switch everything off",
		}}},
		{"a name off, where the interface says none", "use «off»", []fault{{"use cannot be switched off", "use none to switch everything off"}}},
		{"none off", "none «off»", []fault{{"none cannot be switched off", ""}}},

		// Relations.
		{"an attempt longer than the whole", "timeout attempt=5s «total=2s»", []fault{{"attempt=5s is longer than total=2s", ""}}},
		{"the same, the other way round", "timeout total=2s «attempt=5s»", []fault{{"attempt=5s is longer than total=2s", ""}}},
		{"beside another fault", "timeout attempt=5s «total=2s» «now»", []fault{{"attempt=5s is longer than total=2s", ""}, {`unexpected word "now"`, ""}}},
		{"a cooldown longer than its maximum", "breaker cooldown=60s «max-cooldown=30s»", []fault{{
			"cooldown=1m is longer than max-cooldown=30s", "",
		}}},
		{"a default cooldown longer than its maximum", "breaker «max-cooldown=10s»", []fault{{
			"cooldown=30s is longer than max-cooldown=10s", "cooldown is 30s by default",
		}}},
		{"min above max", "exponential-jitter min=3s «max=2s»", []fault{{"min=3s is longer than max=2s", ""}}},
		{"min above the default max", "exponential-jitter «min=20s»", []fault{{
			"min=20s is longer than max=10s", "max is 10s by default",
		}}},
		{"a delay above the default max", "simple «delay=1m»", []fault{{
			"delay=1m is longer than max=10s", "max is 10s by default",
		}}},
		{"a base above max", "linear base=2s «max=1s»", []fault{{"base=2s is longer than max=1s", ""}}},
		{"a default base above max", "fibonacci «max=50ms»", []fault{{
			"base=100ms is longer than max=50ms", "base is 100ms by default",
		}}},
		{"a base above max with jitter, where min is too", "exponential-jitter «base=1m» «min=20s»", []fault{
			{"base=1m is longer than max=10s", "max is 10s by default"},
			{"min=20s is longer than max=10s", "max is 10s by default"},
		}},
		{"delays of a schedule above the default max", "schedule 1s «1m» 2s «11s»", []fault{
			{"1m is longer than max=10s", "max is 10s by default"},
			{"11s is longer than max=10s", "max is 10s by default"},
		}},
		{"a delay of a schedule above max", "schedule max=1s 1s «2s»", []fault{{"2s is longer than max=1s", ""}}},
		{"a delay of a schedule and a max that is wrong", "schedule 1h «max=1»", []fault{{`bad duration "1" for key "max"`, unit}}},
		{"min with another jitter", "exponential-jitter «min=20s» jitter=equal", []fault{{"min has no effect with jitter=equal", ""}}},
		{"factor and min with another jitter", "exponential-jitter jitter=decorrelated «min=1s» «factor=3»", []fault{
			{"min has no effect with jitter=decorrelated", ""}, {"factor has no effect with jitter=decorrelated", ""},
		}},
		{"whether min acts is not known with a jitter that is wrong", "exponential-jitter min=1s «jitter=ful»", []fault{{
			`unknown value "ful" for key "jitter"`, `did you mean "full"?`,
		}}},
		{"a default min is no fault", "exponential-jitter jitter=equal «attempts=x»", []fault{{
			`bad count "x" for key "attempts"`, "a count is a whole number, as in attempts=3",
		}}},
		{"a relation to a value that is bad is none", "exponential-jitter min=20s «max=2»", []fault{{`bad duration "2" for key "max"`, unit}}},

		// All at once.
		{"all faults in one run", "exponential «atempts=3» «base=1» «factor=0» «now»", []fault{
			{`unknown key "atempts"`, `did you mean "attempts"?`},
			{`bad duration "1" for key "base"`, unit},
			{"factor=0 is out of range: 1 to 1000", ""},
			{`unexpected word "now"`, ""},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, want := unmark(t, test.text, test.want)
			_, got := ParseDirective(text)
			assert.Equal(t, want, got)
		})
	}
}

func TestErrorText(t *testing.T) {
	assert.Equal(t, "missing verb", (&Error{Msg: "missing verb"}).Error())
	assert.Equal(t, `unknown key "x"; hint: did you mean "y"?`, (&Error{Msg: `unknown key "x"`, Hint: `did you mean "y"?`}).Error())
}
