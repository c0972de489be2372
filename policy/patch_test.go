package policy

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// patch returns the patch of a text.
func patch(t testing.TB, text string) Patch {
	t.Helper()
	x, err := ParsePatch(text)
	require.NoError(t, err, text)
	return x
}

func TestPatchApply(t *testing.T) {
	for _, test := range []struct{ name, under, patch, want string }{
		{"nothing", "linear; timeout total=1s", "", "linear; timeout total=1s"},
		{"only attempts", "exponential-jitter base=1s max=20s", "exponential-jitter attempts=6", "exponential-jitter attempts=6 base=1s max=20s"},
		{"no verb", "exponential-jitter base=1s max=20s", "attempts=6", "exponential-jitter attempts=6 base=1s max=20s"},
		{"several keys without a verb", "fibonacci base=1s max=20s", "max=30s base=2s", "fibonacci base=2s max=30s"},
		{"another shape", "exponential-jitter attempts=4 base=1s max=20s", "exponential attempts=6", "exponential attempts=6 base=1s max=20s"},
		{"another shape with another key", "simple attempts=4 delay=3s max=20s", "linear", "linear attempts=4 max=20s"},
		{"a spread is kept", "linear-jitter spread=7%", "randomized-exponential", "randomized-exponential spread=7%"},
		{"a list of delays", "linear attempts=9 max=20s", "schedule 1s 15s", "schedule 1s 15s max=20s"},
		{"from a list of delays", "schedule 1s 15s max=20s", "linear", "linear max=20s"},
		{"the bound of a list", "schedule 1s 9s", "schedule max=5s", "schedule 1s 5s max=5s"},
		{"another jitter drops min", "exponential-jitter base=1s min=10ms", "jitter=equal", "exponential-jitter base=1s jitter=equal"},
		{"decorrelated drops factor", "exponential-jitter base=1s factor=3 min=10ms", "jitter=decorrelated", "exponential-jitter base=1s jitter=decorrelated"},
		{"and full takes it again", "exponential-jitter base=1s jitter=decorrelated", "jitter=full factor=3", "exponential-jitter base=1s factor=3"},
		{"no strategy is in force", "timeout total=1s", "linear base=5ms", "linear base=5ms; timeout total=1s"},
		{"one key of two", "timeout attempt=1s total=5s", "timeout total=10s", "timeout attempt=1s total=10s"},
		{"a bound lowers", "timeout attempt=1s total=5s", "timeout total=10ms", "timeout attempt=10ms total=10ms"},
		{"a max lowers base and min", "exponential-jitter base=1s min=500ms", "max=100ms", "exponential-jitter base=100ms max=100ms min=100ms"},
		{"taking a key back", "timeout attempt=1s total=5s", "timeout attempt=off", "timeout total=5s"},
		{"only the cooldown", "breaker rate=50% min=7 window=100 cooldown=5s", "breaker cooldown=1m", "breaker rate=50% min=7 window=100 cooldown=1m"},
		{"rate in place of failures", "breaker failures=3 cooldown=5s", "breaker rate=50%", "breaker rate=50% cooldown=5s"},
		{"failures in place of rate", "breaker rate=50% window=100 cooldown=5s", "breaker failures=3", "breaker failures=3 cooldown=5s"},
		{"taking the rate back", "breaker rate=50% window=100 cooldown=5s", "breaker rate=off", "breaker cooldown=5s"},
		{"slow calls beside failures", "breaker failures=3", "breaker slow=1s slow-rate=10% window=5s", "breaker failures=3 slow=1s slow-rate=10% window=5s"},
		{"their partner goes with them", "breaker slow=1s slow-rate=10% cooldown=5s", "breaker slow=off", "breaker cooldown=5s"},
		{"a window of calls", "breaker rate=50% window=10s", "breaker window=10", "breaker rate=50% min=10 window=10"},
		{"a window of time", "breaker rate=50% window=100", "breaker window=1m", "breaker rate=50% window=1m"},
		{"a cooldown that does not grow", "breaker cooldown=5s max-cooldown=1m", "breaker max-cooldown=off", "breaker cooldown=5s"},
		{"a breaker where there is none", "linear", "breaker cooldown=1m", "linear; breaker cooldown=1m"},
		{"a breaker that is off", "breaker off", "breaker cooldown=1m", "breaker cooldown=1m"},
		{"a budget", "budget ratio=5% burst=7", "budget burst=9", "budget ratio=5% burst=9"},
		{"a limit", "limit rate=100/s burst=20 wait=1s", "limit concurrent=5 wait=off", "limit concurrent=5 rate=100/s burst=20"},
		{"no rate, no burst", "limit concurrent=5 rate=100/s burst=20", "limit rate=off", "limit concurrent=5"},
		{"a hedge", "hedge after=50ms max=3", "hedge after=1s", "hedge after=1s max=3"},
		{"off", "linear; breaker failures=3; timeout total=1s", "breaker off", "linear; breaker off; timeout total=1s"},
		{"none", "linear; breaker failures=3; timeout total=1s", "none", "none"},
	} {
		t.Run(test.name, func(t *testing.T) {
			x := patch(t, test.patch)
			p, err := x.Apply(mustParse(t, test.under))
			require.NoError(t, err)
			assert.Equal(t, mustParse(t, test.want).String(), p.String())
			again, err := x.Apply(p)
			require.NoError(t, err)
			assert.Equal(t, p, again, "twice is the same")
		})
	}
}

func TestPatchThatDoesNotFit(t *testing.T) {
	for _, test := range []struct{ name, under, patch, want string }{
		{"over the bound", "linear max=2s", "base=5s", "0: base=5s is longer than max=2s; hint: max is 2s in what this changes"},
		{"over the default bound", "linear", "timeout total=1s; base=50s", "18: base=50s is longer than max=10s; hint: max is 10s by default"},
		{"an attempt over the total", "timeout total=2s", "timeout attempt=5s", "8: attempt=5s is longer than total=2s; hint: total is 2s in what this changes"},
		{"no strategy", "timeout total=2s", "attempts=3", "0: there are no retries for attempts=3 to change; hint: name a strategy: exponential-jitter attempts=3"},
		{"none has no strategy", "none", "attempts=3", "0: there are no retries for attempts=3 to change; hint: name a strategy: exponential-jitter attempts=3"},
		{"a key of another strategy", "simple", "attempts=2 base=1s", `11: simple, which is in force, has no key "base"; hint: simple takes attempts, delay, max`},
		{"attempts of a list", "schedule 1s", "attempts=3", `0: schedule, which is in force, has no key "attempts"; hint: list the delays, as in schedule 100ms 500ms 2s`},
		{"no list", "linear", "schedule max=5s", "0: schedule needs a delay; hint: schedule 100ms 500ms 2s"},
		{"a list over the bound", "linear max=2s", "schedule 1s 5s", "12: 5s is longer than max=2s; hint: max is 2s in what this changes"},
		{"min without full", "exponential-jitter jitter=equal", "min=5ms", "0: min has no effect with jitter=equal"},
		{"slow alone", "breaker failures=3", "breaker slow=1s", "8: slow and slow-rate go together; hint: slow=2s slow-rate=50%"},
		{"a window for failures", "breaker failures=3", "breaker window=1m", "8: window needs rate or slow-rate; hint: breaker rate=50% window=1m"},
		{"a cooldown over its bound", "breaker max-cooldown=40s", "breaker cooldown=1m", "8: cooldown=1m is longer than max-cooldown=40s; hint: max-cooldown is 40s in what this changes"},
		{"a limit of nothing", "limit rate=5/s", "limit rate=off", "0: limit needs concurrent= or rate=; hint: limit concurrent=20 rate=100/s wait=50ms"},
		{"a burst of nothing", "limit concurrent=5", "limit burst=3", "6: burst needs rate; hint: limit rate=100/s burst=3"},
		{"a hedge of nothing", "linear", "hedge max=2", "0: hedge needs after=; hint: hedge after=50ms"},
		{"no timeout is left", "timeout total=2s", "timeout total=off", "0: timeout needs attempt= or total=; hint: timeout off"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := patch(t, test.patch).Apply(mustParse(t, test.under))
			require.Len(t, Errors(err), 1)
			e := Errors(err)[0]
			assert.Equal(t, test.want, fmtError(e))
		})
	}
}

// A breaker that a patch switches off keeps its settings for the patch that switches it on.
func TestPatchSwitchesOnAgain(t *testing.T) {
	declared := mustParse(t, "breaker failures=9 cooldown=7s")
	off, err := patch(t, "breaker off").Apply(declared)
	require.NoError(t, err)
	assert.Equal(t, "breaker off", off.String())
	on, err := patch(t, "breaker").Apply(off)
	require.NoError(t, err)
	assert.Equal(t, declared, on)
}

// forever is a strategy that no text can say.
type forever struct{}

func (forever) Delay(int, time.Duration, float64) time.Duration { return time.Hour }

func TestPatchOfAForeignStrategy(t *testing.T) {
	p := Policy{Retry: Retry{Attempts: 3, Strategy: forever{}}}
	got, err := patch(t, "attempts=5").Apply(p)
	require.NoError(t, err)
	assert.Equal(t, Retry{Attempts: 5, Strategy: forever{}}, got.Retry)
	_, err = patch(t, "base=5s").Apply(p)
	assert.EqualError(t, err, "the strategy in force is policy.forever, which takes only attempts")
	got, err = patch(t, "linear").Apply(p)
	require.NoError(t, err)
	assert.Equal(t, "linear attempts=3 base=100ms max=10s", got.String())

	replaced, err := p.Patch().Apply(mustParse(t, "linear; timeout total=1s"))
	require.NoError(t, err)
	assert.Equal(t, Policy{Retry: p.Retry, Timeout: Timeout{Total: time.Second}}, replaced)
	assert.Equal(t, Retry{Attempts: 7, Strategy: forever{}}, p.Patch().Then(patch(t, "attempts=7")).changes[0].retry(t))
	assert.Equal(t, "fibonacci", p.Patch().Then(patch(t, "fibonacci")).String())
	_, err = p.Patch().MarshalText()
	assert.Error(t, err)
}

func (c change) retry(t *testing.T) Retry {
	require.NotNil(t, c.foreign)
	return *c.foreign
}

func TestPatchThen(t *testing.T) {
	for _, test := range []struct{ name, first, second, want string }{
		{"other concerns", "timeout total=1s", "attempts=2", "attempts=2; timeout total=1s"},
		{"other keys", "timeout total=5s", "timeout attempt=1s", "timeout attempt=1s total=5s"},
		{"the same key", "attempts=2 base=1s", "attempts=3", "attempts=3 base=1s"},
		{"keys onto a verb", "exponential attempts=2", "attempts=3 base=1s", "exponential attempts=3 base=1s"},
		{"a verb onto keys", "attempts=3 jitter=equal", "exponential base=1s", "exponential attempts=3 base=1s"},
		{"another verb", "exponential attempts=2 factor=3", "linear", "linear attempts=2"},
		{"rate onto failures", "breaker failures=3 cooldown=5s", "breaker rate=50%", "breaker rate=50% cooldown=5s"},
		{"failures onto a window", "breaker rate=50% min=3 window=7", "breaker failures=3", "breaker failures=3"},
		{"another window", "breaker slow=1s slow-rate=5% rate=50% min=3", "breaker failures=3", "breaker failures=3 slow=1s slow-rate=5% min=3"},
		{"a key is taken back", "timeout attempt=1s", "timeout attempt=off total=9s", "timeout attempt=off total=9s"},
		{"and given again", "timeout attempt=off", "timeout attempt=2s", "timeout attempt=2s"},
		{"a bound lowers", "timeout attempt=1s", "timeout total=10ms", "timeout attempt=10ms total=10ms"},
		{"off forgets", "breaker failures=3", "breaker off", "breaker off"},
		{"and on again goes back", "breaker off", "breaker", "breaker"},
		{"none forgets", "attempts=3; breaker off", "none", "none"},
		{"a list of delays", "schedule 1s 20s max=30s", "schedule max=10s", "schedule 1s 10s max=10s"},
		{"nothing", "", "breaker off", "breaker off"},
		{"nothing more", "breaker off", "", "breaker off"},
	} {
		t.Run(test.name, func(t *testing.T) {
			first, second := patch(t, test.first), patch(t, test.second)
			both := first.Then(second)
			assert.Equal(t, test.want, both.String())
			assert.Equal(t, patch(t, test.first).String(), first.String(), "a patch does not change")
			assert.Equal(t, patch(t, test.second).String(), second.String())
		})
	}
}

// What comes after none stands beside everything that none switches off.
func TestPatchAfterNone(t *testing.T) {
	x := patch(t, "none").Then(patch(t, "timeout total=1s"))
	for _, x := range []Patch{x, patch(t, x.String())} {
		p, err := x.Apply(mustParse(t, "linear attempts=7; breaker failures=3; timeout attempt=1ms total=1h"))
		require.NoError(t, err)
		assert.Equal(t, 1, p.Retry.Attempts)
		assert.Equal(t, Timeout{Attempt: ms, Total: time.Second}, p.Timeout)
		assert.True(t, p.Breaker.Off && p.Budget.Off && p.Limit.Off && p.Hedge.Off)
	}
}

func TestParsePatchErrors(t *testing.T) {
	for text, want := range map[string]string{
		"cooldown=1m":                `0: unknown verb "cooldown=1m"; hint: the verb comes first, then a space: breaker cooldown=1m`,
		"total=1m":                   `0: unknown verb "total=1m"; hint: the verb comes first, then a space: timeout total=1m`,
		"retries=3":                  `0: unknown key "retries"; hint: did you mean "attempts"?`,
		"attempts=3; base=1s":        "12: two lists of keys for one strategy; hint: write attempts=3 base=1s",
		"linear; attempts=3":         "8: linear and attempts=3 both change the strategy; hint: write linear attempts=3",
		"attempts=3; linear base=1s": "12: linear and attempts=3 both change the strategy; hint: write linear base=1s attempts=3",
		"none; attempts=3":           `6: "none" cannot be combined with "attempts=3"`,
		"attempts=3 off":             "11: a strategy cannot be switched off; hint: use simple attempts=1 for no retries, or none to switch everything off",
		"timeout":                    "0: timeout needs attempt= or total=; hint: timeout attempt=1s total=5s",
		"breaker failures=3 rate=5%": "19: failures and rate exclude each other; hint: rate opens the breaker at a share of failures, failures at a number of consecutive ones",
		"breaker key=off":            `8: key "key" cannot be part of a policy, which takes only numbers; hint: a breaker that has a key in the source keeps it`,
		"breaker cooldown=off":       `8: bad duration "off" for key "cooldown"; hint: a duration is a number and a unit, as in 100ms, 2s or 1m30s`,
		"timeout total=off total=1s": `18: key "total" is given twice`,
		"on ErrBusy":                 `0: "on" cannot be part of a policy, which takes only numbers; hint: change the comment in the source and regenerate`,
	} {
		x, err := ParsePatch(text)
		if assert.Len(t, Errors(err), 1, text) {
			assert.Equal(t, want, fmtError(Errors(err)[0]), text)
		}
		assert.True(t, x.IsZero())
	}
}

func TestPatchAsText(t *testing.T) {
	var x Patch
	require.NoError(t, x.UnmarshalText([]byte("breaker off; attempts=3")))
	text, err := x.MarshalText()
	require.NoError(t, err)
	assert.Equal(t, "attempts=3; breaker off", string(text))
	assert.Error(t, x.UnmarshalText([]byte("attempts")))
	assert.Equal(t, "attempts=3; breaker off", x.String())
	assert.Equal(t, []string{"strategy", "breaker"}, x.Concerns())
	assert.Len(t, patch(t, "none").Concerns(), len(concerns))
}

// The patch of a policy replaces its concerns, as Overlay does.
func TestPolicyPatch(t *testing.T) {
	for _, under := range bases {
		for _, over := range bases {
			want := mustParse(t, under).Overlay(mustParse(t, over))
			x := mustParse(t, over).Patch()
			got, err := x.Apply(mustParse(t, under))
			if assert.NoError(t, err, "%s over %s", over, under) {
				assert.Equal(t, want.String(), got.String(), "%s over %s", over, under)
			}
			assert.Equal(t, x.String(), patch(t, x.String()).String())
		}
	}
}

// bases are policies for patches to change.
var bases = []string{
	"", "none", "linear attempts=9 base=1ms max=1h", "exponential-jitter base=1s max=20s jitter=equal", "schedule 1s 2s max=5s",
	"exponential-jitter factor=3 min=1ms; timeout attempt=1s total=1h; breaker failures=3; budget off; limit concurrent=3; hedge after=1s max=4",
	"simple; timeout total=1s; breaker rate=5% slow=1s slow-rate=7% min=3 window=50 max-cooldown=5m; budget ratio=1%; limit rate=5/m burst=2 wait=1s",
	"timeout off; breaker off; budget off; limit off; hedge off", "fibonacci; breaker rate=50% window=1m",
}

// A patch that is applied twice does what it does once, and its text says all of it.
func FuzzPatch(f *testing.F) {
	for _, text := range []string{
		"attempts=6", "exponential attempts=6; timeout total=10ms", "breaker rate=50% window=10", "timeout attempt=off total=1s",
		"schedule 1s 5s max=20s", "jitter=equal", "breaker off; none", "hedge max=2; limit rate=off", "breaker slow=off max-cooldown=1m",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		x, err := ParsePatch(text)
		if err != nil {
			for _, e := range Errors(err) {
				assert.LessOrEqual(t, e.Offset+e.Len, len(text))
			}
			return
		}
		read := patch(t, x.String())
		assert.Equal(t, x.String(), read.String())
		twice := x.Then(x)
		assert.Equal(t, x.String(), twice.String())
		for _, base := range bases {
			p := mustParse(t, base)
			if whole := p.Patch(); base != "none" {
				want, err := x.Apply(p)
				got, merged := whole.Then(x).Apply(Policy{})
				assert.Equal(t, err == nil, merged == nil, "%s, then %s: %v, %v", base, text, err, merged)
				assert.Equal(t, want.String(), got.String(), "%s, then %s", base, text)
			}
			once, err := x.Apply(p)
			assert.Equal(t, mustParse(t, base), p)
			if err != nil {
				for _, e := range Errors(err) {
					assert.LessOrEqual(t, e.Offset+e.Len, len(text))
				}
				continue
			}
			again, err := x.Apply(once)
			require.NoError(t, err)
			assert.Equal(t, once, again)
			again, err = read.Apply(p)
			require.NoError(t, err)
			assert.Equal(t, once, again)
			if text := once.String(); text != "" && once.Check() == nil {
				again, err = patch(t, text).Apply(once)
				require.NoError(t, err)
				assert.Equal(t, once.String(), again.String())
				again, err = patch(t, text).Apply(Policy{})
				require.NoError(t, err)
				assert.Equal(t, once.String(), again.String())
			}
		}
	})
}
