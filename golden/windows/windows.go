// Package windows has breakers that open at a rate of failures or of slow calls, in a
// window of time or of calls, shared by the methods or a method's own.
package windows

//retry:breaker rate=50% min=10 window=30s cooldown=5s
type Windows interface {
	Shared() error
	Sharing() error

	//retry:breaker rate=57% min=100 window=100
	Calls() error

	//retry:breaker slow=2s slow-rate=30% min=5
	Slow() error

	//retry:breaker rate=25.5% slow=100ms slow-rate=80% min=4 window=1m max-cooldown=1m
	Both() error

	//retry:breaker failures=5 slow=1s slow-rate=100% window=20
	InARow() error
}
