package diag

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Article returns "a" or "an", by the sound of the noun that follows: a UserStore, an
// HTTPClient. The noun is a Go name or a type. The article is "a" if the noun does not
// begin with a letter, because *T is read as a pointer and []T as a slice.
func Article(noun string) string {
	if opensWithVowel(firstWord(noun)) {
		return "an"
	}
	return "a"
}

// firstWord is the first word of a name in camel case: HTTP of HTTPClient, User of
// UserStore.
func firstWord(name string) string {
	runes := []rune(name)
	end := 0
	for end < len(runes) && unicode.IsLetter(runes[end]) {
		switch {
		case end > 0 && unicode.IsUpper(runes[end]) && unicode.IsLower(runes[end-1]):
			return string(runes[:end])
		case end > 1 && unicode.IsLower(runes[end]) && unicode.IsUpper(runes[end-1]):
			return string(runes[:end-1])
		}
		end++
	}
	return string(runes[:end])
}

func opensWithVowel(word string) bool {
	lower := strings.ToLower(word)
	switch {
	case lower == "":
		return false
	case slices.Contains(readAsWords, lower):
	case isSpelled(word):
		return strings.ContainsRune("aefhilmnorsx", rune(lower[0])) // an "ell", an "em", but a "you"
	}
	for _, start := range silentH {
		if strings.HasPrefix(lower, start) {
			return true
		}
	}
	if lower == "one" || lower == "once" || strings.HasPrefix(lower, "eu") || strings.HasPrefix(lower, "ewe") {
		return false
	}
	if lower[0] == 'u' {
		return !soundsLikeYou(lower)
	}
	first, _ := utf8.DecodeRuneInString(lower)
	return strings.ContainsRune("aeioàáâãäåæèéêëìíîïòóôõöø", first)
}

// isSpelled reports whether a word is read letter by letter.
func isSpelled(word string) bool {
	if strings.ToUpper(word) == word || slices.Contains(spelled, strings.ToLower(word)) {
		return true
	}
	return !strings.ContainsAny(strings.ToLower(word), "aeiouy")
}

// soundsLikeYou reports whether the u at the start of a word is that of user. It is if a
// consonant and another vowel follow, unless un means not.
func soundsLikeYou(word string) bool {
	switch {
	case strings.HasPrefix(word, "uint"):
		return true
	case len(word) < 3 || strings.ContainsRune("aeiou", rune(word[1])):
		return false
	}
	for _, prefix := range []string{"una", "une", "uno", "unu", "unin", "unim", "unide", "upo"} {
		if strings.HasPrefix(word, prefix) {
			return strings.HasPrefix(word, "unary") || strings.HasPrefix(word, "unanim")
		}
	}
	return strings.ContainsRune("aeiou", rune(word[2]))
}

var (
	// spelled are words with a vowel that are read letter by letter.
	spelled = []string{"api", "aws", "dao", "id", "io", "ip", "lru", "oidc", "os", "rpc", "udp", "ui", "uid", "uri", "url", "usb", "utc", "utf", "uuid"}

	// readAsWords are initialisms that are read as words.
	readAsWords = []string{"lan", "mac", "nat", "nats", "ram", "raid", "rest", "rom", "saml", "sim", "soap"}

	// silentH are the beginnings of words whose h is silent.
	silentH = []string{"heir", "honest", "honor", "honour", "hour"}
)
