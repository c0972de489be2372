package policy

import "github.com/retrygen/retrygen/internal/grammar"

// Budget bounds the retries to a share of the calls that end well. It is a
// bucket of tokens, full at first: a retry takes one, a success gives Ratio of
// one back.
type Budget struct {
	Ratio Ratio // 0 to 100 Percent; zero: a success gives nothing back
	Burst int   // tokens in a full bucket, 1 to 1,000,000; zero beside a Ratio: there are no retries
	Off   bool  // "budget off": retries are not bounded, the other fields are not read
}

// DefaultBudget returns the budget that acts where none is said: what a bare
// "budget" denotes, a ratio of 10% and a burst of 100.
func DefaultBudget() Budget {
	p, _ := Parse("budget") // a test reads it
	return p.Budget
}

func putBudget(v grammar.Values) Budget {
	return Budget{Ratio: Ratio(v.Ratio("ratio")), Burst: v.Count("burst")}
}

func getBudget(b Budget) grammar.Values {
	return grammar.Values{"ratio": grammar.Ratio(b.Ratio), "burst": b.Burst}
}
