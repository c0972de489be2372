package retrypage

import (
	"fmt"

	retry "github.com/retrygen/retrygen/runtime"
)

// budgetsOf returns the budgets of a group: the one that methods share, then those that
// single methods have of their own.
func budgetsOf(s retry.GroupSnapshot) []budgetView {
	var list []budgetView
	seen := make(map[guardName]bool)
	if s.Budget != nil {
		seen[guardName{s.Budget.Name, s.Budget.Instance}] = true
		list = append(list, budgetOf(*s.Budget, ""))
	}
	for _, m := range s.Methods {
		if m.Budget == nil || seen[guardName{m.Budget.Name, m.Budget.Instance}] {
			continue
		}
		seen[guardName{m.Budget.Name, m.Budget.Instance}] = true
		list = append(list, budgetOf(*m.Budget, m.Method))
	}
	return list
}

func budgetOf(s retry.BudgetSnapshot, method string) budgetView {
	v := budgetView{Method: method, Tokens: float64(s.Tokens), Burst: int(s.Burst), Refused: s.Refused}
	v.Share = meterOf(v.Tokens, float64(v.Burst))
	if v.Tokens < float64(v.Burst)/4 {
		v.Level = warn
	}
	return v
}

// Whole returns the whole tokens, because a retry takes one.
func (v budgetView) Whole() int { return int(v.Tokens) }

// limitsOf returns the limits of a group as budgetsOf does its budgets.
func limitsOf(s retry.GroupSnapshot) []limitView {
	var list []limitView
	seen := make(map[guardName]bool)
	if s.Limit != nil {
		seen[guardName{s.Limit.Name, s.Limit.Instance}] = true
		list = append(list, limitOf(*s.Limit, ""))
	}
	for _, m := range s.Methods {
		if m.Limit == nil || seen[guardName{m.Limit.Name, m.Limit.Instance}] {
			continue
		}
		seen[guardName{m.Limit.Name, m.Limit.Instance}] = true
		list = append(list, limitOf(*m.Limit, m.Method))
	}
	return list
}

func limitOf(s retry.LimitSnapshot, method string) limitView {
	v := limitView{Method: method, Active: s.Active, Waiting: s.Waiting, Capacity: s.Capacity, Refused: s.Refused}
	v.Share = meterOf(float64(v.Active), float64(v.Capacity))
	if v.Waiting > 0 || v.Capacity > 0 && v.Active >= v.Capacity {
		v.Level = warn
	}
	return v
}

// Words says how full the limit is.
func (v limitView) Words() string {
	text := fmt.Sprintf("%d of %d run", v.Active, v.Capacity)
	if v.Capacity == 0 {
		text = fmt.Sprintf("%d run, bounded by a rate", v.Active)
	}
	if v.Waiting > 0 {
		text += fmt.Sprintf(", %d wait", v.Waiting)
	}
	return text
}
