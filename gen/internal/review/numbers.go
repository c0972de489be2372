package review

import (
	"math"
	"strings"
	"time"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/explain"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/figures"
	"github.com/retrygen/retrygen/policy"
)

// A Load is how many attempts a call makes on average while a share of them fails.
type Load struct {
	Fails    float64 // the share, 0 to 1
	Attempts float64 // of the policy alone; +Inf without a limit
	Budgeted float64 // the same under the budget, after its burst is spent
}

// An Outage is a way in which a dependency can be down. Its figures are of one process.
type Outage struct {
	Hangs bool          // each attempt hangs until a timeout ends it; otherwise it fails
	Takes time.Duration // an attempt

	Breaker      bool // there is one; without it the next four are zero
	Keyed        bool // each key has its own, and the figures are for one key that all calls have
	Never        bool // the breaker never opens
	Opens        time.Duration
	Calls        float64 // that have begun when it opens
	Refused      float64 // share of the calls, while it is open and being probed; 0 if it is not known
	FirstAlone   bool    // Opens counts only first attempts, because the budget may be spent before
	InWindow     float64 // attempts that the window holds on average while they fail
	Working      float64 // the same while they succeed
	Min          int     // that it must hold; 0 without a window of time
	BudgetLasts  time.Duration
	Budget       bool    // there is one; without it BudgetLasts is zero
	InFlight     float64 // calls under way without the breaker
	Guarded      float64 // the most calls under way with it
	CallTakes    time.Duration
	Concurrently int // the most attempts that a limit lets run at once; 0 without one
}

// A subject is a method under review, with everything that the rules ask about.
type subject struct {
	*reviewer
	w         *model.Wrapper
	m         *model.Method
	explained explain.ExplainedMethod
	p         policy.Policy // the whole policy
	layers    []Layer
	deadline  Deadline
}

func (r *reviewer) subject(w *model.Wrapper, m *model.Method, explained explain.ExplainedMethod) *subject {
	s := &subject{reviewer: r, w: w, m: m, explained: explained, p: m.Whole(w).WithoutOff(), deadline: r.deadline(m)}
	if m.Acts {
		s.layers = r.layers(m)
	}
	return s
}

// method computes the figures.
func (s *subject) method() Method {
	m := Method{ExplainedMethod: s.explained, Deadline: s.deadline, Layers: s.layers, Live: s.live()}
	if !s.m.Acts {
		return m
	}
	m.Copies, m.All = copiesOf(s.m), s.through(s.m, false, nil)
	if s.p.Retry.Attempts > 1 {
		for _, fails := range []float64{0, 0.1, 0.5, 1} {
			m.Load = append(m.Load, Load{
				Fails: fails, Attempts: figures.Attempts(fails, s.p.Retry.Attempts),
				Budgeted: figures.BudgetedAttempts(fails, s.p.Retry.Attempts, s.p.Budget),
			})
		}
	}
	if s.m.Repeats() {
		m.Burst = s.p.Budget.Burst
	}
	if s.q.Rate > 0 {
		m.Outages = s.outages()
	}
	return m
}

// outages returns the figures for the ways in which the dependency can be down.
func (s *subject) outages() []Outage {
	list := []Outage{s.outage(false, s.q.Latency)}
	if hangs := s.longest(); hangs > 0 {
		list = append(list, s.outage(true, hangs))
	}
	return list
}

// longest returns how long an attempt that hangs takes; 0 if nothing ends it.
func (s *subject) longest() time.Duration {
	t := s.bounded().Timeout
	if t.Attempt > 0 {
		return t.Attempt
	}
	return t.Total
}

// bounded returns the policy with the callers' deadline as a total timeout, if it is shorter.
func (s *subject) bounded() policy.Policy {
	p := s.p
	if after := s.deadline.After; after > 0 && (p.Timeout.Total == 0 || after < p.Timeout.Total) {
		p.Timeout.Total = after
		p.Timeout.Attempt = min(p.Timeout.Attempt, after)
	}
	return p
}

func (s *subject) outage(hangs bool, takes time.Duration) Outage {
	p, t := s.bounded(), s.traffic(takes)
	o := Outage{Hangs: hangs, Takes: takes, Breaker: s.m.HasBreaker(), Keyed: s.m.HasBreaker() && s.m.Key != nil, Concurrently: p.Limit.Concurrent}
	if o.Breaker {
		opening := figures.Opens(p, t)
		o.Never, o.Opens, o.Calls, o.FirstAlone = opening.Never, opening.After, opening.Calls, opening.FirstAttempts
		o.Working, o.InWindow, o.Min = figures.InWindow(p, t)
	}
	if o.Breaker && !o.Never {
		o.Refused, _ = figures.Refused(p.Breaker, t)
	}
	o.BudgetLasts, o.Budget = figures.BudgetLasts(p, t)
	hang := figures.Hangs(p, t)
	o.CallTakes, o.InFlight, o.Guarded = hang.CallTakes, hang.InFlight, hang.Guarded
	o.round()
	return o
}

// round leaves the figures the three digits that matter, on which all machines agree.
func (o *Outage) round() {
	for _, d := range []*time.Duration{&o.Opens, &o.BudgetLasts, &o.CallTakes} {
		*d = time.Duration(threeDigits(float64(*d)))
	}
	for _, x := range []*float64{&o.Calls, &o.InWindow, &o.Working, &o.InFlight, &o.Guarded} {
		*x = threeDigits(*x)
	}
	o.Refused = 1 - threeDigits(1-o.Refused)
}

// threeDigits rounds a number to three significant digits.
func threeDigits(x float64) float64 {
	if x == 0 || math.IsInf(x, 0) {
		return x
	}
	unit := math.Pow(10, math.Floor(math.Log10(math.Abs(x)))-2)
	if unit < 1 {
		return math.Round(x/unit) / math.Round(1/unit)
	}
	return math.Round(x/unit) * unit
}

func (s *subject) traffic(takes time.Duration) figures.Traffic {
	return figures.Traffic{Rate: s.q.perProcess(), Latency: s.q.Latency, Takes: takes}
}

// live says what an operator can change while the program runs.
func (s *subject) live() string {
	if !s.m.Acts {
		return "nothing, because the generated code passes calls straight through"
	}
	concerns := []string{"strategy"}
	if s.m.Once != "" {
		concerns = nil
	}
	if s.m.Ctx != shape.NoContext {
		concerns = append(concerns, "timeout")
	}
	concerns = append(concerns, "breaker", "budget", "limit")
	if s.m.Policy.Hedge != (policy.Hedge{}) {
		concerns = append(concerns, "hedge")
	}
	text := strings.Join(concerns, ", ") + " by SetPolicy"
	if s.m.HasBreaker() {
		text += "; the breaker's mode and state"
	}
	text += "; all on or off by SetEnabled"
	if s.m.Once != "" {
		text += "; no retries, because " + s.m.Once
	}
	return text
}

// count returns "3 attempts", or "attempts without limit".
func count(n int, noun string) string {
	if n == policy.Unlimited {
		return noun + "s without limit"
	}
	return diag.Count(n, noun)
}
