package retrypage

import (
	"fmt"

	retry "github.com/retrygen/retrygen/runtime"
)

// budgetsOf returns the budgets of a group: the one that methods share, then those that
// single methods have of their own.
func budgetsOf(s retry.GroupSnapshot) []budgetView {
	var list []budgetView
	seen := make(drawn)
	add := func(b *retry.BudgetSnapshot, method string) {
		if isFirst(seen, b) {
			list = append(list, budgetOf(*b, method))
		}
	}
	add(s.Budget, "")
	for _, m := range s.Methods {
		add(m.Budget, m.Method)
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
	seen := make(drawn)
	add := func(l *retry.LimitSnapshot, method string) {
		if isFirst(seen, l) {
			list = append(list, limitOf(*l, method))
		}
	}
	add(s.Limit, "")
	for _, m := range s.Methods {
		add(m.Limit, m.Method)
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
