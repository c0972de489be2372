package grammar

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A synonym is not a word of the grammar, and it stands for one.
func TestSynonyms(t *testing.T) {
	for word, verb := range verbSynonyms {
		_, isVerb := Lookup(word)
		assert.False(t, isVerb, word)
		assert.Contains(t, verbNames(), verb, word)
		assert.Equal(t, word, plainly(word))
	}
	for word, keys := range keySynonyms {
		assert.Equal(t, word, plainly(word))
		for _, key := range keys {
			meant := false
			for v := range Verbs() {
				_, isKey := v.key(word)
				meant = meant || !isKey && v.meantKey(word) == key
			}
			assert.True(t, meant, "%s is never read as %s", word, key)
		}
	}
}

func TestMeantKey(t *testing.T) {
	for _, test := range []struct{ verb, word, want string }{
		{"breaker", "threshold", "failures"},
		{"breaker", "max", "max-cooldown"}, // min is nearer by its letters
		{"breaker", "Failure_Threshold", "failures"},
		{"timeout", "call", "total"},
		{"simple", "base", "delay"},
		{"exponential", "delay", "base"},
		{"hedge", "delay", "after"},
		{"limit", "max", "concurrent"},
		{"linear", "atempts", "attempts"},
		{"linear", "total", ""},
	} {
		v, _ := Lookup(test.verb)
		assert.Equal(t, test.want, v.meantKey(test.word), "%s %s=", test.verb, test.word)
	}
}
