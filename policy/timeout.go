package policy

import (
	"time"

	"github.com/retrygen/retrygen/internal/grammar"
)

// Timeout limits how long an attempt and a whole call may take until the method
// returns. Zero means no limit.
type Timeout struct {
	Attempt time.Duration // of each attempt
	Total   time.Duration // of all attempts and the waits between them
	Off     bool          // "timeout off": no limit; the other fields do not matter
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
