package call

//go:generate go tool retrygen .

//retry:preset patient exponential-jitter attempts=4 base=1ms max=10ms
//retry:preset guarded exponential-jitter attempts=4 base=1ms max=10ms; breaker failures=5 cooldown=1h

// Retrying has retries and nothing else.
//
//retry:use patient
//retry:budget off
type Retrying interface{ Service }

// Guarded has what most interfaces should have: retries, a breaker and the default budget.
//
//retry:use guarded
type Guarded interface{ Service }

// Timed is Guarded with a timeout for each attempt.
//
//retry:use guarded
//retry:timeout attempt=1s
type Timed interface{ Service }

// OnlyTimed has a timeout and one attempt.
//
//retry:timeout attempt=1s
type OnlyTimed interface{ Service }

// Limited is Guarded with a limit on the rate. The benchmark calls faster than any rate
// that can be written, so it uses up the burst.
//
//retry:use guarded
//retry:limit rate=1000000/s burst=1000000
type Limited interface{ Service }

// Hedged is Guarded with a copy of an attempt that takes too long.
//
//retry:use guarded
//retry:hedge after=500ms
type Hedged interface{ Service }

// Windowed is Guarded with a breaker that opens at a failure rate.
//
//retry:use patient
//retry:breaker rate=50% min=10 window=10s cooldown=1h
type Windowed interface{ Service }

// Keyed is Guarded with a breaker for each key.
//
//retry:use patient
//retry:breaker failures=5 cooldown=1h key=key
type Keyed interface{ Service }

// Immediate is Guarded without delays, and without a budget, which thousands of failures
// would use up.
//
//retry:simple attempts=4 delay=0s
//retry:breaker failures=5 cooldown=1h
//retry:budget off
type Immediate interface{ Service }

// Pausing is Immediate with a short delay.
//
//retry:simple attempts=4 delay=10us
//retry:breaker failures=5 cooldown=1h
//retry:budget off
type Pausing interface{ Service }
