package retry

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// WithSafeRetries adds a rule. It keeps the number of the attempt, and the rules of the
// wrappers above.
func TestWithSafeRetriesKeepsTheRest(t *testing.T) {
	safe := WithSafeRetries(t.Context())
	assert.Equal(t, 1, Attempt(safe))
	assert.Equal(t, &layer{Context: t.Context(), attempt: 1, safe: true}, layerOf(safe))

	above := &layer{Context: t.Context(), attempt: 3, single: true}
	assert.Equal(t, &layer{Context: above, attempt: 3, single: true, safe: true}, layerOf(WithSafeRetries(above)))
	above = &layer{Context: t.Context(), attempt: 2, single: true, strict: true}
	assert.Equal(t, &layer{Context: above, attempt: 2, single: true, strict: true, safe: true}, layerOf(WithSafeRetries(above)))
}

// WithRetriesOf puts the rules of the outer context in place of a restriction.
func TestWithRetriesOfTheOuterContext(t *testing.T) {
	outer := &layer{Context: t.Context(), attempt: 2, single: true, safe: true}
	restricted := WithoutRetry(outer)
	inside := &probeContext{restricted, &probing{}}
	assert.Equal(t, &layer{Context: inside, attempt: 2, single: true, safe: true}, WithRetriesOf(inside, outer))
	assert.Equal(t, outer, WithRetriesOf(restricted, outer))
	assert.Equal(t, inside, WithRetriesOf(inside, restricted), "the outer context was restricted too")
	assert.Equal(t, &layer{Context: inside, attempt: 1}, WithRetriesOf(inside, t.Context()))
	retry := &layer{Context: restricted, attempt: 2, single: true}
	assert.Equal(t, retry, WithRetriesOf(retry, outer), "a retry below says itself what holds")
}
