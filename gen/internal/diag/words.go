package diag

import (
	"strconv"
	"strings"
	"time"

	"github.com/retrygen/retrygen/internal/grammar"
)

func DidYouMean(word string, names []string) string {
	if near := grammar.Suggest(word, names); near != "" {
		return "did you mean " + strconv.Quote(near) + "?"
	}
	return ""
}

func Article(noun string) string {
	if strings.ContainsRune("AEIOUaeiou", rune(noun[0])) {
		return "an"
	}
	return "a"
}

func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// Short formats a duration without zero units (1m, not 1m0s) and without digits that no
// reader needs.
func Short(d time.Duration) string {
	if d >= time.Second {
		d = d.Round(time.Millisecond)
	} else if d >= time.Millisecond {
		d = d.Round(time.Microsecond)
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
