package grammar

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestClash(t *testing.T) {
	for _, test := range []struct{ name, earlier, text, want, hint string }{
		{"a verb twice", "timeout total=1s", "timeout total=2s", `verb "timeout" is given twice`, ""},
		{"a strategy twice", "linear", "linear", `verb "linear" is given twice`, ""},
		{"names on two lines", "on A B.C", "on D A", `verb "on" is given twice`, "put the names on one line: on A B.C D"},
		{"parameters on two lines", "reuse a", "reuse b", `verb "reuse" is given twice`, "put the names on one line: reuse a b"},
		{"off has no names", "not off", "not A", `verb "not" is given twice`, ""},
		{"a verb that takes one name", "fallback a", "fallback b", `verb "fallback" is given twice`, ""},
		{"two strategies, in the order of the text", "simple", "linear", `two strategies, "simple" and "linear"`, ""},
		{"none beside a guard", "timeout total=1s", "none", `"none" cannot be combined with "timeout"`, ""},
		{"a guard beside none", "none", "timeout total=1s", `"none" cannot be combined with "timeout"`, ""},
		{"a strategy beside none", "none", "simple", `"none" cannot be combined with "simple"`, ""},
		{"two concerns", "breaker", "timeout total=1s", "", ""},
		{"presets of several concerns", "use a", "use b", "", ""},
		{"none beside a preset", "use a", "none", `"none" cannot be combined with "use"`, ""},
		{"on and not are two concerns", "not A", "on A", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			earlier, errs := ParseDirective(test.earlier)
			require.Empty(t, errs)
			d, errs := ParseDirective(test.text)
			require.Empty(t, errs)
			msg, hint := d.Clash(earlier)
			assert.Equal(t, test.want, msg)
			assert.Equal(t, test.hint, hint)
		})
	}
}
