package policy

import (
	"math"
	"slices"
	"time"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/internal/grammar"
)

// This file turns the values of a strategy verb into a Retry and back. On the way back,
// each value is the one that takes effect, because package backoff gives a meaning to
// fields that are zero or out of range.

// maxPrinted is the length up to which the text of a Schedule repeats its last delay.
const maxPrinted = 1000

func attempts(r Retry) int { return max(1, r.Attempts) }

func nonNegative(d time.Duration) time.Duration { return max(0, d) }

// first returns the first delay that takes effect: at most Max, because a text cannot
// have a longer one.
func first(d, most time.Duration) time.Duration { return min(nonNegative(d), capOf(most)) }

// capOf returns the Max that takes effect: zero means no cap.
func capOf(d time.Duration) time.Duration {
	if d <= 0 {
		return math.MaxInt64
	}
	return d
}

func factorOf(f float64) float64 {
	switch {
	case f == 0:
		return 2
	case math.IsNaN(f):
		return 1
	}
	return max(1, f)
}

// spreadOf returns the nearest share that a text can have.
func spreadOf(spread float64) grammar.Ratio {
	if math.IsNaN(spread) {
		return 0
	}
	return grammar.Ratio(math.Round(min(max(spread, 0), 1) * float64(100*grammar.Percent)))
}

func share(r grammar.Ratio) float64 { return float64(r) / float64(100*grammar.Percent) }

// A strategy turns the values of a verb into a backoff.Strategy, and a Retry into values.
// It is not ok when the verb cannot say the Retry.
type strategy struct {
	verb string
	put  func(v grammar.Values) backoff.Strategy
	get  func(r Retry) (v grammar.Values, ok bool)
}

// strategies is the table of strategy verbs. The text of a Retry has the first verb that
// can say it.
var strategies = []strategy{
	{"simple", putSimple, getSimple},
	of("linear", putLinear, getLinear),
	of("incremental", putIncremental, getIncremental),
	of("exponential", putExponential, getExponential),
	of("randomized-exponential", putRandomizedExponential, getRandomizedExponential),
	of("linear-jitter", putLinearJitter, getLinearJitter),
	of("exponential-jitter", putExponentialJitter, getExponentialJitter),
	of("fibonacci", putFibonacci, getFibonacci),
	{"schedule", putSchedule, getSchedule},
}

// of returns the row of a strategy with its own Go type and the key attempts.
func of[S backoff.Strategy](verb string, put func(grammar.Values) S, get func(S) grammar.Values) strategy {
	return strategy{
		verb: verb,
		put:  func(v grammar.Values) backoff.Strategy { return put(v) },
		get: func(r Retry) (grammar.Values, bool) {
			s, ok := r.Strategy.(S)
			if !ok {
				return nil, false
			}
			v := get(s)
			v["attempts"] = attempts(r)
			return v, true
		},
	}
}

// inForce reports whether r has a strategy or retries. The Retry of none has neither.
func (r Retry) inForce() bool { return r.Strategy != nil || r.Attempts > 1 }

func (r Retry) lacks(m Method) []string {
	var reasons []string
	if m.Once != "" && r.Attempts > 1 {
		reasons = append(reasons, "the call cannot be repeated: "+m.Once)
	}
	if !m.Context && r.Attempts == Unlimited {
		reasons = append(reasons, "unlimited attempts need a context to end them, and the method has none")
	}
	return reasons
}

func putRetry(p *Policy, verb string, v grammar.Values) {
	i := slices.IndexFunc(strategies, func(s strategy) bool { return s.verb == verb })
	p.Retry = Retry{v.Count("attempts"), strategies[i].put(v)}
	if delays := v.Delays(); delays != nil {
		p.Retry.Attempts = len(delays) + 1
	}
}

func getRetry(p *Policy) (string, grammar.Values) {
	for _, s := range strategies {
		if v, ok := s.get(p.Retry); ok {
			return s.verb, v
		}
	}
	return "", nil
}

func putSimple(v grammar.Values) backoff.Strategy {
	return backoff.Simple{Interval: v.Duration("delay"), Max: v.Duration("max")}
}

// getSimple also takes schedules without delays, and those that no retry uses. The verb
// schedule cannot say them.
func getSimple(r Retry) (grammar.Values, bool) {
	var s backoff.Simple
	switch is := r.Strategy.(type) {
	case nil:
	case backoff.Simple:
		s = is
	case backoff.Schedule:
		if len(is.Delays) > 0 && attempts(r) > 1 {
			return nil, false
		}
		s.Max = is.Max
	default:
		return nil, false
	}
	return grammar.Values{"attempts": attempts(r), "delay": first(s.Interval, s.Max), "max": capOf(s.Max)}, true
}

func putLinear(v grammar.Values) backoff.Linear {
	return backoff.Linear{Base: v.Duration("base"), Max: v.Duration("max")}
}

func getLinear(s backoff.Linear) grammar.Values {
	return grammar.Values{"base": first(s.Base, s.Max), "max": capOf(s.Max)}
}

func putIncremental(v grammar.Values) backoff.Incremental {
	return backoff.Incremental{Base: v.Duration("base"), Step: v.Duration("step"), Max: v.Duration("max")}
}

func getIncremental(s backoff.Incremental) grammar.Values {
	return grammar.Values{"base": first(s.Base, s.Max), "step": nonNegative(s.Step), "max": capOf(s.Max)}
}

func putExponential(v grammar.Values) backoff.Exponential {
	return backoff.Exponential{Base: v.Duration("base"), Factor: v.Factor("factor"), Max: v.Duration("max")}
}

func getExponential(s backoff.Exponential) grammar.Values {
	return grammar.Values{"base": first(s.Base, s.Max), "factor": factorOf(s.Factor), "max": capOf(s.Max)}
}

func putRandomizedExponential(v grammar.Values) backoff.RandomizedExponential {
	return backoff.RandomizedExponential{
		Base: v.Duration("base"), Factor: v.Factor("factor"), Max: v.Duration("max"), Spread: share(v.Ratio("spread")),
	}
}

func getRandomizedExponential(s backoff.RandomizedExponential) grammar.Values {
	return grammar.Values{
		"base": first(s.Base, s.Max), "factor": factorOf(s.Factor), "max": capOf(s.Max), "spread": spreadOf(s.Spread),
	}
}

func putLinearJitter(v grammar.Values) backoff.LinearJitter {
	return backoff.LinearJitter{Base: v.Duration("base"), Max: v.Duration("max"), Spread: share(v.Ratio("spread"))}
}

func getLinearJitter(s backoff.LinearJitter) grammar.Values {
	return grammar.Values{"base": first(s.Base, s.Max), "max": capOf(s.Max), "spread": spreadOf(s.Spread)}
}

// jitters are the values of the key jitter, except full, which is also what an unknown
// jitter works as.
var jitters = []backoff.Jitter{backoff.EqualJitter, backoff.DecorrelatedJitter}

func putExponentialJitter(v grammar.Values) backoff.ExponentialJitter {
	s := backoff.ExponentialJitter{
		Base: v.Duration("base"), Factor: v.Factor("factor"), Max: v.Duration("max"), Min: v.Duration("min"),
	}
	for _, j := range jitters {
		if j.String() == v.Text("jitter") {
			s.Jitter = j
		}
	}
	return s
}

// getExponentialJitter leaves out the keys that the jitter does not take.
func getExponentialJitter(s backoff.ExponentialJitter) grammar.Values {
	if !slices.Contains(jitters, s.Jitter) {
		s.Jitter = backoff.FullJitter
	}
	v := grammar.Values{"base": first(s.Base, s.Max), "max": capOf(s.Max), "jitter": s.Jitter.String()}
	if s.Jitter == backoff.FullJitter {
		v["min"] = first(s.Min, s.Max)
	}
	if s.Jitter != backoff.DecorrelatedJitter {
		v["factor"] = factorOf(s.Factor)
	}
	return v
}

func putFibonacci(v grammar.Values) backoff.Fibonacci {
	return backoff.Fibonacci{Base: v.Duration("base"), Max: v.Duration("max")}
}

func getFibonacci(s backoff.Fibonacci) grammar.Values {
	return grammar.Values{"base": first(s.Base, s.Max), "max": capOf(s.Max)}
}

func putSchedule(v grammar.Values) backoff.Strategy {
	return backoff.Schedule{Delays: v.Delays(), Max: v.Duration("max")}
}

// getSchedule returns one delay for each retry, as a text needs. Beyond its end, a
// Schedule repeats its last delay. The row simple has taken the schedules without delays
// or retries.
func getSchedule(r Retry) (grammar.Values, bool) {
	s, ok := r.Strategy.(backoff.Schedule)
	retries := attempts(r) - 1
	if !ok || retries > max(maxPrinted, len(s.Delays)) {
		return nil, false
	}
	delays := make([]time.Duration, retries)
	for i := range delays {
		delays[i] = first(s.Delays[min(i, len(s.Delays)-1)], s.Max)
	}
	return grammar.Values{"max": capOf(s.Max)}.WithDelays(delays), true
}
