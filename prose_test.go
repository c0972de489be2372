package retrygen_test

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// wordings are ways to say something that a reader has to read twice, each with a plain
// one to replace it.
var wordings = []struct{ pattern, plain string }{
	{`without more ado`, "at once"},
	{`is told of (a|an|each|every|all|the)\b`, "is called after"},
	{`, for (it|they|there) (is|are|has|have|guards?|was|were)\b`, "because"},
	{`that there (is|are) not\b`, "that does not exist"},
	{`of (him|her|them) who\b`, "of the caller that"},
	{`\bwho has waited\b`, "after the wait"},
	{`\b(is|are) no (interface|error|package|func|type|method|directive)\b`, "is not a"},
	{`\blooks? at the clock\b`, "reads the clock"},
	{`\bwhoever\b`, "the caller that"},
}

// The comments, messages and pages of all modules are plain English.
func TestProseIsPlain(t *testing.T) {
	var all []string
	for _, w := range wordings {
		all = append(all, w.pattern)
	}
	hard := regexp.MustCompile("(?i)" + strings.Join(all, "|"))
	fine := regexp.MustCompile(`(?i)\bthere (is|are) no\b`)
	for _, path := range written(t) {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		n := 0
		for line := range bytes.Lines(content) {
			n++
			if found := hard.Find(fine.ReplaceAll(line, nil)); found != nil {
				t.Errorf("%s:%d: %q is hard to read; say %q, for example", path, n, found, plainFor(string(found)))
			}
		}
	}
}

func plainFor(found string) string {
	at := slices.IndexFunc(wordings, func(w struct{ pattern, plain string }) bool {
		return regexp.MustCompile("(?i)" + w.pattern).MatchString(found)
	})
	return wordings[at].plain
}

// Articles go by sound: a UserStore, an HTTPClient.
func TestArticles(t *testing.T) {
	for _, path := range written(t) {
		for _, p := range proseOf(t, path) {
			for _, wrong := range wrongArticles(p.text) {
				t.Errorf("%s:%d: %s", path, p.line, wrong)
			}
		}
	}
}

func TestWrongArticles(t *testing.T) {
	assert.Empty(t, wrongArticles("a UserStore, an HTTPClient, an *http.Request, a URL, an S3 client, an OpenError, a unit, "+
		"an unread body, an hour, a one-time key, an `io.Reader`, a JSON object, an UPDATE, a ROLLBACK, for a and b"))
	assert.Equal(t, []string{"an UserStore", "a HTTPClient", "a SQL", "a *http", "an unit", "a hour", "a OpenError", "an JSON"},
		wrongArticles("an UserStore, a HTTPClient, a SQL, a *http.Request, an unit, a hour, a OpenError, an JSON"))
}

// written returns the Go files and the pages of all modules, without this file and without
// what other generators have written.
func written(t *testing.T) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(".", func(path string, entry os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != "." && strings.HasPrefix(entry.Name(), "."):
			return filepath.SkipDir
		case path != "prose_test.go" && !strings.HasSuffix(path, ".gen.go") && slices.Contains([]string{".go", ".md"}, filepath.Ext(path)):
			paths = append(paths, path)
		}
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, len(paths), 100)
	return paths
}

// A passage is a piece of text for people.
type passage struct {
	line int
	text string
}

// proseOf returns the comments of a Go file, or the lines of a page that are not code.
func proseOf(t *testing.T, path string) []passage {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	var list []passage
	if filepath.Ext(path) == ".md" {
		code, n := false, 0
		for line := range strings.Lines(string(content)) {
			n++
			if strings.HasPrefix(line, "```") {
				code = !code
			} else if !code && !strings.HasPrefix(line, "    ") {
				list = append(list, passage{n, line})
			}
		}
		return list
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, content, parser.ParseComments|parser.SkipObjectResolution)
	require.NoError(t, err)
	for _, group := range file.Comments {
		list = append(list, passage{files.Position(group.Pos()).Line, group.Text()})
	}
	return list
}

var article = regexp.MustCompile("\\b([Aa]n?)\\s+([*`\\[]*)([A-Za-z][A-Za-z0-9]+)")

// wrongArticles returns the articles that do not go by the sound of the next word.
func wrongArticles(text string) []string {
	var wrong []string
	for _, m := range article.FindAllStringSubmatch(text, -1) {
		if word := m[3]; !slices.Contains([]string{"and", "or", "is", "in", "of", "as", "at"}, word) &&
			(len(m[1]) == 2) != beginsWithVowel(word) {
			wrong = append(wrong, fmt.Sprintf("%s %s%s", m[1], m[2], word))
		}
	}
	return wrong
}

// Words that do not sound like their first letter, by how they begin.
var (
	likeConsonants = regexp.MustCompile(`^(?i:one|once|eu|uni|uint|us[aeu]|uti|ubi|url|uri|utf|uuid|rest)`)
	likeVowels     = regexp.MustCompile(`^(?i:hour|honest|honou?r|heir|http|html|sql|fs|ssh|xml|rpc|mp3)`)
	unlikeUnit     = regexp.MustCompile(`^(?i:unim|unin)`)
)

// beginsWithVowel reports whether a word sounds as if it began with a vowel. Short words
// in capitals are spelled out.
func beginsWithVowel(word string) bool {
	capitals := len(word) - len(strings.TrimLeftFunc(word, unicode.IsUpper))
	if spelled := capitals > 1 && (capitals < len(word) || len(word) < 5) || unicode.IsDigit(rune(word[1])); spelled {
		return strings.ContainsRune("AEFHILMNORSX", unicode.ToUpper(rune(word[0])))
	}
	switch {
	case likeVowels.MatchString(word), unlikeUnit.MatchString(word):
		return true
	case likeConsonants.MatchString(word):
		return false
	}
	return strings.ContainsRune("aeiouAEIOU", rune(word[0]))
}
