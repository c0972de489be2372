package grammar

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSuggest(t *testing.T) {
	for _, test := range []struct {
		name, word, want string
	}{
		{"a letter is missing", "fibonaci", "fibonacci"},
		{"a letter is too many", "exponentiall", "exponential"},
		{"a letter is wrong", "timeoet", "timeout"},
		{"neighbours are swapped, which is one slip", "tiemout", "timeout"},
		{"case does not count", "Exponential", "exponential"},
		{"shouted", "BREAKER", "breaker"},
		{"an underscore for a hyphen", "linear_jitter", "linear-jitter"},
		{"two slips in a long word", "exponental-jiter", "exponential-jitter"},
		{"the nearer of two", "linear-jiter", "linear-jitter"},
		{"a short word forgives one", "onn", "on"},
		{"nothing in common", "cache", ""},
		{"two slips in a short word are too many", "xy", ""},
		{"half a word is not near", "expo", ""},
		{"a prefix is not near", "jitter", ""},
		{"no word", "", ""},
		{"letters are counted, not bytes", "bréakér", "breaker"},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, Suggest(test.word, verbNames()))
		})
	}
	assert.Equal(t, "abcd", Suggest("abce", []string{"abcd", "abcf"}), "of two that are as near, the first")
	assert.Empty(t, Suggest("a", []string{"b"}), "a letter is not a slip of another")
	assert.Equal(t, "on", Suggest("no", []string{"on"}), "neighbours at the start")
	assert.Equal(t, "on", Suggest("om", []string{"on"}), "half of the letters")
	assert.Empty(t, Suggest("on", nil))
}
