package retry

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/breaker"
)

// A call is part of the probe above it if it uses the same breaker. For a breaker with keys
// that is one with the same key.
func TestCallsBelowAProbe(t *testing.T) {
	config := breaker.Config{}
	a, b := key{text: "a"}, key{text: "b"}
	one := &plan{breaker: breaker.New(config)}
	keyed := &plan{keyed: breaker.NewKeyed[key](config, 0)}
	for _, tt := range []struct {
		name         string
		above, below *plan
		key          key // of the call below; that above has the key a
		part         bool
	}{
		{"the same breaker", one, one, a, true},
		{"the same breaker without keys, of which the calls have two", one, one, b, true},
		{"another breaker", one, &plan{breaker: breaker.New(config)}, a, false},
		{"a breaker with keys below one without", one, keyed, a, false},
		{"the same key", keyed, keyed, a, true},
		{"another key", keyed, keyed, b, false},
		{"the same key of another breaker", keyed, &plan{keyed: breaker.NewKeyed[key](config, 0)}, a, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			probe, part := tt.above.probed(t.Context(), a, true, nil)
			assert.False(t, part)
			ctx := probe.context(t.Context())
			next, part := tt.below.probed(ctx, tt.key, true, nil)
			assert.Equal(t, tt.part, part)
			assert.Equal(t, !tt.part, next != nil, "it is a probe of its own")
			_, part = tt.below.probed(ctx, tt.key, false, nil)
			assert.False(t, part, "the breaker is closed")
			_, part = tt.below.probed(ctx, tt.key, false, &breaker.OpenError{})
			assert.False(t, part, "the breaker is open")
			probe.end()
			_, part = tt.below.probed(ctx, tt.key, true, nil)
			assert.False(t, part, "the probe above is over")
		})
	}
}
