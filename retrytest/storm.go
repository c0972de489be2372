package retrytest

import (
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
// group counting.
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
	}
	err := group.SetChaos(method, &retry.Chaos{Seed: 1, Acts: []retry.ChaosAct{{Kind: retry.ChaosFailure, Share: share}}})
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	defer func() { _ = group.SetChaos(method, nil) }() // the method exists
	for range calls {
		call()
	}
	after, _ := load(group, method)
	made, extra, good := after.calls-before.calls, after.extra-before.extra, after.good-before.good
	promised := before.budget.Tokens + before.ratio*float64(good)
	if made < int64(calls) {
		t.Errorf("expected %d calls of %s, got %d: does call make them through this group?", calls, method, made)
	}
	if float64(extra) > promised+1e-6 {
		t.Errorf("expected at most %.1f retries and copies of %s: %.1f tokens and %g%% of %d successes\ngot %d in %d calls",
			promised, method, before.budget.Tokens, before.ratio*100, good, extra, made)
	}
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
		if sum.budget != nil && m.Budget != nil && m.Budget.Name == sum.budget.Name {
			sum.calls += m.Calls
			sum.extra += m.Retries + m.Copies
			sum.good += m.Outcomes[retry.OutcomeSuccess] + m.Outcomes[retry.OutcomeAnswer]
		}
	}
	return sum, found
}
