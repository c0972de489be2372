package retrytest

import (
	"fmt"
	"strings"

	"github.com/retrygen/retrygen/breaker"
	retry "github.com/retrygen/retrygen/runtime"
)

// Idle fails the test if the group still holds something although its calls have ended:
//
//   - an attempt that has a place under a limit, or waits for one
//   - a probe of a breaker, of one for a key too
//   - a breaker that is forced open or closed, of one for a key too
//   - a result that nobody has closed, such as the body of a response
//   - a token of a budget that was taken although nothing was repeated
//
// It sees the last two only if the group counts: call Group.SetCounting(true) before the first
// call, as [Bubble] does. See retry.MethodSnapshot for the results that count. A token that is
// missing can be hidden by tokens that successes have given back. A breaker that is open holds
// nothing, so it is no failure.
func Idle(t T, group *retry.Group) {
	t.Helper()
	snapshot := group.Snapshot()
	var left []string
	seen := make(map[any]bool) // guards that several methods share
	first := func(guard any) bool {
		defer func() { seen[guard] = true }()
		return !seen[guard]
	}
	for _, m := range snapshot.Methods {
		if m.Limit != nil && first(m.Limit) && m.Limit.Active+m.Limit.Waiting > 0 {
			left = append(left, fmt.Sprintf("the limit of %s is in use; attempts under way: %d, waiting: %d",
				called(m.Limit.Name, m.Limit.Instance), m.Limit.Active, m.Limit.Waiting))
		}
		if m.Breaker != nil && first(m.Breaker) {
			left = append(left, held(*m.Breaker, "")...)
		}
		if m.Keys != nil && first(m.Keys) {
			left = append(left, held(m.Keys.Rest, " for keys without one of their own")...)
			for _, key := range group.Keys(m.Method) {
				left = append(left, held(key.Breaker, fmt.Sprintf(" for the key %v", key.Key))...)
			}
		}
		if m.Streams > 0 {
			left = append(left, fmt.Sprintf("results of %s are not closed: %d", called(m.Method, m.Instance), m.Streams))
		}
		if m.Budget != nil && first(m.Budget) && snapshot.Counting {
			left = append(left, lost(snapshot, m.Budget)...)
		}
	}
	if len(left) > 0 {
		t.Errorf("the calls have left something behind:\n  %s", strings.Join(left, "\n  "))
	}
}

// held says what a breaker holds. What says for which calls it is.
func held(b breaker.Snapshot, what string) (list []string) {
	name := called(b.Name, b.Instance) + what
	if b.Probes > 0 {
		list = append(list, fmt.Sprintf("the breaker of %s waits for probes: %d", name, b.Probes))
	}
	if b.Forced {
		list = append(list, fmt.Sprintf("the breaker of %s is still forced %s", name, b.State))
	}
	return list
}

// lost says whether tokens of a budget are missing. A method whose policy has changed may have
// had the budget before, so its retries count as well.
func lost(snapshot retry.GroupSnapshot, b *retry.BudgetSnapshot) []string {
	var extra int64
	for _, m := range snapshot.Methods {
		if m.Budget == b || len(m.Layers) > 0 {
			extra += m.Retries + m.Copies
		}
	}
	missing := float64(b.Burst) - b.Tokens - float64(extra)
	if missing < 1e-6 { // tokens have six decimals
		return nil
	}
	return []string{fmt.Sprintf("the budget of %s has %.6g tokens of %d after %d retries and copies; missing: %.6g",
		called(b.Name, b.Instance), b.Tokens, b.Burst, extra, missing)}
}

// called returns the name of a method or a guard, with its instance.
func called(name, instance string) string {
	if instance == "" || instance == name {
		return name
	}
	return name + " (" + instance + ")"
}
