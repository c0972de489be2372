// Package budgets has a budget that methods share, one of a method's own, and one
// switched off, and no breaker: in package concerns that opens before a method's
// own budget is spent.
package budgets

//retry:simple attempts=3 delay=10ms
//retry:budget ratio=50% burst=4
type Budgets interface {
	One() error
	Two() error

	//retry:budget burst=1
	Own() error

	//retry:budget off
	Off() error

	//retry:none
	None() error
}
