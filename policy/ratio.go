package policy

import "github.com/retrygen/retrygen/internal/grammar"

// A Ratio is a share in parts per million, so that what a text says in percent
// is a whole number and no sum of shares is ever off by a rounding. Write
// 10*policy.Percent for 10%.
type Ratio int32

// Percent is one part in a hundred.
const Percent Ratio = 10_000

// Parts returns the share in parts per million, as breaker.Config has it.
func (r Ratio) Parts() int { return int(r) }

// String returns the share in percent, without trailing zeros: "10%", "12.5%",
// "0.0001%".
func (r Ratio) String() string { return grammar.Ratio(r).String() }
