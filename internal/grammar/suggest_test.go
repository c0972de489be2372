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
		{"nor does a word of five letters forgive two", "timut", ""},
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

func TestSlips(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"abc", "", 3},
		{"xab", "ab", 1},
		{"xyab", "ab", 2},
		{"ab", "xyab", 2},
		{"abxy", "ab", 2},
		{"axb", "ab", 1},
		{"axb", "ayb", 1},
		{"ab", "ba", 1},
		{"xab", "xba", 1},
		{"abab", "baba", 2},
		{"aa", "aa", 0},
		{"aab", "aaab", 1},
		{"abc", "ca", 3}, // the letters of a swap have no further slip
	} {
		assert.Equal(t, test.want, slips([]rune(test.a), []rune(test.b)), "%s %s", test.a, test.b)
	}
}
