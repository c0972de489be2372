package policy

// This file takes the values of the other verbs that are numbers only to their
// concern and back.

// endless is said of attempts=unlimited where a budget would end them.
const endless = `attempts=unlimited needs "budget off"`

// none is what the verb none denotes: the call passes straight through.
func none() Policy {
	return Policy{
		Retry:   Retry{Attempts: 1},
		Timeout: Timeout{Off: true},
		Breaker: Breaker{Off: true},
		Budget:  Budget{Off: true},
		Limit:   Limit{Off: true},
		Hedge:   Hedge{Off: true},
	}
}

func putNone(_ values, p *Policy) { *p = none() }

func getNone(p Policy) (values, bool) { return nil, p == none() }

func putTimeout(v values, p *Policy) {
	p.Timeout = Timeout{Attempt: v.duration("attempt"), Total: v.duration("total")}
}

func getTimeout(p Policy) (values, bool) {
	v := values{}
	if p.Timeout.Attempt != 0 {
		v["attempt"] = p.Timeout.Attempt
	}
	if p.Timeout.Total != 0 {
		v["total"] = p.Timeout.Total
	}
	return v, p.Timeout != (Timeout{})
}

func relateTimeout(d Directive) []*Error { return d.atMost("attempt", "total") }

func putBudget(v values, p *Policy) {
	p.Budget = Budget{Ratio: v.ratio("ratio"), Burst: v.count("burst")}
}

func getBudget(p Policy) (values, bool) {
	return values{"ratio": p.Budget.Ratio, "burst": p.Budget.Burst}, p.Budget != (Budget{})
}

// atMost refuses a directive in which the duration of one key is longer than
// that of the other. The word at fault is the later one of those given.
func (d Directive) atMost(less, more string) []*Error {
	low, ok := d.values[less]
	high, both := d.values[more]
	if !ok || !both || d.values.duration(less) <= d.values.duration(more) {
		return nil
	}
	at, lessGiven := d.given[less]
	other, moreGiven := d.given[more]
	if moreGiven && other.Offset > at.Offset {
		at = other
	}
	err := errorf(at, "%s=%s is longer than %s=%s", less, format(low), more, format(high))
	switch {
	case !lessGiven:
		err.hint("%s is %s where it is not given", less, format(low))
	case !moreGiven:
		err.hint("%s is %s where it is not given", more, format(high))
	}
	return []*Error{err}
}
