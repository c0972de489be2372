package policy

import (
	"cmp"
	"time"

	"github.com/retrygen/retrygen/internal/grammar"
)

// Hedge starts a copy of an attempt that has not answered yet, and takes the first
// success.
type Hedge struct {
	After time.Duration // how long an attempt may be without an answer before a copy is started; zero: no hedge
	Max   int           // copies beside the attempt, each After later than the one before; zero: 1
	Off   bool          // "hedge off": no copies, the other fields are not read
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
