package call

// A Contender is a way to call a Service. Tests check what it promises, and also what it
// does not promise: a contender without a breaker must not refuse.
type Contender struct {
	Name    string // as the benchmark prints it; it has no / and does not end in - and a number
	Wrap    func(next Service) Service
	Retries bool // makes up to Attempts attempts
	Breaks  bool // has a breaker that opens when all calls fail
	Times   bool // gives each attempt a deadline of Timeout
	Lasts   int  // after this many successive calls a new one is needed; 0: never
}

// straight calls the service directly.
var straight = Contender{Name: "direct", Wrap: func(next Service) Service { return next }}

// Success lists the contenders for calls that succeed at once.
var Success = []Contender{
	straight,
	{Name: "hand loop", Wrap: handLoop(Base, Max), Retries: true},
	{Name: "hand loop, no look at the context", Wrap: blindLoop(Base, Max), Retries: true},

	{Name: "retrygen retry", Wrap: wrap(NewResilientRetrying), Retries: true},
	{Name: "retrygen retry+breaker+budget", Wrap: wrap(NewResilientGuarded), Retries: true, Breaks: true},
	{Name: "retrygen retry+breaker+budget+timeout", Wrap: wrap(NewResilientTimed), Retries: true, Breaks: true, Times: true},
	{Name: "retrygen retry+breaker+budget+limit", Wrap: wrap(NewResilientLimited), Retries: true, Breaks: true, Lasts: 1_000_000},
	{Name: "retrygen retry+breaker+budget+hedge", Wrap: wrap(NewResilientHedged), Retries: true, Breaks: true},
	{Name: "retrygen retry+rate-window+budget", Wrap: wrap(NewResilientWindowed), Retries: true, Breaks: true},
	{Name: "retrygen retry+keyed-breaker+budget", Wrap: wrap(NewResilientKeyed), Retries: true, Breaks: true},

	{Name: "eapache breaker", Wrap: eapacheBreaker, Breaks: true},
	{Name: "gobreaker", Wrap: goBreaker, Breaks: true},
	{Name: "hystrix", Wrap: hystrixCommand, Breaks: true},

	{Name: "eapache retrier", Wrap: eapacheRetrier(Base, Max), Retries: true},
	{Name: "sethvargo", Wrap: sethvargo(Base, Max), Retries: true},
	{Name: "cenkalti", Wrap: cenkalti(Base, Max), Retries: true},
	{Name: "avast", Wrap: avast(Base, Max), Retries: true},
	{Name: "avast, shared and without the context", Wrap: avastShared(Base, Max), Retries: true},
	{Name: "gobreaker+cenkalti", Wrap: goBreakerCenkalti(Base, Max), Retries: true, Breaks: true},

	{Name: "failsafe retry", Wrap: failsafeRetry(Base, Max), Retries: true},
	{Name: "failsafe retry+breaker", Wrap: failsafeRetryBreaker(Base, Max), Retries: true, Breaks: true},
	{Name: "failsafe retry+breaker+timeout", Wrap: failsafeRetryBreakerTimeout(Base, Max), Retries: true, Breaks: true, Times: true},
}

// Third lists those for calls that succeed at the third attempt, without a delay.
var Third = []Contender{
	{Name: "hand loop", Wrap: handLoop(0, 0), Retries: true},
	{Name: "hand loop, no look at the context", Wrap: blindLoop(0, 0), Retries: true},
	{Name: "retrygen retry+breaker", Wrap: wrap(NewResilientImmediate), Retries: true, Breaks: true},
	{Name: "eapache retrier", Wrap: eapacheRetrier(0, 0), Retries: true},
	{Name: "sethvargo", Wrap: sethvargo(0, 0), Retries: true},
	{Name: "cenkalti", Wrap: cenkalti(0, 0), Retries: true},
	{Name: "avast", Wrap: avast(0, 0), Retries: true},
	{Name: "gobreaker+cenkalti", Wrap: goBreakerCenkalti(0, 0), Retries: true, Breaks: true},
	{Name: "failsafe retry", Wrap: failsafeRetry(0, 0), Retries: true},
	{Name: "failsafe retry+breaker", Wrap: failsafeRetryBreaker(0, 0), Retries: true, Breaks: true},
}

// Refused lists those for calls that an open breaker refuses.
var Refused = []Contender{
	{Name: "retrygen retry+breaker+budget", Wrap: wrap(NewResilientGuarded), Retries: true, Breaks: true},
	{Name: "retrygen retry+rate-window+budget", Wrap: wrap(NewResilientWindowed), Retries: true, Breaks: true},
	{Name: "eapache breaker", Wrap: eapacheBreaker, Breaks: true},
	{Name: "gobreaker", Wrap: goBreaker, Breaks: true},
	{Name: "gobreaker+cenkalti", Wrap: goBreakerCenkalti(Base, Max), Retries: true, Breaks: true},
	{Name: "failsafe retry+breaker", Wrap: failsafeRetryBreaker(Base, Max), Retries: true, Breaks: true},
	{Name: "hystrix", Wrap: hystrixCommand, Breaks: true},
}

// Timeouts lists those for attempts with a deadline, which does not pass.
var Timeouts = []Contender{
	{Name: "bare context.WithTimeout", Wrap: bareTimeout, Times: true},
	{Name: "hand loop with timeout", Wrap: timedLoop(Base, Max), Retries: true, Times: true},
	{Name: "retrygen timeout", Wrap: wrap(NewResilientOnlyTimed), Times: true},
	{Name: "retrygen retry+breaker+budget+timeout", Wrap: wrap(NewResilientTimed), Retries: true, Breaks: true, Times: true},
	{Name: "failsafe retry+breaker+timeout", Wrap: failsafeRetryBreakerTimeout(Base, Max), Retries: true, Breaks: true, Times: true},
}

// Waits lists those for calls that succeed at the third attempt, after two delays of
// Pause. The system decides how long a wait really takes; the allocations are what counts.
var Waits = []Contender{
	{Name: "hand loop", Wrap: handLoop(Pause, Pause), Retries: true},
	{Name: "retrygen retry+breaker", Wrap: wrap(NewResilientPausing), Retries: true, Breaks: true},
	{Name: "eapache retrier", Wrap: eapacheRetrier(Pause, Pause), Retries: true},
	{Name: "sethvargo", Wrap: sethvargo(Pause, Pause), Retries: true},
	{Name: "cenkalti", Wrap: cenkalti(Pause, Pause), Retries: true},
	{Name: "avast", Wrap: avast(Pause, Pause), Retries: true},
	{Name: "gobreaker+cenkalti", Wrap: goBreakerCenkalti(Pause, Pause), Retries: true, Breaks: true},
	{Name: "failsafe retry", Wrap: failsafeRetry(Pause, Pause), Retries: true},
}
