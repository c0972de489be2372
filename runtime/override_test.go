package retry_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// overridden returns what is in force for Client.Get, which declares a strategy
// and a timeout.
func overridden(t *testing.T, override retry.Override) string {
	t.Helper()
	group := new(retry.Group)
	w := retry.NewWrapper("Client", policy.Policy{}, &retry.Options{Group: group, Override: override})
	w.Method("Get", retry.MethodSpec{Policy: parse(t, declared)})
	return group.Snapshot().Methods[0].Policy.String()
}

const declared = "simple attempts=3 delay=10ms max=10s; timeout attempt=100ms total=1s; budget off"

func TestParseOverrides(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"another number of attempts", "Client.Get: attempts=2", "simple attempts=2 delay=10ms max=10s; timeout attempt=100ms total=1s; budget off"},
		{"another strategy", "Client.Get: linear attempts=2 base=5ms", "linear attempts=2 base=5ms max=10s; timeout attempt=100ms total=1s; budget off"},
		{"one key of two", "Client.Get: timeout total=9s", "simple attempts=3 delay=10ms max=10s; timeout attempt=100ms total=9s; budget off"},
		{"an interface", "Client: timeout total=9s", "simple attempts=3 delay=10ms max=10s; timeout attempt=100ms total=9s; budget off"},
		{"a method over its interface", "Client.Get: attempts=5\nClient: attempts=2; timeout off", "simple attempts=5 delay=10ms max=10s; timeout off; budget off"},
		{"what the interface does not have", "Client: breaker failures=2; limit concurrent=5; budget ratio=5%; hedge after=1s", declared},
		{"another interface", "Clients: none", declared},
		{"none", "Client.Get: none", "none"},
		{"another method", "Client.Put: none", declared},
		{"nothing", "# nothing\n", declared},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			override, err := retry.ParseOverrides(tt.text)
			require.NoError(t, err)
			assert.Equal(t, tt.want, overridden(t, override))
		})
	}
}

// Override is the user's code, and no lock is held while it runs.
func TestOverrideMayAskTheGroup(t *testing.T) {
	group := new(retry.Group)
	var seen []int
	for _, name := range []string{"First", "Second"} {
		w := retry.NewWrapper(name, policy.Policy{}, &retry.Options{Group: group, Override: func(_ policy.Method, p policy.Policy) (policy.Policy, error) {
			seen = append(seen, len(group.Snapshot().Methods))
			return p, nil
		}})
		w.Method("Get", retry.MethodSpec{Policy: parse(t, declared)})
	}
	assert.Equal(t, []int{0, 1}, seen)
}

func TestParseOverridesNamesLinesAndColumns(t *testing.T) {
	override, err := retry.ParseOverrides("Client.Get: simple attempts=0\n\nClient.Put: linera\n")
	assert.Nil(t, override)
	assert.EqualError(t, err, "retry: overrides: line 1, column 20: attempts=0 is out of range: 1 to 1000000, or unlimited; "+
		"hint: attempts=1 never retries, attempts=unlimited never gives up\n"+
		`line 3, column 13: unknown verb "linera"; hint: did you mean "linear"?`)
}

func TestEnvOverrides(t *testing.T) {
	t.Setenv("TESTRETRY_CLIENT_GET", "fibonacci attempts=2; timeout off")
	t.Setenv("TESTRETRY_CLIENT_PUT", "none")
	override, err := retry.EnvOverrides("TESTRETRY_")
	require.NoError(t, err)
	assert.Equal(t, "fibonacci attempts=2 base=100ms max=10s; timeout off; budget off", overridden(t, override))

	t.Setenv("TESTRETRY_CLIENT", "attempts=7 delay=1s; timeout total=30s")
	t.Setenv("TESTRETRY_CLIENT_GET", "attempts=5")
	override, err = retry.EnvOverrides("TESTRETRY_")
	require.NoError(t, err)
	assert.Equal(t, "simple attempts=5 delay=1s max=10s; timeout attempt=100ms total=30s; budget off", overridden(t, override))

	override, err = retry.EnvOverrides("OTHER_")
	require.NoError(t, err)
	assert.Equal(t, declared, overridden(t, override))
}

// An override that contradicts itself is an error, and does not wait for the constructor
// to panic.
func TestOverridesThatContradictThemselves(t *testing.T) {
	for text, want := range map[string]string{
		"simple attempts=unlimited; budget":                              `attempts=unlimited needs "budget off"`,
		"timeout total=1s attempt=2s":                                    "attempt=2s is longer than total=1s",
		"breaker failures=3 rate=5%":                                     "failures and rate exclude each other",
		"simple attempts=unlimited; budget off":                          "",
		"simple attempts=5 delay=1s":                                     "",
		"timeout total=1ms":                                              "",
		"exponential attempts=2; breaker failures=2; limit concurrent=5": "",
	} {
		t.Run(text, func(t *testing.T) {
			t.Setenv("TESTRETRY_CLIENT_GET", text)
			_, envErr := retry.EnvOverrides("TESTRETRY_")
			_, err := retry.ParseOverrides("# a comment\nClient.Get: " + text)
			if want == "" {
				assert.NoError(t, envErr)
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, envErr, "retry: overrides: TESTRETRY_CLIENT_GET, column ")
			assert.ErrorContains(t, envErr, want)
			assert.ErrorContains(t, err, "retry: overrides: line 2, column ")
			assert.ErrorContains(t, err, want)
		})
	}
}

func TestJoinOverrides(t *testing.T) {
	first, err := retry.ParseOverrides("Client.Get: linear attempts=2 base=5ms; timeout off")
	require.NoError(t, err)
	second, err := retry.ParseOverrides("Client.Get: timeout total=9s")
	require.NoError(t, err)
	assert.Equal(t, "linear attempts=2 base=5ms max=10s; timeout attempt=100ms total=9s; budget off", overridden(t, retry.JoinOverrides(first, nil, second)))
	assert.Equal(t, "linear attempts=2 base=5ms max=10s; timeout off; budget off", overridden(t, retry.JoinOverrides(second, first)))
	assert.Equal(t, declared, overridden(t, retry.JoinOverrides()))
}

func TestEnvOverridesNamesTheVariable(t *testing.T) {
	t.Setenv("TESTRETRY_CLIENT_GET", "simple; atempts=2")
	_, err := retry.EnvOverrides("TESTRETRY_")
	assert.ErrorContains(t, err, "TESTRETRY_CLIENT_GET, column 9: unknown key")

	t.Setenv("TESTRETRY_", "simple")
	t.Setenv("TESTRETRY_Client_Get", "simple")
	_, err = retry.EnvOverrides("TESTRETRY_")
	assert.ErrorContains(t, err, "TESTRETRY_: no method has this variable")
	assert.ErrorContains(t, err, "TESTRETRY_Client_Get: no method has this variable")

	_, err = retry.EnvOverrides("")
	assert.ErrorContains(t, err, "the prefix of the environment variables is empty")
}

// What the generator would refuse, an override cannot bring in: the constructor
// says so.
func TestOverrideThatAMethodCannotHave(t *testing.T) {
	tests := []struct {
		name, text string
		spec       retry.MethodSpec
		want       string
	}{
		{"a reader", "Client.Get: simple attempts=2", retry.MethodSpec{Once: "body is an io.Reader"}, "retry: Client.Get: the call cannot be repeated: body is an io.Reader"},
		{"no context for a timeout", "Client.Get: timeout total=1s", retry.MethodSpec{NoContext: true}, "retry: Client.Get: a timeout needs a context, and the method has none"},
		{"no context for an end", "Client.Get: simple attempts=unlimited; budget off", retry.MethodSpec{NoContext: true}, "retry: Client.Get: unlimited attempts need a context to end them, and the method has none"},
		{"a base over max", "# slow\nClient.Get: linear base=1m", retry.MethodSpec{}, "retry: Client.Get: overrides: line 2, column 20: base=1m is longer than max=10s; hint: max is 10s by default"},
		{"for the interface", "Client: simple attempts=2; timeout total=1s; breaker off", retry.MethodSpec{Once: "body is an io.Reader", NoContext: true}, ""},
		{"never starts", "Client.Get: timeout total=2s", retry.MethodSpec{Policy: policy.Policy{Retry: attempts(3, time.Second), Budget: policy.Budget{Off: true}}}, "retry: Client.Get: policy: attempt 3 can never start: the delays before it take at least 2s, and the total timeout is 2s"},
		{"what it can", "Client.Get: timeout off; breaker failures=2; simple attempts=1", retry.MethodSpec{Once: "body is an io.Reader", NoContext: true}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			override, err := retry.ParseOverrides(tt.text)
			require.NoError(t, err)
			w := retry.NewWrapper("Client", policy.Policy{}, &retry.Options{Override: override})
			made := func() { w.Method("Get", tt.spec) }
			if tt.want == "" {
				assert.NotPanics(t, made)
				return
			}
			assert.PanicsWithError(t, tt.want, made)
		})
	}
}

// The first wrapper decides for those that share its group: a method is not changed
// under those who call it.
func TestOverrideOfTheFirstWrapper(t *testing.T) {
	tests := []struct {
		name          string
		first, second string // overrides; "" for none
		want          int    // attempts of both
	}{
		{"both", "Client.Get: simple attempts=2 delay=0s", "Client.Get: simple attempts=4 delay=0s", 2},
		{"only the second", "", "Client.Get: simple attempts=4 delay=0s", 3},
		{"only the first", "Client.Get: simple attempts=2 delay=0s", "", 2},
		{"one that it cannot have", "", "Client.Get: hedge after=1s", 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			group := new(retry.Group)
			method := func(text string) *retry.Method {
				opts := &retry.Options{Group: group}
				if text != "" {
					override, err := retry.ParseOverrides(text)
					require.NoError(t, err)
					opts.Override = override
				}
				return retry.NewWrapper("Client", policy.Policy{}, opts).Method("Get", retry.MethodSpec{
					Policy: policy.Policy{Retry: attempts(3, 0)},
				})
			}
			first, second := method(tt.first), method(tt.second)
			assert.Equal(t, tt.want, calls(t, first))
			assert.Equal(t, tt.want, calls(t, second))
		})
	}
}
