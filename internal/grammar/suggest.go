package grammar

import (
	"math"
	"strings"
)

// Suggest returns the candidate that the word was most likely meant to be, or "" when
// none is near. A near candidate differs by at most one slip for each three letters of
// the word, and by at least one. A slip is a letter that is missing, extra, wrong or
// swapped with its neighbour. Case does not count. Among equally near candidates, the
// first wins.
func Suggest(word string, candidates []string) string {
	lower := []rune(strings.ToLower(word))
	best, least := "", math.MaxInt
	for _, candidate := range candidates {
		other := []rune(strings.ToLower(candidate))
		// A candidate that shares no letter with the word is not near.
		allowed := min(max(1, len(lower)/3), max(len(lower), len(other))-1)
		if n := slips(lower, other); n <= allowed && n < least {
			best, least = candidate, n
		}
	}
	return best
}

// slips counts the single-letter edits between two words: the optimal string
// alignment distance (Damerau 1964, Levenshtein 1966).
func slips(a, b []rune) int {
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		before, above, row = above, row, before
		row[0] = i + 1
		for j := range b {
			wrong := 1
			if a[i] == b[j] {
				wrong = 0
			}
			row[j+1] = min(above[j]+wrong, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(row)-1]
}
