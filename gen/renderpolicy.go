package gen

import (
	"fmt"
	"maps"
	"reflect"
	"strconv"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/policy"
)

// shared is the literal of what the methods share, as far as one of them uses it.
func (r *renderer) shared() *jen.Statement {
	var used policy.Policy
	for _, m := range r.w.methods {
		if m.breaker {
			used.Breaker = r.w.shared.Breaker
		}
		if m.budget {
			used.Budget = r.w.shared.Budget
		}
		if m.limit {
			used.Limit = r.w.shared.Limit
		}
	}
	return r.policy(used)
}

// specs are what is particular to each method that acts: its literal, or where
// several have the same one, a variable, whose declarations come second.
func (r *renderer) specs(locals scope) (specs, common []jen.Code) {
	uses := make(map[string]int)
	keys := make([]string, len(r.w.methods))
	for i, m := range r.w.methods {
		if m.acts {
			keys[i] = m.specKey()
			uses[keys[i]]++
		}
	}
	variables := make(map[string]string) // by key
	specs = make([]jen.Code, len(r.w.methods))
	for i, m := range r.w.methods {
		switch key := keys[i]; {
		case !m.acts:
		case uses[key] == 1:
			specs[i] = r.spec(m)
		default:
			if variables[key] == "" {
				variables[key] = locals.take("common")
				common = append(common, jen.Id(variables[key]).Op(":=").Add(r.spec(m)))
			}
			specs[i] = jen.Id(variables[key])
		}
	}
	return specs, common
}

// specKey is the same for two methods of an interface when their literals are.
func (m *method) specKey() string {
	return fmt.Sprint(m.policy, m.breaker, m.key != nil, m.budget, m.limit, m.idempotent, m.keeps() != nil, m.result != nil, m.ctx == shape.NoContext, words(m.on), "/", words(m.not), "/", m.once)
}

func (r *renderer) spec(m *method) *jen.Statement {
	var fields []jen.Code
	if !reflect.ValueOf(m.policy).IsZero() {
		fields = append(fields, keyed("Policy", r.policy(m.policy)))
	}
	if m.breaker {
		fields = append(fields, keyed("SharedBreaker", jen.True()))
	}
	if m.budget {
		fields = append(fields, keyed("SharedBudget", jen.True()))
	}
	if m.limit {
		fields = append(fields, keyed("SharedLimit", jen.True()))
	}
	if m.on != nil {
		fields = append(fields, keyed("On", r.predicate(m.on)))
	}
	if m.not != nil {
		fields = append(fields, keyed("Not", r.predicate(m.not)))
	}
	if m.idempotent {
		fields = append(fields, keyed("IdempotencyKey", jen.True()))
	}
	if m.key != nil {
		fields = append(fields, keyed("Keyed", jen.True()))
	}
	if m.keeps() != nil {
		fields = append(fields, keyed("Lends", jen.True()))
		if m.result != nil {
			fields = append(fields, keyed("Polls", jen.True()))
		}
	}
	if m.once != "" {
		fields = append(fields, keyed("Once", jen.Lit(m.once)))
	}
	if m.ctx == shape.NoContext {
		fields = append(fields, keyed("NoContext", jen.True()))
	}
	return r.imports.retry("MethodSpec").Add(lines(fields...))
}

func (r *renderer) policy(p policy.Policy) *jen.Statement {
	var fields []jen.Code
	if p.Retry.Attempts > 0 {
		fields = append(fields, keyed("Retry", r.inPolicy("Retry").Add(line(
			keyed("Attempts", r.attempts(p.Retry.Attempts)), keyed("Strategy", r.literal(reflect.ValueOf(p.Retry.Strategy)))))))
	}
	v := reflect.ValueOf(p)
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; name != "Retry" && !v.Field(i).IsZero() {
			fields = append(fields, keyed(name, r.literal(v.Field(i))))
		}
	}
	s := r.inPolicy("Policy")
	if len(fields) == 0 {
		return s.Add(line())
	}
	return s.Add(lines(fields...))
}

func (r *renderer) inPolicy(name string) *jen.Statement {
	return r.imports.qual(policyPath, "policy", name)
}

func (r *renderer) attempts(n int) *jen.Statement {
	if n == policy.Unlimited {
		return r.inPolicy("Unlimited")
	}
	return jen.Lit(n)
}

// literal writes a struct of package policy or backoff with the fields that are
// not zero, in their order.
func (r *renderer) literal(v reflect.Value) *jen.Statement {
	var fields []jen.Code
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			fields = append(fields, keyed(v.Type().Field(i).Name, r.value(v.Field(i))))
		}
	}
	return r.typeName(v.Type()).Add(line(fields...))
}

// typeName refers to a type of package policy or backoff.
func (r *renderer) typeName(t reflect.Type) *jen.Statement {
	if t.PkgPath() == policyPath {
		return r.inPolicy(t.Name())
	}
	return r.imports.qual(backoffPath, "backoff", t.Name())
}

func (r *renderer) value(v reflect.Value) *jen.Statement {
	switch x := v.Interface().(type) {
	case time.Duration:
		return r.duration(x)
	case []time.Duration:
		list := make([]jen.Code, len(x))
		for i, d := range x {
			list[i] = r.duration(d)
		}
		return jen.Index().Add(r.imports.qual("time", "time", "Duration")).Values(list...)
	case policy.Ratio:
		return r.ratio(x)
	case policy.Rate:
		return r.literal(v)
	case float64:
		return jen.Op(strconv.FormatFloat(x, 'g', -1, 64))
	case int:
		return jen.Lit(x)
	}
	return r.enum(v)
}

// duration writes a duration in its largest whole unit.
func (r *renderer) duration(d time.Duration) *jen.Statement {
	units := []struct {
		name string
		unit time.Duration
	}{
		{"Hour", time.Hour}, {"Minute", time.Minute}, {"Second", time.Second},
		{"Millisecond", time.Millisecond}, {"Microsecond", time.Microsecond}, {"Nanosecond", time.Nanosecond},
	}
	for _, u := range units {
		switch {
		case d == u.unit:
			return r.imports.qual("time", "time", u.name)
		case d != 0 && d%u.unit == 0:
			return jen.Lit(int(d / u.unit)).Op("*").Add(r.imports.qual("time", "time", u.name))
		}
	}
	return jen.Lit(0)
}

func (r *renderer) ratio(p policy.Ratio) *jen.Statement {
	if p%policy.Percent == 0 {
		return jen.Lit(int(p / policy.Percent)).Op("*").Add(r.inPolicy("Percent"))
	}
	return jen.Lit(int(p)) // parts per million
}

// enum writes a value of an enumeration of package backoff: EqualJitter for equal.
func (r *renderer) enum(v reflect.Value) *jen.Statement {
	name := upperFirst(v.Interface().(fmt.Stringer).String()) + v.Type().Name()
	return r.imports.qual(backoffPath, "backoff", name)
}

// predicate writes a func that reports whether an error matches one of the list.
func (r *renderer) predicate(list []matcher) *jen.Statement {
	taken := maps.Clone(r.imports.taken)
	err := taken.take("err", "failure")
	any := new(jen.Statement)
	for i, m := range list {
		if i > 0 {
			any.Op("||")
		}
		any.Add(r.match(m, err))
	}
	return jen.Func().Params(jen.Id(err).Error()).Bool().Block(jen.Return(any))
}

func (r *renderer) match(m matcher, err string) *jen.Statement {
	isType := func(t *jen.Statement) *jen.Statement {
		return r.imports.retry("HasType").Types(t).Call(jen.Id(err))
	}
	switch m.kind {
	case matchClass:
		return r.imports.retry(classes[m.word]).Call(jen.Id(err))
	case matchValue:
		return r.imports.qual("errors", "errors", "Is").Call(jen.Id(err), r.types.object(m.obj))
	case matchType:
		return isType(r.types.object(m.obj))
	case matchPointer:
		return isType(jen.Op("*").Add(r.types.object(m.obj)))
	case matchEither:
		return isType(r.types.object(m.obj)).Op("||").Add(isType(jen.Op("*").Add(r.types.object(m.obj))))
	}
	return r.types.object(m.obj).Call(jen.Id(err))
}
