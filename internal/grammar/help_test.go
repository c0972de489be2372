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
	assert.True(t, strings.HasPrefix(text, helpIntro))
	for _, g := range groups {
		assert.Contains(t, text, "\n\n"+g.title+"\n\n")
	}
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

// The help on a verb has its usage, its help, its keys, its meaning and an example.
func TestHelpOn(t *testing.T) {
	for _, name := range verbNames() {
		v, _ := Lookup(name)
		want := "//retry:" + v.usage() + "\n    " + v.Help + "\n"
		if len(v.Keys) > 0 {
			var keys strings.Builder
			helpKeys(&keys, "    ", v.Keys)
			want += "\n" + keys.String()
		}
		for paragraph := range strings.SplitSeq(v.Meaning, "\n") {
			want += wrapped(paragraph)
		}
		want += "\nIt stands " + v.Place.String() + ". For example:\n\n    //retry:" + v.Example + "\n"
		text, _, _ := HelpOn(name)
		assert.Equal(t, want, text)
	}
	text, hint, ok := HelpOn("exponentail")
	assert.False(t, ok)
	assert.Empty(t, text)
	assert.Equal(t, "exponential", hint)
}

func TestUsage(t *testing.T) {
	for name, want := range map[string]string{
		"simple":  "simple attempts=3 delay=1s max=10s",
		"timeout": "timeout attempt= total= | off",
		"on":      "on NAME... | off",
		"none":    "none",
	} {
		v, ok := Lookup(name)
		assert.True(t, ok)
		assert.Equal(t, want, v.usage())
	}
}

// The columns are as wide as the longest key.
func TestHelpKeys(t *testing.T) {
	var b strings.Builder
	helpKeys(&b, "  ", []Key{
		{Name: "max", Kind: KindDuration, Help: "a bound on `delay`"},
		{Name: "delay", Kind: KindDelay, Help: "a wait"},
	})
	assert.Equal(t, "  max=    a bound on delay (more than 0s)\n  delay=  a wait (0s or more)\n", b.String())
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
