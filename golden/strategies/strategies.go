// Package strategies has a method for each strategy and each kind of jitter. So every
// literal of package backoff is written once with given values and once with defaults.
package strategies

// Steps is called by its test with fixed numbers of failures.
type Steps interface {
	//retry:simple delay=10ms
	Simple() error

	//retry:linear attempts=4 base=10ms
	Linear() error

	//retry:incremental attempts=4 base=10ms step=5ms
	Incremental() error

	//retry:exponential attempts=5 base=10ms factor=3 max=100ms
	Exponential() error

	//retry:randomized-exponential attempts=4 base=10ms spread=12.5%
	RandomizedExponential() error

	//retry:linear-jitter attempts=4 base=10ms spread=50%
	LinearJitter() error

	//retry:exponential-jitter attempts=4 base=10ms min=1ms
	FullJitter() error

	//retry:exponential-jitter attempts=4 base=10ms jitter=equal
	EqualJitter() error

	//retry:exponential-jitter attempts=4 base=10ms jitter=decorrelated max=90s
	DecorrelatedJitter() error

	//retry:fibonacci attempts=6 base=10ms max=1h
	Fibonacci() error

	//retry:schedule 10ms 1s 1m30s max=2m
	Schedule() error

	//retry:exponential
	Defaults() error
}
