package policy

import "time"

// Hedge starts a copy of an attempt that has not answered yet, and takes the first
// success.
type Hedge struct {
	After time.Duration // how long an attempt may be without an answer before a copy is started; zero: no hedge
	Max   int           // copies beside the attempt, each After later than the one before; zero: 1
	Off   bool          // "hedge off": no copies, the other fields are not read
}
