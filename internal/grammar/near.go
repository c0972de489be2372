package grammar

import (
	"bytes"
	"regexp"
	"strings"
)

// Prefix starts each directive.
const Prefix = "//retry:"

// looksLike matches a comment that somebody may have meant as a directive. Only with
// "retry" and a colon may it have spaces before, because prose has one.
var looksLike = regexp.MustCompile(`^(?i:(?://|/\*)\s*[@+]?(?:go:)?retry\s*:|//[@+]?(?:go:)?(?:retry|retries|retrygen)[\s:=./-])\s*([\w-]*)`)

// NearMiss returns the word in the place of the verb, in lower case, of a comment that
// looks like a directive but is not one, and the verb that the word most likely means.
// The verb is "" when nobody can have meant a directive.
func NearMiss(comment string) (word, verb string) {
	m := looksLike.FindStringSubmatch(comment)
	if m == nil {
		return "", ""
	}
	word = strings.ToLower(m[1])
	return word, Suggest(word, verbNames())
}

// Mentions reports whether a Go file may have a directive, or a comment that NearMiss
// knows. Most files of a module do not, and need no reading.
func Mentions(file []byte) bool {
	lower := bytes.ToLower(file)
	for from := 0; ; {
		i := bytes.Index(lower[from:], []byte("retr"))
		if i < 0 {
			return false
		}
		start := from + i
		from = start + len("retr")
		before := bytes.TrimSuffix(bytes.TrimRight(lower[:start], "@+"), []byte("go:"))
		before = bytes.TrimRight(before, "@+ \t\r\n")
		if !bytes.HasSuffix(before, []byte("//")) && !bytes.HasSuffix(before, []byte("/*")) {
			continue
		}
		if comment := lower[len(before)-len("//"):]; looksLike.Match(comment) {
			return true
		}
	}
}
