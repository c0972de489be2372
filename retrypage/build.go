package retrypage

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/retrygen/retrygen/breaker"
	retry "github.com/retrygen/retrygen/runtime"
)

// dependencyOf returns what the page shows of a group.
func (p *Page) dependencyOf(s retry.GroupSnapshot, r *record) dependency {
	d := dependency{
		ID:       fmt.Sprintf("d%d", r.number),
		Enabled:  s.Enabled,
		OffBy:    offBy(s),
		Errors:   p.config.ShowErrors,
		Breakers: breakersOf(s),
		Budgets:  budgetsOf(s),
		Limits:   limitsOf(s),
		Traffic:  trafficOf(s, r),
		Methods:  []methodView{},
	}
	d.Name, d.Instance = nameOf(s)
	for _, m := range s.Methods {
		d.Methods = append(d.Methods, p.methodOf(m))
		d.Chaos = d.Chaos || d.Enabled && m.Chaos != ""
	}
	d.Problems = problemsOf(&d)
	for _, problem := range d.Problems {
		d.Level = max(d.Level, problem.Level)
	}
	d.State, d.Meaning = stateOf(&d)
	return d
}

// nameOf returns the name of a group: its own, or those of the interfaces that it guards.
func nameOf(s retry.GroupSnapshot) (name, instance string) {
	var interfaces, instances []string
	for _, m := range s.Methods {
		owner, _, _ := strings.Cut(m.Method, ".")
		if !slices.Contains(interfaces, owner) {
			interfaces = append(interfaces, owner)
		}
		if m.Instance != "" && m.Instance != s.Name && !slices.Contains(instances, m.Instance) {
			instances = append(instances, m.Instance)
		}
	}
	return cmp.Or(s.Name, strings.Join(interfaces, ", "), "a group without methods"), strings.Join(instances, ", ")
}

// stateOf returns the word that stands for a dependency, and what it means for its calls.
func stateOf(d *dependency) (state, meaning string) {
	if !d.Enabled {
		return "switched off", "calls pass unguarded"
	}
	var worst *breakerView
	for i := range d.Breakers {
		if b := &d.Breakers[i]; worst == nil || b.Level > worst.Level {
			worst = b
		}
	}
	switch {
	case worst == nil:
		return "no breaker", "calls pass"
	case worst.Mode == breaker.Off:
		return "breaker switched off", "calls pass"
	case worst.Mode == breaker.WatchOnly:
		return worst.Word, "calls pass"
	case worst.Method != "" && worst.Level == bad:
		return worst.Word + " in part", "calls of " + worst.Method + " are refused"
	case worst.State == breaker.Open:
		return worst.Word, "calls are refused"
	case worst.State == breaker.HalfOpen:
		return worst.Word, "only probes pass"
	case worst.Keys != nil && worst.Keys.Open > 0:
		return worst.Word, "other calls pass"
	}
	return worst.Word, "calls pass"
}

// totalsOf adds up what the methods of a group have counted.
func totalsOf(s retry.GroupSnapshot) (t totals) {
	for _, m := range s.Methods {
		t.calls += m.Calls
		t.attempts += m.Attempts
		t.retries += m.Retries
		for outcome, n := range m.Outcomes {
			switch outcome {
			case retry.OutcomeOpen, retry.OutcomeLimited, retry.OutcomeBudget:
				t.refused += n
			}
			if levelOf(outcome) == bad {
				t.failed += n
			}
		}
	}
	return t
}

// levelOf says whether an outcome is bad for the caller.
func levelOf(o retry.Outcome) level {
	switch o {
	case retry.OutcomeSuccess, retry.OutcomeAnswer, retry.OutcomeCancelled:
		return fine
	}
	return bad
}

// trafficOf computes rates and history from what the page remembers.
func trafficOf(s retry.GroupSnapshot, r *record) traffic {
	t := traffic{Counted: s.Counting, recent: r.within(time.Minute)}
	t.Calls, t.Retries, t.Refused = r.rates()
	// A call that was refused at once has no attempt. Each other call has one that is no retry.
	if first := t.recent.attempts - t.recent.retries; first > 0 {
		t.Amplification = float64(t.recent.attempts) / float64(first)
	}
	if t.recent.calls > 0 {
		t.Failing = float64(t.recent.failed) / float64(t.recent.calls)
	}
	at := time.Unix(0, (r.newest-buckets+1)*int64(bucketTime)).UTC()
	for _, b := range r.list() {
		t.History = append(t.History, history{at, b.calls, b.retries, b.refused, b.failed, b.worst, b.sampled})
		at = at.Add(bucketTime)
	}
	return t
}

// worstState returns the state of a group's breakers that lets the fewest calls through.
func worstState(s retry.GroupSnapshot) breaker.State {
	state := breaker.Closed
	for _, b := range breakersOf(s) {
		if b.Mode == breaker.On {
			state = worse(state, b.State)
		}
	}
	return state
}

func (p *Page) methodOf(s retry.MethodSnapshot) methodView {
	m := methodView{
		Method: s.Method, Instance: s.Instance,
		Policy: concernsOf(s.Declared, s.Policy, s.Layers), Refused: s.Refused, Chaos: s.Chaos,
		Calls: s.Calls, Attempts: s.Attempts, Retries: s.Retries, Copies: s.Copies, Fallbacks: s.Fallbacks,
	}
	m.Override = anyOverride(m.Policy)
	for outcome, n := range s.Outcomes {
		m.Outcomes = append(m.Outcomes, outcomeCount{outcome, n, levelOf(outcome)})
	}
	slices.SortFunc(m.Outcomes, func(a, b outcomeCount) int {
		return cmp.Or(cmp.Compare(b.Calls, a.Calls), cmp.Compare(a.Outcome, b.Outcome))
	})
	for _, g := range s.GiveUps {
		m.GiveUps = append(m.GiveUps, p.giveUpOf(g))
	}
	return m
}

func (p *Page) giveUpOf(g retry.GiveUp) giveUp {
	out := giveUp{
		At: g.At, Outcome: g.Outcome, Class: g.Class.String(), Attempts: g.Attempts, Cause: causeOf(g.Outcome),
	}
	last := g.Err
	// Type assertions call no method of an error, which may panic.
	if e, ok := g.Err.(*retry.Error); ok {
		out.Elapsed, last = span(e.Elapsed), e.Last // Cause says the rest
	}
	if _, refused := last.(*breaker.OpenError); refused {
		last = nil // its text says how long the breaker is open now, not then
	}
	if p.config.ShowErrors && last != nil {
		out.Error = fmt.Sprint(last) // which survives an Error method that panics
	}
	return out
}

// causeOf says in words why a call gave up.
func causeOf(o retry.Outcome) string {
	switch o {
	case retry.OutcomeExhausted:
		return "the last attempt failed"
	case retry.OutcomeDeadline:
		return "no time was left"
	case retry.OutcomeBudget:
		return "the retry budget was spent"
	case retry.OutcomeRetryAfter:
		return "the server asked for too long a wait"
	case retry.OutcomeOpen:
		return "the breaker refused"
	case retry.OutcomeLimited:
		return "a limit refused"
	case retry.OutcomeFault:
		return "the dependency is broken, and repeating is unsafe or useless"
	}
	return string(o)
}
