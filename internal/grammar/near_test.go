package grammar

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNearMiss(t *testing.T) {
	for _, test := range []struct{ name, comment, word, verb string }{
		{"a directive", "//retry:timeout total=1s", "timeout", "timeout"},
		{"a space", "// retry:timeout total=1s", "timeout", "timeout"},
		{"spaces", "//  retry : timeout", "timeout", "timeout"},
		{"upper case", "//Retry:Timeout", "timeout", "timeout"},
		{"no colon", "//retry simple", "simple", "simple"},
		{"= for the colon", "//retry=simple", "simple", "simple"},
		{"- for the colon", "//retry-timeout total=1s", "timeout", "timeout"},
		{". for the colon", "//retry.breaker", "breaker", "breaker"},
		{"the prefix of the go command", "//go:retry simple", "simple", "simple"},
		{"an annotation", "//@retry simple", "simple", "simple"},
		{"another name", "//retries:linear attempts=3", "linear", "linear"},
		{"the name of the command", "//retrygen:linear", "linear", "linear"},
		{"a block", "/* retry:none */", "none", "none"},
		{"a misspelled verb", "// retry: exponentail", "exponentail", "exponential"},
		{"prose with a colon", "// retry: after a pause", "after", ""},
		{"prose without one", "// retry simple things first", "", ""},
		{"prose about retries", "// retries: none so far", "", ""},
		{"prose about headers", "//retry-after is a header", "after", ""},
		{"another word", "//retrying:simple", "", ""},
		{"another tool", "//go:generate retrygen", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			word, verb := NearMiss(test.comment)
			assert.Equal(t, test.word, word)
			assert.Equal(t, test.verb, verb)
			for _, file := range []string{test.comment, "package p\n\n" + test.comment, "\t" + test.comment + "\n}\n"} {
				assert.Equal(t, test.word != "", Mentions([]byte(file)), "%q", file)
			}
		})
	}
}

func TestMentions(t *testing.T) {
	for _, test := range []struct {
		name, file string
		want       bool
	}{
		{"nothing", "", false},
		{"a name", "package p\n\nfunc retry() {}\n", false},
		{"a string", `package p; const s = "retry: x"`, false},
		{"prose first", "package p\n\n// Retry the call.\n//retry:simple\n", true},
		{"a block of several lines", "/*\n\tretry:simple\n*/", true},
		{"the end of the file", "//retr", false},
		{"the start of the file", "retry: x", false},
		{"letters that come twice in a row", "// retrretr\n//retry:simple\n", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, Mentions([]byte(test.file)))
		})
	}
}
