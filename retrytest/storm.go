package retrytest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// Storm makes calls while a share of the attempts of a method ("PaymentClient.Charge") fails,
// and fails the test if there were more retries and copies than the budget promises: the tokens
// that it had, and its ratio of the successes. A method without a budget fails the test, too:
// in an outage it multiplies the load by its attempts.
//
// Call makes one call of the method, through a wrapper of the group. Calls are made one after
// the other; run Storm in a testing/synctest bubble, where their waits take no time. Share is
// from 0 to 1. Storm sets the chaos of the method, takes it back at the end, and leaves the
// group counting. A failure shows the call with the most attempts.
func Storm(t T, group *retry.Group, method string, calls int, share float64, call func()) {
	t.Helper()
	group.SetCounting(true)
	before, ok := load(group, method)
	switch {
	case !ok:
		t.Errorf("the group has no method %s", method)
		return
	case before.budget == nil:
		t.Errorf("%s has no budget: nothing limits its retries in an outage", method)
		return
	case !(share >= 0 && share <= 1):
		t.Errorf("the share of failures is %v; want 0 to 1", share)
		return
	}
	s := &storm{rand: rand.New(rand.NewPCG(1, 1)), share: share}
	if err := group.SetChaos(method, &retry.Chaos{Choose: s.next}); err != nil {
		t.Errorf("%v", err)
		return
	}
	defer func() { _ = group.SetChaos(method, nil) }() // the method exists
	for n := range calls {
		s.begin(n + 1)
		call()
	}
	worst := s.end()
	after, _ := load(group, method)
	made, extra, good := after.calls-before.calls, after.extra-before.extra, after.good-before.good
	promised := before.budget.Tokens + before.ratio*float64(good)
	if made < int64(calls) {
		t.Errorf("expected %d calls of %s, got %d: does call make them through this group?", calls, method, made)
	}
	if float64(extra) > promised+1e-6 {
		t.Errorf("expected at most %.1f retries and copies of %s: %.1f tokens and %g%% of %d successes\ngot %d in %d calls\n%s",
			promised, method, before.budget.Tokens, before.ratio*100, good, extra, made, worst)
	}
}

// shownAttempts is how many attempts a failure shows.
const shownAttempts = 20

// A storm lets attempts fail, and keeps the calls with the most.
type storm struct {
	share float64

	mu          sync.Mutex
	rand        *rand.Rand
	call, worst stormCall
}

// A stormCall is what happens in one call.
type stormCall struct {
	number int // 1 for the first
	began  time.Time
	lines  []string // one for each attempt
}

// begin begins the next call.
func (s *storm) begin(number int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.compare()
	s.call = stormCall{number: number, began: time.Now()}
}

// compare keeps the call if it is the worst so far. The caller holds the lock.
func (s *storm) compare() {
	if len(s.call.lines) > len(s.worst.lines) {
		s.worst = s.call
	}
}

// next says whether an attempt fails.
func (s *storm) next(ctx context.Context) (act retry.ChaosAct) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := "is left alone"
	if s.rand.Float64() < s.share {
		act.Kind, text = retry.ChaosFailure, "fails"
	}
	at, name := time.Since(s.call.began), numbered(max(retry.Attempt(ctx), 1), retry.Copy(ctx))
	s.call.lines = append(s.call.lines, fmt.Sprintf("%8v  %s %s\n", at, name, text))
	return act
}

// end describes the worst call.
func (s *storm) end() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.compare()
	lines := s.worst.lines
	if more := len(lines) - shownAttempts; more > 0 {
		lines = append(lines[:shownAttempts:shownAttempts], fmt.Sprintf("and %d more\n", more))
	}
	return fmt.Sprintf("the worst was call %d:\n%s", s.worst.number, strings.Join(lines, ""))
}

// A tally is what the methods with one budget have done.
type tally struct {
	budget             *retry.BudgetSnapshot
	ratio              float64 // that a success gives back
	calls, extra, good int64
}

// load adds up the methods that share the budget of a method.
func load(group *retry.Group, method string) (sum tally, found bool) {
	methods := group.Snapshot().Methods
	for _, m := range methods {
		if m.Method == method {
			sum.budget, found = m.Budget, true
			sum.ratio = float64(m.Policy.Budget.Ratio) / float64(100*policy.Percent)
		}
	}
	for _, m := range methods {
		if sum.budget != nil && m.Budget == sum.budget {
			sum.calls += m.Calls
			sum.extra += m.Retries + m.Copies
			sum.good += m.Outcomes[retry.OutcomeSuccess] + m.Outcomes[retry.OutcomeAnswer]
		}
	}
	return sum, found
}
