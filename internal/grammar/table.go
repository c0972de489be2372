package grammar

import (
	"strconv"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/breaker"
)

// Rows of keys that several strategies have.
var (
	attemptsKey = Key{Name: "attempts", Kind: KindAttempts, Default: "3", Help: "all tries, the first one included"}
	baseKey     = Key{Name: "base", Kind: KindDelay, Default: "100ms", Help: "the delay before the first retry; max is not shorter"}
	factorKey   = Key{Name: "factor", Kind: KindFactor, Default: "2", Help: "what a delay is multiplied by to get the next"}
	maxKey      = Key{Name: "max", Kind: KindDuration, Default: "10s", Help: "no wait is longer, not even one that a server asks for"}
)

// jitterNames are what the key jitter takes.
var jitterNames = []string{backoff.FullJitter.String(), backoff.EqualJitter.String(), backoff.DecorrelatedJitter.String()}

// spreadKey returns the row of the key spread, whose default differs.
func spreadKey(def string) Key {
	return Key{Name: "spread", Kind: KindPercentage, Default: def, Help: "how far below and above its middle a delay may be"}
}

// verbs is the table of the grammar. The parser, the printer, the help, the
// reference and the generator read it; a verb that is not in it does not exist.
var verbs = []*Verb{
	{
		Name: "simple", Concern: ConcernStrategy, Place: OnType | OnMethod,
		Keys: []Key{
			attemptsKey,
			{Name: "delay", Kind: KindDelay, Default: "1s", Help: "the delay before each retry; max is not shorter"},
			maxKey,
		},
		Help:    "the same delay before each retry",
		Meaning: "Waits `delay` before each retry. For a dependency that is known to be back after some time.",
		Example: "simple attempts=3 delay=200ms",
		Numeric: true,
		relate:  relateSimple,
	},
	{
		Name: "linear", Concern: ConcernStrategy, Place: OnType | OnMethod,
		Keys:    []Key{attemptsKey, baseKey, maxKey},
		Help:    "base, 2·base, 3·base, ...",
		Meaning: "Waits `base`·n before retry n.",
		Example: "linear attempts=3 base=50ms",
		Numeric: true,
		relate:  relateBase,
	},
	{
		Name: "incremental", Concern: ConcernStrategy, Place: OnType | OnMethod,
		Keys: []Key{
			attemptsKey, baseKey,
			{Name: "step", Kind: KindDelay, Default: "100ms", Help: "what is added to a delay to get the next"},
			maxKey,
		},
		Help:    "base, base + step, base + 2·step, ...",
		Meaning: "Waits `base` + (n-1)·`step` before retry n: like `linear`, with a first delay of its own.",
		Example: "incremental attempts=4 base=50ms step=200ms",
		Numeric: true,
		relate:  relateBase,
	},
	{
		Name: "exponential", Concern: ConcernStrategy, Place: OnType | OnMethod,
		Keys:    []Key{attemptsKey, baseKey, factorKey, maxKey},
		Help:    "base, base·factor, base·factor², ...",
		Meaning: "Waits `base`·`factor`^(n-1) before retry n.",
		Example: "exponential attempts=5 base=100ms max=2s",
		Numeric: true,
		relate:  relateBase,
	},
	{
		Name: "randomized-exponential", Concern: ConcernStrategy, Place: OnType | OnMethod,
		Keys:    []Key{attemptsKey, baseKey, factorKey, maxKey, spreadKey("50%")},
		Help:    "exponential, each delay spread around its middle",
		Meaning: "Draws each delay evenly from (1 - `spread`) to (1 + `spread`) times that of `exponential`. The middle stops growing at `max`/(1 + `spread`), so that delays stay spread out when they have reached `max`.",
		Example: "randomized-exponential attempts=5 spread=30%",
		Numeric: true,
		relate:  relateBase,
	},
	{
		Name: "linear-jitter", Concern: ConcernStrategy, Place: OnType | OnMethod,
		Keys:    []Key{attemptsKey, baseKey, maxKey, spreadKey("25%")},
		Help:    "linear, each delay spread around its middle",
		Meaning: "Draws each delay evenly from (1 - `spread`) to (1 + `spread`) times that of `linear`, whose growth stops at `max`/(1 + `spread`).",
		Example: "linear-jitter attempts=4 base=200ms",
		Numeric: true,
		relate:  relateBase,
	},
	{
		Name: "exponential-jitter", Concern: ConcernStrategy, Place: OnType | OnMethod,
		Keys: []Key{
			attemptsKey, baseKey, factorKey, maxKey,
			{Name: "jitter", Kind: KindChoice, Choices: jitterNames, Default: "full", Help: "what the delay is drawn from"},
			{Name: "min", Kind: KindDelay, Default: "0s", Help: "no delay is shorter; with jitter=full only"},
		},
		Help: "a draw below the exponential delay; when in doubt, take this one",
		Meaning: "With e the delay of `exponential`: `jitter=full` draws from `min` to e, `jitter=equal` from e/2 to e, and `jitter=decorrelated` from `base` to three times the delay before it, `max` at most; it does not take `factor`. " +
			"The names and the first two forms are those of \"Exponential Backoff And Jitter\" in the AWS Architecture Blog. Of the three `full` spreads many clients best, and `equal` never waits less than half.",
		Example: "exponential-jitter attempts=4 base=100ms max=2s",
		Numeric: true,
		relate:  relateExponentialJitter,
	},
	{
		Name: "fibonacci", Concern: ConcernStrategy, Place: OnType | OnMethod,
		Keys:    []Key{attemptsKey, baseKey, maxKey},
		Help:    "base times 1, 1, 2, 3, 5, ...",
		Meaning: "Waits `base` times the n-th Fibonacci number before retry n: grows by 1.6 or so, slower than `exponential` with its default factor.",
		Example: "fibonacci attempts=6 base=50ms",
		Numeric: true,
		relate:  relateBase,
	},
	{
		Name: "schedule", Concern: ConcernStrategy, Place: OnType | OnMethod,
		Keys: []Key{maxKey}, Words: Durations, Args: "DELAY...",
		Help:    "the delays that are listed",
		Meaning: "Waits the delays of the list, one before each retry; there is one attempt more than there are delays. A delay is `0s` or more, and `max` at most.",
		Example: "schedule 100ms 500ms 2s",
		Numeric: true,
		relate:  relateSchedule,
	},
	{
		Name: "none", Concern: ConcernNone, Place: OnMethod,
		Help:    "no retry, timeout, breaker or budget: straight through",
		Meaning: "Switches off all that the interface says. It stands alone.",
		Example: "none",
		Numeric: true,
	},
	{
		Name: "timeout", Concern: ConcernTimeout, Place: OnType | OnMethod,
		Keys: []Key{
			{Name: "attempt", Kind: KindDuration, Help: "for each attempt"},
			{Name: "total", Kind: KindDuration, Help: "for the whole call with its waits; attempt is not longer"},
		},
		Needs: true, Off: true,
		Help: "deadlines for an attempt and for the call",
		Meaning: "Needs a method with a context. An attempt that runs into its own deadline may be retried; the one for the whole call ends it, and no wait is begun that would go beyond. " +
			"Both bound the time to return. Results that are more than plain data, such as a reader or a response, go on with the caller's context alone, and the context of the attempt is ended when they are closed: interfaces with `Close` and the bodies of responses are wrapped for that. An `io.ReadCloser` and a body stay an `io.Writer`, an `io.WriterTo` and an `io.Seeker`, other methods that the result's type does not list are hidden; interfaces of `net`, `database/sql/driver`, `io/fs` and `mime/multipart` are not wrapped. What nobody can intercept (channels, iterators, structs, what is never closed) has its context until the caller's ends; `*sql.Rows`, `*sql.Row` and `*sql.Tx` until nothing refers to them any more. A result that comes although its timeout has just passed is returned, with a context that has ended.",
		Example: "timeout attempt=1s total=5s",
		Numeric: true,
		relate:  relateTimeout,
	},
	{
		Name: "breaker", Concern: ConcernBreaker, Place: OnType | OnMethod,
		Keys: []Key{
			{Name: "failures", Kind: KindCount, Default: strconv.Itoa(breaker.DefaultFailures), Help: "opens at this many failures in a row; not with rate"},
			{Name: "rate", Kind: KindShare, Help: "opens at this share of failures in the window"},
			{Name: "slow", Kind: KindDuration, Help: "how long a call takes that is slow"},
			{Name: "slow-rate", Kind: KindShare, Help: "opens at this share of slow calls in the window"},
			{Name: "min", Kind: KindCount, Default: strconv.Itoa(breaker.DefaultMin), Help: "calls in the window at least, for rate and slow-rate"},
			{Name: "window", Kind: KindWindow, Default: FormatDuration(breaker.DefaultWindow), Help: "how far they look back: a time, or a number of calls"},
			{Name: "cooldown", Kind: KindDuration, Default: FormatDuration(breaker.DefaultCooldown), Help: "how long it refuses before it lets a probe through"},
			{Name: "max-cooldown", Kind: KindDuration, Help: "up to which the cooldown doubles each time a probe fails; cooldown or longer"},
			{Name: "probes", Kind: KindCount, Default: strconv.Itoa(breaker.DefaultProbes), Help: "how many calls it lets through at once after the cooldown"},
			{Name: "successes", Kind: KindCount, Default: strconv.Itoa(breaker.DefaultSuccesses), Help: "successful probes in a row that close it"},
			{Name: "key", Kind: KindGo, Help: "a breaker for each value of it"},
		},
		Off:  true,
		Help: "stops calling a dependency that fails again and again",
		Meaning: "On an interface all methods share one breaker, because it guards one dependency; on a method it is the method's own. The interface's does not stop `Close()`, because a refused Close leaks what it would have closed. It counts failures in a row, however far apart, and any success starts the count anew. " +
			"With `rate` it opens instead when at least that share of the calls in the window has failed, as soon as there are `min` of them; with `slow` and `slow-rate`, also when so many of them took so long, and a slow probe is one that has failed; a `slow` that is longer than the timeouts of all its calls is an error. A window of time reaches back for its length, to a tenth of it; one of calls is exact. " +
			"While it is open, calls are refused at once. After `cooldown` it is half-open: it lets `probes` calls through at a time, closes after `successes` of them in a row, and opens again at one failure. With `max-cooldown`, opening k in a row lasts for `cooldown`·2^(k-1), `max-cooldown` at most, less a random part of up to a quarter; without, for `cooldown` each time. " +
			"With `key=NAME` each value has a breaker, for a dependency that is many: tenants, shards, hosts. `NAME` is a parameter that is a string, a number or a bool, or of a type made of one, whose methods are not asked; or a func of all the method's parameters that returns a string, with a variadic one as it is or as a slice; on an interface it may name a parameter that only some methods have, and the others are under no breaker. Only keys that have failed take memory, 1024 at most (`retry.Options.BreakerKeys`), and those beyond share one, by which `Group.Breaker` forces and switches them all.",
		Example: "breaker failures=5 cooldown=30s",
		Numeric: true,
		relate:  relateBreaker, lacks: lackInBreaker,
	},
	{
		Name: "budget", Concern: ConcernBudget, Place: OnType | OnMethod,
		Keys: []Key{
			{Name: "ratio", Kind: KindPercentage, Default: "10%", Help: "how much of a token a call that ends well gives back"},
			{Name: "burst", Kind: KindCount, Default: "100", Help: "how many tokens the bucket holds"},
		},
		Off:  true,
		Help: "bounds the retries to a share of the calls that end well; on by default",
		Meaning: "A bucket of `burst` tokens, full at first. A retry takes a token, and is not made when there is none; a first attempt takes nothing and is never refused. Time does not refill the bucket, only success does: a dependency that is down gets no more than `burst` retries from a wrapper, however long it is down. " +
			"Without the verb each wrapper has the budget of the defaults. `budget off` is no bound, which `attempts=unlimited` needs.",
		Example: "budget ratio=20% burst=50",
		Numeric: true,
	},
	{
		Name: "on", Concern: ConcernOn, Place: OnType | OnMethod,
		Words: GoNames, Off: true, Args: "NAME...",
		Help:    "retry only errors that match a name: one of Go, or transient, unsent or timeout",
		Meaning: onMeaning,
		Example: "on ErrBusy sql.ErrConnDone transient",
	},
	{
		Name: "not", Concern: ConcernNot, Place: OnType | OnMethod,
		Words: GoNames, Off: true, Args: "NAME...",
		Help:    "never retry errors that match one of the names; wins over on",
		Meaning: "The names are those that `on` takes. An error that matches is an answer: the dependency works, and its breaker counts a success. On a method, or beside a preset, it is the exception from an `on`; in one place with it, no name may be in both.",
		Example: "not ErrDeclined",
	},
	{
		Name: "result", Concern: ConcernResult, Place: OnType | OnMethod,
		Words: GoNames, One: true, Off: true, Args: "FUNC",
		Help:    "also another attempt when a func says that the result is not good yet",
		Meaning: "For polling. `FUNC` takes all results of the method, the error included, and returns a bool: true is not good yet. Another attempt follows after the strategy's delay, without a token of the budget, and for the breaker the call is a success. When no attempt is left, the caller gets the last results and a `*retry.Error` with `retry.ErrExhausted`. Results that are not good are closed, the last ones too, where they have a `Close()` or `Close() error`.",
		Example: "result stillRunning",
	},
	{
		Name: "hedge", Concern: ConcernHedge, Place: OnType | OnMethod,
		Keys: []Key{
			{Name: "after", Kind: KindDuration, Help: "how long an attempt may be without an answer before a copy of it is started"},
			{Name: "max", Kind: KindCount, Default: "1", Help: "copies of an attempt, each started `after` later than the one before"},
		},
		Off:  true,
		Help: "starts a copy of an attempt that is late; the first success wins",
		Meaning: "For calls that may be made twice, to a dependency that is now and then slow: with `after` at its 95th percentile, one call in twenty is made twice. The losers are cancelled. An attempt that fails before `after` is retried by the strategy and not copied. Each copy asks the breaker, takes a token of the budget and a place under the limit, and has an attempt timeout of its own; without one of them no copy is made. " +
			"The attempts run on goroutines of their own, so that a method which does not heed its context may still run when the call has returned; a panic then ends the program. There are no copies inside the retries of a wrapper further up, nor under `retry.WithoutRetry`. Needs a method with a context, and an `after` that is shorter than the timeouts. Results that are not taken are closed, where they have a `Close()` or `Close() error`.",
		Example: "hedge after=50ms",
		Numeric: true,
		lacks:   lackInHedge,
	},
	{
		Name: "limit", Concern: ConcernLimit, Place: OnType | OnMethod,
		Keys: []Key{
			{Name: "concurrent", Kind: KindCount, Help: "attempts under way at a time"},
			{Name: "rate", Kind: KindRate, Help: "attempts begun in a second, minute or hour"},
			{Name: "burst", Kind: KindCount, Help: "attempts begun at once after a quiet time; without, as many as the rate names"},
			{Name: "wait", Kind: KindDuration, Help: "for a place; without, an attempt that is one too many is refused at once"},
		},
		Off:  true,
		Help: "bounds the attempts under way and their rate",
		Meaning: "On an interface all methods share the limit, on a method it is the method's own. An attempt that finds no place within `wait` is refused with a `*retry.LimitError`: it is not retried, and the breaker does not hear of it. No wait for a turn is begun that would go beyond the deadline, and who has waited asks the breaker again. " +
			"The rate is that of the generic cell rate algorithm: evenly spaced, with up to `burst` at once.",
		Example: "limit concurrent=20 rate=100/s wait=50ms",
		Numeric: true,
		lacks:   lackInLimit,
	},
	{
		Name: "fallback", Concern: ConcernFallback, Place: OnMethod,
		Words: GoNames, One: true, Args: "FUNC",
		Help: "what is called when the call has failed for good",
		Meaning: "`FUNC` is a func of the method's parameters and the error, with the method's results, or another method of the interface with the same signature, which is called with what is in force for it; a func takes a variadic parameter as a slice. It is not called when the caller has cancelled. When it fails too, the caller gets both errors, joined. " +
			"A parameter that the attempts may have used up would be empty for it, which is an error, as it is for retries: say `rewind` or `reuse`. Where the context comes from an `*http.Request`, the fallback gets a request of its own, with a body from `GetBody`, or the original's where no attempt was made; without `GetBody` reading the body is an error.",
		Example: "fallback cachedBalance",
	},
	{
		Name: "rewind", Concern: ConcernRewind, Place: OnMethod,
		Words: Parameters, Args: "PARAMETER...",
		Help:    "this io.Seeker goes back to where it stood, before each retry and the fallback",
		Meaning: "For a body that is a file or a buffer. A parameter that cannot be put back ends the call with the error of its Seek and the method's last one, and there is no fallback then. It is an error on a method with one attempt and no fallback.",
		Example: "rewind body",
	},
	{
		Name: "idempotency-key", Concern: ConcernIdempotencyKey, Place: OnType | OnMethod,
		Off:     true,
		Help:    "one random key for all attempts of a call, in the context",
		Meaning: "The method gets the key with `retry.IdempotencyKey(ctx)` and sends it along, so that the server can drop what it has done before. A key that the caller has set with `retry.WithIdempotencyKey` is taken instead. Needs a method with a context.",
		Example: "idempotency-key",
	},
	{
		Name: "reuse", Concern: ConcernReuse, Place: OnMethod,
		Words: Parameters, Args: "PARAMETER...",
		Help:    "this reader or channel may be handed over again",
		Meaning: "A method that is retried, hedged or has a fallback must not have a parameter that the first attempt uses up: that is an error. Such a parameter is an `io.Reader`, a channel to receive from unless of `struct{}`, an `*http.Request` beside the parameter that carries the context, or a slice, an array or a variadic of these. This is your word that the parameters named can be handed to each attempt and to the fallback as they are. For one that nothing uses up, or that `rewind` puts back, it is an error.",
		Example: "reuse body",
	},
	{
		Name: "wrap", Concern: ConcernWrap, Place: OnType,
		Keys: []Key{
			{Name: "name", Kind: KindName, Help: "the wrapper's type; without, Resilient and the interface's name"},
			{Name: "file", Kind: KindFile, Help: "the file it is written to, beside the source"},
		},
		Needs:   true,
		Help:    "the name and the file of the generated wrapper",
		Meaning: "For where the usual ones do not suit, or are taken: by a declaration or an import of the package, or by the wrapper of another interface. The constructor is `New` and the name, or `new` and the name where that is unexported.",
		Example: "wrap name=RetryingClient file=client_gen.go",
	},
	{
		Name: "preset", Concern: ConcernPreset, Place: OnPackage,
		Words: PresetName, Args: "NAME DIRECTIVE; ...",
		Help:    "a name for directives, to use in the whole package",
		Meaning: presetMeaning,
		Example: "preset fast exponential attempts=2 base=50ms; timeout total=1s",
	},
	{
		Name: "use", Concern: ConcernUse, Place: OnType | OnMethod,
		Words: PresetName, Args: "NAME",
		Help: "the directives of a preset, as if they were written here",
		Meaning: "A directive that is written beside it is the exception: it replaces what the preset says of the same concern. Several presets may be used in one place when they say different concerns. " +
			"On a method they replace those concerns of the interface, as any directive there does, and what the method cannot honour is an error.",
		Example: "use fast",
	},
}

const onMeaning = "A name is `Ident` or `pkg.Ident`, as the file of the interface would write it. A variable or constant that is an error matches by `errors.Is`; an error type matches by `errors.As`, as a value and as a pointer; a `func(error) bool` is called. Three words are built in, and a name of the package that is spelled like one is refused: " +
	"`transient` (attempt timeouts, network timeouts, connections refused, reset, aborted or broken, an unexpected EOF, temporary DNS failures, and errors whose method `Retryable() bool` says yes), " +
	"`unsent` (the request has not left: connections refused, errors of dialling, temporary DNS failures, and errors whose method `SafeToRetry() bool` says yes; a driver's is believed, so wrap the error of a COMMIT, which may have arrived, in one that says no) and `timeout`. " +
	"Without `on` all errors are retried, but not the answers: " +
	"`retry.Permanent`, `io.EOF`, the errors of io/fs that something exists, does not exist or is not permitted, `net.ErrClosed`, a DNS name that does not exist, and errors whose method `Retryable() bool` says no."

const presetMeaning = "May be in any file of the package, with a blank line between it and the next declaration. A name is letters, digits, `-` and `_`, with a letter first, and not that of a verb. " +
	"The directives are separated by semicolons, and each may stand on an interface and on a method: `none`, `wrap`, `reuse`, `preset` and `use` have no place in a preset. " +
	"The names in `on` and `not` are Go as the file with the preset would write it. A preset that nothing uses is checked all the same."
