package review

import (
	"fmt"
	"time"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/explain"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// This file has the rules about load: budgets, and clients that retry too.

func (s *subject) doubleRetry() []finding {
	sorter, repeats := clientOf(s.m)
	if s.p.Retry.Attempts <= 1 || repeats == nil {
		return nil
	}
	layer := Layer{Name: "The " + sorter.Library.Name + " client", Attempts: repeats.Attempts, When: repeats.When}
	list := found(s.at(grammar.ConcernStrategy, ""),
		"Let one of them retry: "+sorter.Library.Switch+".",
		layer.String()+", unless the program says otherwise.",
		fmt.Sprintf("With %s here, a call makes %s.", count(s.p.Retry.Attempts, "attempt"), count(s.through(s.m, false, nil), "attempt")))
	list[0].source = repeats.Source
	return list
}

// budgetOff returns the place of the directive that switches the budget off.
func (s *subject) budgetOff() (pos explain.Position, off bool) {
	for _, d := range s.m.Decisions {
		if d.Concern() != grammar.ConcernBudget || d.Skipped != "" {
			continue
		}
		if d.Over != nil && d.Over.Policy.Budget.Off || d.By != nil && d.By.Off {
			return s.at(grammar.ConcernBudget, ""), true
		}
	}
	return pos, false
}

func (s *subject) noBudget() []finding {
	pos, off := s.budgetOff()
	if !off || !s.m.Repeats() {
		return nil
	}
	return found(pos, "Remove it, or "+directive("budget")+" with numbers of your own.",
		fmt.Sprintf("Without a budget, a dependency that fails gets %s for each call, and the load keeps it down.", count(s.through(s.m, false, nil), "attempt")))
}

// enoughBurst is for how long the bursts of all processes may last if each call takes a token.
const enoughBurst = 10 * time.Second

func (s *subject) largeBurst() []finding {
	burst := s.p.Budget.Burst
	if s.q.Rate == 0 || !s.m.Repeats() || s.p.Budget == (policy.Budget{}) || burst <= 1 {
		return nil
	}
	processes := max(s.q.Processes, 1)
	traffic := s.q.Rate * enoughBurst.Seconds()
	if float64(burst)*float64(processes) <= traffic {
		return nil
	}
	// The strategy brings the default budget.
	return found(s.atAny(grammar.ConcernBudget, grammar.ConcernStrategy, grammar.ConcernHedge), directive("budget burst=%d", max(1, int(min(traffic/float64(processes), float64(burst))))),
		fmt.Sprintf("A burst of %d tokens%s allows %s retries, and %s make %s calls in %s.",
			burst, inEachOf(processes), number(float64(burst)*float64(processes)), rate(s.q.Rate), number(traffic), diag.Short(enoughBurst)),
		"So the budget bounds nothing at the beginning of an outage, when a dependency needs that most.")
}

func inEachOf(processes int) string {
	if processes == 1 {
		return ""
	}
	return fmt.Sprintf(" in each of %d processes", processes)
}
