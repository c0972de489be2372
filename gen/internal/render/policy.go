package render

import (
	"fmt"
	"maps"
	"reflect"
	"strconv"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/policy"
)

// shared is the literal of what the methods share, as far as one of them uses it.
func (r *renderer) shared() *jen.Statement {
	var used policy.Policy
	for _, m := range r.w.Methods {
		if m.Breaker {
			used.Breaker = r.w.Shared.Breaker
		}
		if m.Budget {
			used.Budget = r.w.Shared.Budget
		}
		if m.Limit {
			used.Limit = r.w.Shared.Limit
		}
	}
	return r.policy(used)
}

// specs are what is particular to each method that acts: its literal, or where
// several have the same one, a variable, whose declarations come second.
func (r *renderer) specs(locals model.Scope) (specs, common []jen.Code) {
	uses := make(map[string]int)
	keys := make([]string, len(r.w.Methods))
	for i, m := range r.w.Methods {
		if m.Acts {
			keys[i] = specKey(m)
			uses[keys[i]]++
		}
	}
	variables := make(map[string]string) // by key
	specs = make([]jen.Code, len(r.w.Methods))
	for i, m := range r.w.Methods {
		switch key := keys[i]; {
		case !m.Acts:
		case uses[key] == 1:
			specs[i] = r.spec(m)
		default:
			if variables[key] == "" {
				variables[key] = locals.Take("common")
				common = append(common, jen.Id(variables[key]).Op(":=").Add(r.spec(m)))
			}
			specs[i] = jen.Id(variables[key])
		}
	}
	return specs, common
}

// specKey is the same for two methods of an interface when their literals are.
func specKey(m *model.Method) string {
	return fmt.Sprint(m.Policy, m.Breaker, m.Key != nil, m.Budget, m.Limit, m.Idempotent, m.Keeps() != nil, m.Result != nil, m.Ctx == shape.NoContext, words(m.On), "/", words(m.Not), "/", m.Once)
}

func (r *renderer) spec(m *model.Method) *jen.Statement {
	var fields []jen.Code
	if !reflect.ValueOf(m.Policy).IsZero() {
		fields = append(fields, keyed("Policy", r.policy(m.Policy)))
	}
	if m.Breaker {
		fields = append(fields, keyed("SharedBreaker", jen.True()))
	}
	if m.Budget {
		fields = append(fields, keyed("SharedBudget", jen.True()))
	}
	if m.Limit {
		fields = append(fields, keyed("SharedLimit", jen.True()))
	}
	if m.On != nil {
		fields = append(fields, keyed("On", r.predicate(m.On)))
	}
	if m.Not != nil {
		fields = append(fields, keyed("Not", r.predicate(m.Not)))
	}
	if m.Idempotent {
		fields = append(fields, keyed("IdempotencyKey", jen.True()))
	}
	if m.Key != nil {
		fields = append(fields, keyed("Keyed", jen.True()))
	}
	if m.Keeps() != nil {
		fields = append(fields, keyed("Lends", jen.True()))
		if m.Result != nil {
			fields = append(fields, keyed("Polls", jen.True()))
		}
	}
	if m.Once != "" {
		fields = append(fields, keyed("Once", jen.Lit(m.Once)))
	}
	if m.Ctx == shape.NoContext {
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
	return r.imports.qual(model.PolicyPath, "policy", name)
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
	if t.PkgPath() == model.PolicyPath {
		return r.inPolicy(t.Name())
	}
	return r.imports.qual(model.BackoffPath, "backoff", t.Name())
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
	name := model.UpperFirst(v.Interface().(fmt.Stringer).String()) + v.Type().Name()
	return r.imports.qual(model.BackoffPath, "backoff", name)
}

// predicate writes a func that reports whether an error matches one of the list.
func (r *renderer) predicate(list []model.Matcher) *jen.Statement {
	taken := maps.Clone(r.imports.taken)
	err := taken.Take("err", "failure")
	any := new(jen.Statement)
	for i, m := range list {
		if i > 0 {
			any.Op("||")
		}
		any.Add(r.match(m, err))
	}
	return jen.Func().Params(jen.Id(err).Error()).Bool().Block(jen.Return(any))
}

func (r *renderer) match(m model.Matcher, err string) *jen.Statement {
	isType := func(t *jen.Statement) *jen.Statement {
		return r.imports.retry("HasType").Types(t).Call(jen.Id(err))
	}
	switch m.Kind {
	case model.MatchClass:
		return r.imports.retry(model.Classes[m.Word]).Call(jen.Id(err))
	case model.MatchValue:
		return r.imports.qual("errors", "errors", "Is").Call(jen.Id(err), r.types.object(m.Obj))
	case model.MatchType:
		return isType(r.types.object(m.Obj))
	case model.MatchPointer:
		return isType(jen.Op("*").Add(r.types.object(m.Obj)))
	case model.MatchEither:
		return isType(r.types.object(m.Obj)).Op("||").Add(isType(jen.Op("*").Add(r.types.object(m.Obj))))
	}
	return r.types.object(m.Obj).Call(jen.Id(err))
}
