package review

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCutWord(t *testing.T) {
	for name, want := range map[string]string{
		"AddItem": "add", "Address": "address", "Add": "add", "add": "add", "addItem": "add", "POSTForm": "post", "HTTPGet": "http",
		"PostgresVersion": "postgres", "Create_user": "create", "Send2": "send", "": "", "X": "x", "ID": "id", "Ähnlich": "ähnlich",
	} {
		word, rest := cutWord(name)
		assert.Equal(t, want, word, name)
		assert.Len(t, []rune(rest), len([]rune(name))-len([]rune(word)), name)
	}
}

func TestIsWrite(t *testing.T) {
	for name, want := range map[string]bool{
		"Charge": true, "ChargeByID": false, "ChargeBypass": true, "charge_by": true, "Address": false, "Get": false, "Order": false, "POSTForm": true, "": false,
	} {
		assert.Equal(t, want, isWrite(name, writes), name)
	}
}

func TestWordsOfWrites(t *testing.T) {
	for _, list := range [][]string{writes, overwrites} {
		assert.Equal(t, len(list), len(slices.Compact(slices.Sorted(slices.Values(list)))), "no word twice")
		for _, word := range list {
			first, rest := cutWord(word)
			assert.Equal(t, word, first)
			assert.Empty(t, rest)
		}
	}
	for _, word := range overwrites {
		assert.NotContains(t, writes, word)
	}
}
