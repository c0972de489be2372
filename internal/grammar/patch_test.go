package grammar

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A patch may give the keys of a strategy without its verb, so a key must mean the same in
// each strategy.
func TestStrategiesShareTheirKeys(t *testing.T) {
	for _, v := range strategyVerbs {
		for _, key := range v.Keys {
			shared, ok := anyStrategy.key(key.Name)
			if assert.True(t, ok, "%s of %s", key.Name, v.Name) {
				assert.Equal(t, shared.Kind, key.Kind, "%s of %s", key.Name, v.Name)
				assert.Equal(t, shared.Choices, key.Choices, "%s of %s", key.Name, v.Name)
				assert.NotEmpty(t, key.Default, "off does not take it back")
			}
		}
	}
}

// The keys that a patch excludes or lowers by name must exist.
func TestBoundsAreKeys(t *testing.T) {
	for _, pair := range bounds {
		found := false
		for v := range Verbs() {
			_, less := v.key(pair[0])
			_, more := v.key(pair[1])
			found = found || v.Numeric && less && more
		}
		assert.True(t, found, "no verb has %s and %s", pair[0], pair[1])
	}
}

func TestDirectiveText(t *testing.T) {
	for text, want := range map[string]string{
		"base=1s attempts=unlimited":          "attempts=unlimited base=1s",
		"linear  base=1s\tattempts=2":         "linear attempts=2 base=1s",
		"schedule 1s 60s max=90s":             "schedule 1s 1m max=1m30s",
		"timeout total=1s attempt=off":        "timeout attempt=off total=1s",
		"breaker off":                         "breaker off",
		"breaker rate=5.0% window=7 probes=2": "breaker rate=5% window=7 probes=2",
	} {
		list, errs := ParsePatch(text)
		if assert.Empty(t, errs, text) {
			assert.Equal(t, want, list[0].Text())
		}
	}
}
