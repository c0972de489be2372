package review

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/internal/grammar"
)

// Each code that allow takes has one rule, and each rule a source.
func TestRules(t *testing.T) {
	var codes, known []string
	for _, r := range rules {
		codes = append(codes, r.code)
		assert.NotEmpty(t, r.source, r.code)
	}
	for _, a := range grammar.Advices {
		known = append(known, a.Code)
		assert.NotEmpty(t, a.Help)
	}
	assert.Equal(t, known, codes, "the worst first")
	assert.Equal(t, len(known), rank(grammar.AdviceUnusedAllow), "the least of all")
}
