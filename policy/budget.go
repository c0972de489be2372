package policy

import "github.com/retrygen/retrygen/internal/grammar"

// Budget limits retries to a share of the successful calls. It is a bucket of tokens
// that starts full. A retry takes one token, and a success gives Ratio of a token back.
type Budget struct {
	Ratio Ratio // 0 to 100*Percent; zero: a success gives nothing back
	Burst int   // tokens in a full bucket, 1 to 1,000,000; zero with a Ratio: no retries. Each process has its own bucket
	Off   bool  // "budget off": no limit; the other fields do not matter
}

// DefaultBudget returns the budget of a policy that says none, which is also that of
// the text "budget": a ratio of 10% and a burst of 10.
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
