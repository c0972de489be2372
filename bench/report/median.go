package report

import (
	"cmp"
	"slices"
)

// Median returns the middle of the values: the higher one if there are two, and zero if
// there are none.
func Median[T cmp.Ordered](values []T) T {
	if len(values) == 0 {
		var none T
		return none
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
