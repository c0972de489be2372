package retry

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
)

// A history is a policy and all that its calls meet, drawn from a seed. Both runs of the
// lock-step test go through it.
type history struct {
	seed   uint64
	text   string // of the policy
	policy policy.Policy
	keyed  bool
	heard  int // which hooks there are
	health float64
	calls  []historyCall
}

type historyCall struct {
	begins   time.Duration
	key      uint64
	deadline time.Duration // by the same clock as begins; zero for none
}

// newHistory draws a history. All times are drawn to the nanosecond, so that no two events
// fall on one moment by chance: who comes first then is not defined.
func newHistory(seed uint64) *history {
	d := draw{rand.New(rand.NewPCG(seed, 1))}
	h := &history{seed: seed, keyed: d.one(4), heard: d.IntN(4), health: d.Float64()}
	for {
		h.text = d.policy()
		var err error
		if h.policy, err = policy.Parse(h.text); err == nil && h.policy.Check() == nil && !h.ties() {
			break
		}
	}
	at := time.Duration(0)
	pace := time.Duration(1) << (10 + d.IntN(20)) // a microsecond to a second
	for range 1 + d.IntN(20) {
		at += d.between(1, pace)
		c := historyCall{begins: at, key: d.Uint64N(3)}
		switch {
		case d.one(20):
			c.deadline = at // it has passed when the call begins
		case d.one(3):
			c.deadline = at + d.between(time.Millisecond, 2*time.Second)
		}
		h.calls = append(h.calls, c)
	}
	return h
}

// ties reports whether goroutines of a real run would meet at one moment, and the result would
// depend on which is quicker: a call that gets the place of another one asks the breaker
// while that one, or a copy of it, reports to the breaker or asks it again.
func (h *history) ties() bool {
	p := &h.policy
	simple, ok := p.Retry.Strategy.(backoff.Simple)
	atOnce := ok && simple.Interval == 0
	return p.Limit.Concurrent > 0 && (h.hedges() || atOnce) && (p.Limit.Wait > 0 && p.Breaker != (policy.Breaker{}) || h.hedges() && atOnce)
}

func (h *history) hedges() bool { return h.policy.Hedge.After > 0 }

// answer returns how long the dependency takes for an attempt, and what it returns. The
// same attempt always gets the same answer.
func (h *history) answer(call, attempt, number int) (takes time.Duration, err error) {
	d := draw{rand.New(rand.NewPCG(h.seed, uint64(call)<<40|uint64(attempt)<<20|uint64(number)+2))}
	takes = d.between(1, 1<<(15+d.IntN(15))) // up to a second
	if d.Float64() < h.health {
		return takes, nil
	}
	return takes, historyErrors[d.IntN(len(historyErrors))]
}

// historyErrors are the errors of the dependency. The first ones are usual, so they come
// more often.
var historyErrors = []error{
	errFlaky, errFlaky, errFlaky, errFlaky,
	fmt.Errorf("read: %w", errFlaky),
	repliedError{status: 404}, repliedError{status: 409}, repliedError{status: 429}, repliedError{status: 501},
	repliedError{status: 503}, repliedError{status: 504},
	repliedError{503, 137*time.Millisecond + 113},
	repliedError{429, time.Hour},
	Permanent(errFlaky),
	&pending{},
	&pending{errors.New("still running")},
	breaker.ErrOpen,
	context.DeadlineExceeded,
	context.Canceled,
	&Error{Method: "Below.Get", Attempts: 3, Cause: ErrExhausted, Last: errFlaky},
	&LimitError{Name: "Below"},
}

// A repliedError is the error of a server that may say when to come back.
type repliedError struct {
	status int
	after  time.Duration
}

func (e repliedError) Error() string             { return fmt.Sprint("status ", e.status) }
func (e repliedError) HTTPStatusCode() int       { return e.status }
func (e repliedError) RetryAfter() time.Duration { return e.after }

// A draw draws the parts of a history.
type draw struct{ *rand.Rand }

// one reports true in one of n cases.
func (d draw) one(n int) bool { return d.IntN(n) == 0 }

func (d draw) between(least, most time.Duration) time.Duration {
	return least + time.Duration(d.Int64N(int64(most-least)+1))
}

// delay draws a time for a policy.
func (d draw) delay(least, most time.Duration) string { return d.between(least, most).String() }

func (d draw) pick(from ...string) string { return from[d.IntN(len(from))] }

const milli = time.Millisecond

// policy draws the text of a policy, which may be wrong.
func (d draw) policy() string {
	var parts []string
	waits := ""
	if d.one(2) {
		waits = " wait=" + d.delay(milli, 300*milli)
	}
	if !d.one(5) {
		parts = append(parts, d.strategy())
	}
	if d.one(2) {
		parts = append(parts, d.pick("timeout attempt="+d.delay(milli, 300*milli), "timeout total="+d.delay(milli, 2000*milli),
			"timeout attempt="+d.delay(milli, 300*milli)+" total="+d.delay(300*milli, 2000*milli)))
	}
	if d.one(2) {
		parts = append(parts, d.breaker())
	}
	if d.one(2) {
		parts = append(parts, d.pick("budget", "budget off", fmt.Sprintf("budget ratio=%d%% burst=%d", 1+d.IntN(100), 1+d.IntN(5))))
	}
	if d.one(2) {
		parts = append(parts, "limit"+d.pick(
			fmt.Sprintf(" concurrent=%d", 1+d.IntN(4)),
			fmt.Sprintf(" rate=%d/s burst=%d", 1+d.IntN(50), 1+d.IntN(5)),
			fmt.Sprintf(" concurrent=%d rate=%d/s burst=%d", 1+d.IntN(3), 1+d.IntN(60), 1+d.IntN(3)))+waits)
	}
	if d.one(3) {
		parts = append(parts, fmt.Sprintf("hedge after=%s max=%d", d.delay(milli, 200*milli), 1+d.IntN(3)))
	}
	return strings.Join(parts, "; ")
}

func (d draw) strategy() string {
	attempts := fmt.Sprintf(" attempts=%d", 1+d.IntN(6))
	base := " base=" + d.delay(milli, 200*milli)
	most := " max=" + d.delay(200*milli, 1000*milli)
	spread := fmt.Sprintf(" spread=%d%%", 1+d.IntN(99))
	factor := fmt.Sprintf(" factor=%d.%d", 1+d.IntN(3), d.IntN(10))
	switch d.IntN(11) {
	case 0:
		return "simple" + attempts + " delay=" + d.delay(milli, 200*milli)
	case 1:
		return "simple" + attempts + " delay=0s"
	case 2:
		return "linear" + attempts + base + most
	case 3:
		return "incremental" + attempts + base + most + " step=" + d.delay(0, 200*milli)
	case 4:
		return "exponential" + attempts + base + most + factor
	case 5:
		return "randomized-exponential" + attempts + base + most + factor + spread
	case 6:
		return "linear-jitter" + attempts + base + most + spread
	case 7:
		return "fibonacci" + attempts + base + most
	case 8:
		return "schedule " + d.delay(milli, 200*milli) + " " + d.delay(0, 200*milli)
	case 9:
		return "exponential-jitter" + attempts + base + most + " jitter=decorrelated"
	}
	return "exponential-jitter" + attempts + base + most + factor + d.pick("", " jitter=equal", " min="+d.delay(0, milli))
}

func (d draw) breaker() string {
	text := "breaker" + d.pick(
		fmt.Sprintf(" failures=%d", 1+d.IntN(5)),
		fmt.Sprintf(" rate=%d%%", 1+d.IntN(99)),
		fmt.Sprintf(" rate=%d%% slow-rate=%d%% slow=%s", 1+d.IntN(99), 1+d.IntN(99), d.delay(milli, 300*milli)),
		fmt.Sprintf(" failures=%d slow-rate=%d%% slow=%s", 1+d.IntN(5), 1+d.IntN(99), d.delay(milli, 300*milli)))
	if strings.Contains(text, "rate") {
		text += fmt.Sprintf(" min=%d", 1+d.IntN(5)) + d.pick("", fmt.Sprintf(" window=%d", 5+d.IntN(20)), " window="+d.delay(milli, 3000*milli))
	}
	cooldown := d.between(milli, 500*milli)
	text += " cooldown=" + cooldown.String()
	if d.one(2) {
		text += " max-cooldown=" + d.delay(cooldown, 2000*milli)
	}
	return text + d.pick("", fmt.Sprintf(" probes=%d successes=%d", 1+d.IntN(3), 1+d.IntN(3)))
}
