package resolve

import (
	"go/token"
	"slices"
	"strconv"
	"time"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// checkCopies refuses a hedge whose copies can never start, because the first one reaches
// its timeout before that.
func (r *Resolver) checkCopies(w *Draft, m *model.Method, own map[grammar.Concern]*model.Directive) {
	key, most := m.Bound()
	after := m.Policy.Hedge.After
	if after == 0 || most == 0 || after < most {
		return
	}
	var at token.Pos
	switch hedge, timeout := own[grammar.ConcernHedge], own[grammar.ConcernTimeout]; {
	case hedge != nil:
		at = hedge.KeyAt("after")
	case timeout != nil:
		at = timeout.KeyAt(key)
	default:
		at = byConcern(w.decl.Directives)[grammar.ConcernHedge].KeyAt("after")
	}
	r.ReportFor(at, "use a shorter after or a longer timeout, or write "+model.Prefix+"hedge off",
		"a copy of ", m.Fn.Name(), " can never start: after="+diag.Short(after)+" is not shorter than "+key+"="+diag.Short(most))
}

// checkSlow refuses a breaker for slow calls if no call can be slow, because all reach their
// timeouts earlier. A call that uses its whole timeout can be slow.
func (r *Resolver) checkSlow(w *Draft) {
	var breakers []*model.Directive
	under := make(map[*model.Directive][]*model.Method)
	for _, m := range w.Methods {
		d := breakerBy(m)
		if d == nil {
			continue
		}
		if !slices.Contains(breakers, d) {
			breakers = append(breakers, d)
		}
		under[d] = append(under[d], m)
	}
	for _, d := range breakers {
		methods := under[d]
		var p policy.Policy
		d.Apply(&p)
		slow, longest := p.Breaker.Slow, longestBound(methods)
		if longest == 0 || slow <= longest {
			continue
		}
		for _, m := range methods {
			r.ReportFor(d.KeyAt("slow"), "make slow shorter, or the timeout longer",
				"no call of ", m.Fn.Name(), " can take slow="+diag.Short(slow)+": the longest timeout is "+diag.Short(longest))
		}
	}
}

// checkContexts refuses a directive of the type that needs a context if no method has one.
func (r *Resolver) checkContexts(w *Draft) {
	if len(w.Methods) == 0 || slices.ContainsFunc(w.Methods, func(m *model.Method) bool { return m.Ctx != shape.NoContext }) {
		return
	}
	for _, d := range w.decl.Directives {
		if !d.Off && !d.Broken && needsContext(d) {
			r.Report(d.Said(), "give the methods a context.Context", strconv.Quote(d.Verb.Name)+" on "+w.decl.Name()+": no method has a context")
		}
	}
}

// breakerBy returns the directive of the method's breaker, or nil.
func breakerBy(m *model.Method) *model.Directive {
	for _, d := range m.Decisions {
		if d.By != nil && d.By.Verb.Concern == grammar.ConcernBreaker && d.Skipped == "" && !d.By.Off {
			return d.By
		}
	}
	return nil
}

// longestBound returns how long an attempt of any of the methods can take. It returns zero
// if nothing bounds one of them.
func longestBound(methods []*model.Method) time.Duration {
	var longest time.Duration
	for _, m := range methods {
		_, most := m.Bound()
		if most == 0 {
			return 0
		}
		longest = max(longest, most)
	}
	return longest
}
