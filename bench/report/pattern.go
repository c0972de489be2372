package report

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Pattern returns the argument of go test -bench that runs what the goals need and little
// else: a contender that one case needs also runs in the others.
func Pattern(goals []Goal) string {
	cases, contenders := make(map[string]bool), make(map[string]bool)
	for _, g := range goals {
		for _, k := range []Key{g.Of, g.Than} {
			if k == (Key{}) {
				continue
			}
			benchmark, _, _ := strings.Cut(k.Case, " ")
			cases[benchmark] = true
			contenders[regexp.QuoteMeta(strings.ReplaceAll(k.Contender, " ", "_"))] = true
		}
	}
	return "^Benchmark(" + either(cases) + ")$/^(" + either(contenders) + ")$"
}

func either(words map[string]bool) string {
	return strings.Join(slices.Sorted(maps.Keys(words)), "|")
}
