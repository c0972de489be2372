package policy

import (
	"cmp"
	"time"

	"github.com/retrygen/retrygen/internal/grammar"
)

// Hedge starts copies of an attempt that has no answer yet. The first success wins.
type Hedge struct {
	After time.Duration // starts a copy when an attempt has no answer after this time; zero: no copies
	Max   int           // copies of an attempt, each started After later than the previous one; zero: 1
	Off   bool          // "hedge off": no copies; the other fields do not matter
}

func putHedge(v grammar.Values) Hedge { return Hedge{After: v.Duration("after"), Max: v.Count("max")} }

func getHedge(h Hedge) grammar.Values {
	v := grammar.Values{"max": cmp.Or(h.Max, 1)}
	if h.After != 0 {
		v["after"] = h.After
	}
	return v
}

func (h Hedge) lacks(m Method) []string {
	if m.Hedge {
		return nil
	}
	return []string{"a hedge needs other code: declare one in the source, and regenerate"}
}
