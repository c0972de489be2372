// Package budgets has a budget that methods share, a method's own budget, and a budget that
// is off. It has no breaker: in package concerns the breaker opens before a method's own
// budget is spent.
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
