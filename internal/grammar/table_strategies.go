package grammar

import "github.com/retrygen/retrygen/backoff"

// Rows of keys that several strategies have.
var (
	attemptsKey = Key{Name: "attempts", Kind: KindAttempts, Default: "3", Help: "all attempts, including the first"}
	baseKey     = Key{Name: "base", Kind: KindDelay, Default: "100ms", Help: "the delay before the first retry; at most max"}
	factorKey   = Key{Name: "factor", Kind: KindFactor, Default: "2", Help: "each delay is the previous one times this"}
	maxKey      = Key{Name: "max", Kind: KindDuration, Default: "10s", Help: "the longest delay, even when a server asks for more"}
)

// jitterNames are the values of the key jitter.
var jitterNames = []string{backoff.FullJitter.String(), backoff.EqualJitter.String(), backoff.DecorrelatedJitter.String()}

// spreadKey returns the row of the key spread, whose default differs.
func spreadKey(def string) Key {
	return Key{Name: "spread", Kind: KindPercentage, Default: def, Help: "how far a delay may lie above or below its middle"}
}

var strategyVerbs = []*Verb{
	{
		Name: "simple", Concern: ConcernStrategy, Place: OnType | OnMethod, Numeric: true,
		Keys: []Key{
			attemptsKey,
			{Name: "delay", Kind: KindDelay, Default: "1s", Help: "the delay before each retry; at most max"},
			maxKey,
		},
		Help:    "the same delay before each retry",
		Meaning: "Waits `delay` before each retry. Use it for a dependency that usually recovers within a known time.",
		Example: "simple attempts=3 delay=200ms",
		relate:  relateSimple,
	},
	{
		Name: "linear", Concern: ConcernStrategy, Place: OnType | OnMethod, Numeric: true,
		Keys:    []Key{attemptsKey, baseKey, maxKey},
		Help:    "base, 2·base, 3·base, ...",
		Meaning: "Waits `base`·n before retry n.",
		Example: "linear attempts=3 base=50ms",
		relate:  relateBase,
	},
	{
		Name: "incremental", Concern: ConcernStrategy, Place: OnType | OnMethod, Numeric: true,
		Keys: []Key{
			attemptsKey, baseKey,
			{Name: "step", Kind: KindDelay, Default: "100ms", Help: "each delay is the previous one plus this"},
			maxKey,
		},
		Help:    "base, base + step, base + 2·step, ...",
		Meaning: "Waits `base` + (n-1)·`step` before retry n. It is `linear` with a separate first delay.",
		Example: "incremental attempts=4 base=50ms step=200ms",
		relate:  relateBase,
	},
	{
		Name: "exponential", Concern: ConcernStrategy, Place: OnType | OnMethod, Numeric: true,
		Keys:    []Key{attemptsKey, baseKey, factorKey, maxKey},
		Help:    "base, base·factor, base·factor², ...",
		Meaning: "Waits `base`·`factor`^(n-1) before retry n.",
		Example: "exponential attempts=5 base=100ms max=2s",
		relate:  relateBase,
	},
	{
		Name: "randomized-exponential", Concern: ConcernStrategy, Place: OnType | OnMethod, Numeric: true,
		Keys:    []Key{attemptsKey, baseKey, factorKey, maxKey, spreadKey("50%")},
		Help:    "exponential, each delay spread around its middle",
		Meaning: "Draws each delay evenly between (1 - `spread`) and (1 + `spread`) times the delay of `exponential`. The middle stops growing at `max`/(1 + `spread`), so delays that have reached `max` stay spread out.",
		Example: "randomized-exponential attempts=5 spread=30%",
		relate:  relateBase,
	},
	{
		Name: "linear-jitter", Concern: ConcernStrategy, Place: OnType | OnMethod, Numeric: true,
		Keys:    []Key{attemptsKey, baseKey, maxKey, spreadKey("25%")},
		Help:    "linear, each delay spread around its middle",
		Meaning: "Draws each delay evenly between (1 - `spread`) and (1 + `spread`) times the delay of `linear`. The middle stops growing at `max`/(1 + `spread`).",
		Example: "linear-jitter attempts=4 base=200ms",
		relate:  relateBase,
	},
	{
		Name: "exponential-jitter", Concern: ConcernStrategy, Place: OnType | OnMethod, Numeric: true,
		Keys: []Key{
			attemptsKey, baseKey, factorKey, maxKey,
			{
				Name: "jitter", Kind: KindChoice, Choices: jitterNames, Default: "full", Help: "how to draw the delay",
				Instead: map[string]string{"none": noJitter, "off": noJitter, "no": noJitter, "false": noJitter},
			},
			{Name: "min", Kind: KindDelay, Default: "0s", Help: "the shortest delay; only with jitter=full"},
		},
		Help: "a random delay below that of exponential; when in doubt, use this one",
		Meaning: "Let e be the delay of `exponential`. `jitter=full` draws between `min` and e, and `jitter=equal` between e/2 and e. `jitter=decorrelated` draws between `base` and three times the previous delay, but never more than `max`; it takes no `factor`. " +
			"The names and the first two formulas come from \"Exponential Backoff And Jitter\" in the AWS Architecture Blog. `full` spreads many clients best. `equal` never waits less than half of e.",
		Example: "exponential-jitter attempts=4 base=100ms max=2s",
		relate:  relateExponentialJitter,
	},
	{
		Name: "fibonacci", Concern: ConcernStrategy, Place: OnType | OnMethod, Numeric: true,
		Keys:    []Key{attemptsKey, baseKey, maxKey},
		Help:    "base times 1, 1, 2, 3, 5, ...",
		Meaning: "Waits `base` times the n-th Fibonacci number before retry n. The delays grow by a factor of about 1.6, slower than those of `exponential` with its default factor.",
		Example: "fibonacci attempts=6 base=50ms",
		relate:  relateBase,
	},
	{
		Name: "schedule", Concern: ConcernStrategy, Place: OnType | OnMethod, Numeric: true,
		Keys: []Key{maxKey}, Words: Durations, Args: "DELAY...",
		Help:    "a list of delays",
		Meaning: "Waits the listed delays in order, one before each retry. A call makes one attempt more than there are delays. A delay is at least `0s` and at most `max`.",
		Example: "schedule 100ms 500ms 2s",
		relate:  relateSchedule,
	},
	{
		Name: "none", Concern: ConcernNone, Place: OnMethod, Numeric: true,
		Help:    "no retry, timeout, breaker, budget, limit or hedge: calls pass straight through",
		Meaning: "Switches off everything that the interface says. No other directive may stand next to it.",
		Example: "none",
	},
}

const noJitter = "use exponential, which has no jitter"
