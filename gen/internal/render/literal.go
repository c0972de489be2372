package render

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/policy"
)

const (
	lineWidth = 120 // columns of a line of generated code, where it can be broken
	tabWidth  = 4   // columns of a tab, for that bound
	oneLine   = 100 // columns up to which gofmt leaves a func literal on one line
)

// A literal is an expression of generated code: an atom, or a composite literal, which
// goes on one line where there is room.
type literal struct {
	text  string // the atom, or the type of the composite literal
	items []item // nil for an atom
	tall  bool   // it gets a line for each item in any case
}

// An item is an element of a composite literal.
type item struct {
	key   string // "" in a list
	value literal
}

func atom(text string) literal { return literal{text: text} }

// flat is the literal on one line.
func (l literal) flat() string {
	if l.items == nil {
		return l.text
	}
	texts := make([]string, len(l.items))
	for i, it := range l.items {
		texts[i] = it.label() + it.value.flat()
	}
	return l.text + "{" + strings.Join(texts, ", ") + "}"
}

func (it item) label() string {
	if it.key == "" {
		return ""
	}
	return it.key + ": "
}

// isTall reports whether a part of the literal has more than one line in any case.
func (l literal) isTall() bool {
	if l.tall || strings.Contains(l.text, "\n") {
		return true
	}
	for _, it := range l.items {
		if it.value.isTall() {
			return true
		}
	}
	return false
}

// code is the literal, which begins in a column of a line with that many tabs before
// it.
func (l literal) code(tabs, column int) string {
	flat := l.flat()
	if l.items == nil || !l.isTall() && column+len(flat) < lineWidth {
		return flat
	}
	longest := 0
	for _, it := range l.items {
		longest = max(longest, len(it.label()))
	}
	var s strings.Builder
	s.WriteString(l.text + "{\n")
	for _, it := range l.items {
		s.WriteString(it.label() + it.value.code(tabs+1, (tabs+1)*tabWidth+longest) + ",\n")
	}
	s.WriteString("}")
	return s.String()
}

// ref refers to a name of a package by its path.
func (im *imports) ref(pkgPath, ownName, name string) string {
	return im.add(pkgPath, ownName) + "." + name
}

func (r *renderer) inPolicy(name string) string {
	return r.imports.ref(model.PolicyPath, "policy", name)
}

// policy is the literal of a policy with the concerns that it says.
func (r *renderer) policy(p policy.Policy) literal {
	return literal{text: r.inPolicy("Policy"), items: r.concerns(p), tall: true}
}

// policyFields are the concerns of a policy, in the order of its fields.
var policyFields = func() (names []string) {
	for field := range reflect.TypeFor[policy.Policy]().Fields() {
		names = append(names, field.Name)
	}
	return names
}()

// concerns are the concerns that a policy says, in the order of its fields.
func (r *renderer) concerns(p policy.Policy) []item {
	items := []item{}
	v := reflect.ValueOf(p)
	for i := range v.NumField() {
		field := v.Type().Field(i)
		switch {
		case v.Field(i).IsZero():
		case field.Name == "Retry":
			items = append(items, item{field.Name, r.retries(p.Retry)})
		default:
			items = append(items, item{field.Name, r.structure(v.Field(i))})
		}
	}
	return items
}

func (r *renderer) retries(p policy.Retry) literal {
	attempts := strconv.Itoa(p.Attempts)
	if p.Attempts == policy.Unlimited {
		attempts = r.inPolicy("Unlimited")
	}
	return literal{text: r.inPolicy("Retry"), items: []item{
		{"Attempts", atom(attempts)}, {"Strategy", r.structure(reflect.ValueOf(p.Strategy))},
	}}
}

// structure is the literal of a struct of package policy or backoff, with the fields
// that are not zero, in their order.
func (r *renderer) structure(v reflect.Value) literal {
	l := literal{text: r.typeName(v.Type()), items: []item{}}
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			l.items = append(l.items, item{v.Type().Field(i).Name, r.value(v.Field(i))})
		}
	}
	return l
}

// typeName refers to a type of package policy or backoff.
func (r *renderer) typeName(t reflect.Type) string {
	if t.PkgPath() == model.PolicyPath {
		return r.inPolicy(t.Name())
	}
	return r.imports.ref(model.BackoffPath, "backoff", t.Name())
}

func (r *renderer) value(v reflect.Value) literal {
	switch x := v.Interface().(type) {
	case time.Duration:
		return atom(r.duration(x))
	case []time.Duration:
		l := literal{text: "[]" + r.imports.ref("time", "time", "Duration"), items: []item{}}
		for _, d := range x {
			l.items = append(l.items, item{"", atom(r.duration(d))})
		}
		return l
	case policy.Ratio:
		return atom(r.ratio(x))
	case policy.Rate:
		return r.structure(v)
	case bool:
		return atom("true")
	case float64:
		return atom(strconv.FormatFloat(x, 'g', -1, 64))
	case int:
		return atom(strconv.Itoa(x))
	}
	return atom(r.enum(v))
}

// duration writes a duration in its largest whole unit.
func (r *renderer) duration(d time.Duration) string {
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
			return r.imports.ref("time", "time", u.name)
		case d != 0 && d%u.unit == 0:
			return strconv.FormatInt(int64(d/u.unit), 10) + " * " + r.imports.ref("time", "time", u.name)
		}
	}
	return "0"
}

func (r *renderer) ratio(p policy.Ratio) string {
	if p%policy.Percent == 0 {
		return strconv.Itoa(int(p/policy.Percent)) + " * " + r.inPolicy("Percent")
	}
	return strconv.Itoa(int(p)) // parts per million
}

// enum writes a value of an enumeration of package backoff: EqualJitter for equal.
func (r *renderer) enum(v reflect.Value) string {
	name := model.UpperFirst(v.Interface().(fmt.Stringer).String()) + v.Type().Name()
	return r.imports.ref(model.BackoffPath, "backoff", name)
}
