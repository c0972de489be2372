package policy

import (
	"time"

	"github.com/retrygen/retrygen/internal/grammar"
)

// Timeout says how long an attempt and a whole call may take. Both are bounds of
// time to return; zero is no bound.
type Timeout struct {
	Attempt time.Duration // each attempt
	Total   time.Duration // all attempts with the waits between them
	Off     bool          // "timeout off": no bound at all, the other fields are not read
}

func putTimeout(v grammar.Values) Timeout {
	return Timeout{Attempt: v.Duration("attempt"), Total: v.Duration("total")}
}

func getTimeout(t Timeout) grammar.Values {
	v := grammar.Values{}
	if t.Attempt != 0 {
		v["attempt"] = t.Attempt
	}
	if t.Total != 0 {
		v["total"] = t.Total
	}
	return v
}

func (t Timeout) lacks(m Method) []string {
	if m.Context {
		return nil
	}
	return []string{"a timeout needs a context, and the method has none"}
}
