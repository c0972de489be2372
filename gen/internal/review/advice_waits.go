package review

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/figures"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// This file has the rules about time: timeouts, delays, windows and cooldowns.

// isBlind reports whether a breaker does not see that calls hang: nothing ends them.
func (s *subject) isBlind() bool {
	return s.m.HasBreaker() && s.m.Ctx != shape.NoContext && !s.m.Waits && s.longest() == 0
}

func (s *subject) blindBreaker() []finding {
	if !s.isBlind() {
		return nil
	}
	return found(s.at(grammar.ConcernBreaker, ""), directive("timeout attempt=DURATION")+", a little longer than the slowest answer that is still of use.",
		"No timeout ends the calls, so an attempt that hangs is never counted, and the breaker stays closed while all callers wait.")
}

// isRemote reports whether a method calls something over a network, as far as the source
// says: it takes a context and is retried, or a library shows it.
func (s *subject) isRemote() bool {
	remote := s.m.Repeats()
	for _, sorter := range s.m.Sorters {
		remote = remote || sorter.Library.Word != "sqlite"
	}
	return remote && s.m.Ctx != shape.NoContext && !s.m.Waits
}

func (s *subject) noTimeout() []finding {
	t := s.p.Timeout
	if t.Attempt > 0 || !s.isRemote() || s.isBlind() || s.p.Retry.Attempts <= 1 && s.longest() > 0 {
		return nil
	}
	why := "No timeout ends an attempt, so one that hangs lasts as long as the caller's context."
	if s.longest() > 0 {
		why = "No timeout ends an attempt, so one that hangs takes the " + diag.Short(s.longest()) + " of the whole call, and no retry follows."
	}
	write := directive("timeout attempt=DURATION")
	if t.Total > 0 {
		write = directive("timeout attempt=DURATION total=%s", diag.Short(t.Total))
	}
	pos := s.atAny(grammar.ConcernTimeout, grammar.ConcernStrategy, grammar.ConcernHedge, grammar.ConcernBreaker, grammar.ConcernLimit)
	return found(pos, write+", a little longer than the slowest answer that is still of use.", why)
}

func (s *subject) noJitter() []finding {
	strategy := s.p.Retry.Strategy
	if s.p.Retry.Attempts <= 1 || s.m.Result != nil || strategy != nil && backoff.Jittered(strategy) {
		return nil
	}
	return found(s.at(grammar.ConcernStrategy, ""), directive("%s", jittered(s.p.Retry)),
		"The delays have no random part, so callers that fail at the same moment come back at the same moment.")
}

// jittered returns a strategy like another one whose delays are random.
func jittered(r policy.Retry) string {
	verb := "exponential-jitter"
	var base, most time.Duration
	if s := r.Strategy; s != nil {
		base, most = s.Delay(1, 0, 0), backoff.Cap(s)
	}
	switch r.Strategy.(type) {
	case backoff.Linear, backoff.Incremental:
		verb = "linear-jitter"
	}
	text := fmt.Sprintf("%s attempts=%d", verb, r.Attempts)
	if r.Attempts == policy.Unlimited {
		text = verb + " attempts=unlimited"
	}
	if base > 0 {
		text += " base=" + diag.Short(base)
	}
	if most > 0 && most < math.MaxInt64 {
		text += " max=" + diag.Short(most)
	}
	return text
}

// timedWindow returns the length of the breaker's window; 0 if it is not one of time.
func (s *subject) timedWindow() time.Duration {
	b := s.p.Breaker
	if b.Rate == 0 && b.SlowRate == 0 || b.WindowCalls > 0 {
		return 0
	}
	return cmp.Or(b.Window, breaker.DefaultWindow)
}

func (s *subject) shortWindow() []finding {
	window, attempt := s.timedWindow(), s.p.Timeout.Attempt
	if window == 0 || attempt == 0 || window >= 2*attempt {
		return nil
	}
	return found(s.at(grammar.ConcernBreaker, "window"), code("window="+diag.Short(2*attempt))+" or longer.",
		fmt.Sprintf("The window of %s is shorter than two attempt timeouts of %s.", diag.Short(window), diag.Short(attempt)),
		"When attempts hang, their failures come so late that the window forgets them before there are enough.")
}

func (s *subject) fewCalls() []finding {
	if s.q.Rate == 0 || s.timedWindow() == 0 {
		return nil
	}
	takes := max(s.longest(), s.q.Latency)
	_, failing, least := figures.InWindow(s.bounded(), s.traffic(takes))
	if failing >= float64(least) {
		return nil
	}
	enough := max(1, int(failing/2))
	return found(s.at(grammar.ConcernBreaker, "min"), code(fmt.Sprintf("min=%d", enough))+", or a longer window.",
		fmt.Sprintf("At %s in each process, the window of %s holds %s attempts, and `min` is %d.", rate(s.q.perProcess()), diag.Short(s.timedWindow()), number(failing), least),
		"So the share of failures never opens the breaker.")
}

func (s *subject) longCooldown() []finding {
	cooldown := cmp.Or(s.p.Breaker.Cooldown, breaker.DefaultCooldown)
	if !s.m.HasBreaker() || s.deadline.After == 0 || cooldown <= s.deadline.After {
		return nil
	}
	return found(s.at(grammar.ConcernBreaker, "cooldown"),
		code(fmt.Sprintf("cooldown=%s max-cooldown=%s", diag.Short(s.deadline.After), diag.Short(max(cooldown, s.p.Breaker.MaxCooldown))))+", which probes early and then less and less often.",
		fmt.Sprintf("The breaker refuses for at least %s, and a caller waits %s.", diag.Short(cooldown), diag.Short(s.deadline.After)),
		"So all callers of that time fail, even if the dependency has been back since the first second.")
}

// rate writes a number of calls in a second.
func rate(perSecond float64) string { return number(perSecond) + "/s" }

// number writes a number with three digits that matter, and none after a zero.
func number(x float64) string {
	text := fmt.Sprintf("%.3g", x)
	if x >= 1000 {
		text = fmt.Sprintf("%.0f", x)
	}
	if strings.Contains(text, ".") && !strings.Contains(text, "e") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}
