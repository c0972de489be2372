package grammar

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHelpFitsATerminal(t *testing.T) {
	for _, verb := range verbNames() {
		text, hint, ok := HelpOn(verb)
		assert.True(t, ok)
		assert.Empty(t, hint)
		assert.NotContains(t, text, "`")
		assert.NotContains(t, text, "\n\n\n", "%s: two blank lines", verb)
		v, _ := Lookup(verb)
		for _, key := range v.Keys {
			assert.Contains(t, text, "\n    "+key.Name+"= ", "each key has a row")
		}
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(line, "    ") && !strings.HasPrefix(line, "//") { // rows of keys and examples are as long as they are
				assert.LessOrEqual(t, len([]rune(strings.TrimRight(line, "\n"))), 80, line)
			}
		}
	}
}

// The overview has each verb with its keys. Those of the strategies come once, below them.
func TestHelp(t *testing.T) {
	text := Help()
	for _, verb := range verbNames() {
		v, _ := Lookup(verb)
		assert.Contains(t, text, "\n  "+v.usage()+"\n      "+v.Help+"\n")
		for _, key := range v.Keys {
			assert.Contains(t, text, "\n      "+key.Name+"= ")
		}
	}
	_, keys, _ := strings.Cut(text, "\n  Their keys:\n")
	assert.Equal(t, 1, strings.Count(keys, "\n      base="))
	assert.Equal(t, 1, strings.Count(text, "Their keys:"))
}

func TestWrapped(t *testing.T) {
	const filled = "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 123" // 80 columns
	for _, test := range []struct{ name, line, want string }{
		{"nothing", "", ""},
		{"a paragraph has a blank line before it", "one `two`  three", "\none two three\n"},
		{"an item of a list has none", "- one two", "- one two\n"},
		{"80 columns fit", filled, "\n" + filled + "\n"},
		{"81 do not", filled + "4", "\n" + strings.TrimSuffix(filled, " 123") + "\n1234\n"},
		{"letters are counted, not bytes", strings.ReplaceAll(filled, "0", "ö"), "\n" + strings.ReplaceAll(filled, "0", "ö") + "\n"},
		{"a second line is as long", filled + " " + filled + " x", "\n" + filled + "\n" + filled + "\nx\n"},
		{"an item goes on below its words", "- " + filled, "- " + strings.TrimSuffix(filled, " 123") + "\n  123\n"},
		{"with less room", "- " + filled + " " + filled, "- " + strings.TrimSuffix(filled, " 123") + "\n  123 " + strings.TrimSuffix(filled, " 0123456789 123") + "\n  0123456789 123\n"},
	} {
		t.Run(test.name, func(t *testing.T) { assert.Equal(t, test.want, wrapped(test.line)) })
	}
}
