package review

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFirstWord(t *testing.T) {
	for name, want := range map[string]string{
		"AddItem": "add", "Address": "address", "Add": "add", "add": "add", "addItem": "add", "POSTForm": "post", "HTTPGet": "http",
		"PostgresVersion": "postgres", "Create_user": "create", "Send2": "send", "": "", "X": "x", "ID": "id", "Ähnlich": "ähnlich",
	} {
		assert.Equal(t, want, firstWord(name), name)
	}
}

func TestWordsOfWrites(t *testing.T) {
	for _, list := range [][]string{writes, overwrites} {
		assert.Equal(t, len(list), len(slices.Compact(slices.Sorted(slices.Values(list)))), "no word twice")
		for _, word := range list {
			assert.Equal(t, word, firstWord(word))
		}
	}
	for _, word := range overwrites {
		assert.NotContains(t, writes, word)
	}
}
