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

// Count returns a number of things in words: 1 call, 2 calls, 3 successes.
func Count(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "s"):
		return strconv.Itoa(n) + " " + noun + "es"
	default:
		return strconv.Itoa(n) + " " + noun + "s"
	}
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
