package policy

import "github.com/retrygen/retrygen/internal/grammar"

// A Ratio is a share in parts per million. So each percentage of a text is a whole
// number, and sums of shares have no rounding errors. Write 10*policy.Percent for 10%.
type Ratio int32

// Percent is one percent.
const Percent Ratio = 10_000

// Parts returns the share in parts per million, as breaker.Config takes it.
func (r Ratio) Parts() int { return int(r) }

// String returns the share in percent, without trailing zeros: "10%", "12.5%",
// "0.0001%".
func (r Ratio) String() string { return grammar.Ratio(r).String() }
