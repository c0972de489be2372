package render

import (
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/gen/internal/words"
	"github.com/retrygen/retrygen/policy"
)

// A specField is a field of a MethodSpec, or of its Policy, that is not zero.
type specField struct {
	at    int    // the place of the field
	path  string // Policy.Retry, Lends
	value literal
	code  string
}

func (s specField) Topic() int { return s.at }

func (s specField) Words() string { return s.path + "=" + s.code }

// zero is the code of the field's zero value.
func (s specField) zero() string {
	switch {
	case s.value.items != nil:
		return s.value.text + "{}"
	case s.code == "true":
		return "false"
	case strings.HasPrefix(s.code, `"`):
		return `""`
	default:
		return "nil"
	}
}

// settings is what is particular to a method.
func (r *renderer) settings(m *model.Method) []specField {
	var list []specField
	at := 0
	add := func(path string, said bool, value func() literal) {
		if at++; said {
			s := specField{at: at, path: path, value: value()}
			s.code = s.value.flat()
			list = append(list, s)
		}
	}
	concerns := r.concerns(m.Policy)
	for _, name := range policyFields {
		i := slices.IndexFunc(concerns, func(it item) bool { return it.key == name })
		add("Policy."+name, i >= 0, func() literal { return concerns[i].value })
	}
	yes := func() literal { return atom("true") }
	add("SharedBreaker", m.Breaker, yes)
	add("SharedBudget", m.Budget, yes)
	add("SharedLimit", m.Limit, yes)
	add("On", m.On != nil, func() literal { return r.predicate(m.On) })
	add("Not", m.Not != nil, func() literal { return r.predicate(m.Not) })
	object := func(obj types.Object) func() literal {
		return func() literal { return atom(r.types.objectName(obj)) }
	}
	add("Classify", m.Classify != nil, object(m.Classify))
	add("RetryAfter", m.RetryAfter != nil, object(m.RetryAfter))
	add("CutAtEOF", !m.EOFEnds, yes)
	add("InTransaction", m.InTx, yes)
	sorts := r.sorts(m)
	add("Sort", sorts != nil, func() literal { return r.sort(sorts) })
	add("IdempotencyKey", m.Idempotent, yes)
	add("Keyed", m.Key != nil, yes)
	add("Lends", m.Keeps() != nil, yes)
	add("Polls", m.Keeps() != nil && m.Result != nil, yes)
	add("Once", m.Once != "", func() literal { return atom(strconv.Quote(m.Once)) })
	add("NoContext", m.Ctx == shape.NoContext, yes)
	return list
}

// specLiteral is the MethodSpec of those settings.
func (r *renderer) specLiteral(list []specField) literal {
	spec := literal{text: r.imports.ref(model.RuntimePath, model.RuntimeName, "MethodSpec"), items: []item{}}
	inPolicy := literal{tall: true}
	for _, s := range list {
		if name, ok := strings.CutPrefix(s.path, "Policy."); ok {
			inPolicy.text = r.inPolicy("Policy")
			inPolicy.items = append(inPolicy.items, item{name, s.value})
			continue
		}
		spec.items = append(spec.items, item{s.path, s.value})
	}
	if inPolicy.items != nil {
		spec.items = slices.Insert(spec.items, 0, item{"Policy", inPolicy})
	}
	return spec
}

// A spec is what several methods, or one, have in force.
type spec struct {
	settings []specField
	methods  []int
	code     string // the expression that the methods use: a variable or a literal
}

// A specWriter writes the MethodSpecs of a constructor. What the methods have in
// common stands in a variable, from which the variables of those that differ are derived.
type specWriter struct {
	*renderer
	specs     []*spec // in the order of the methods
	locals    model.Scope
	variables []variable
	parents   int // so many of the variables are those of several methods
}

// A variable holds a MethodSpec.
type variable struct {
	name     string
	settings []specField
	code     string // its declaration
}

// methodSpecs returns the expression of each method's MethodSpec, and the declarations
// before them.
func (r *renderer) methodSpecs(specs []*spec, locals model.Scope) (of map[int]string, declarations []string) {
	w := &specWriter{renderer: r, locals: locals, specs: specs}
	for _, name := range types.Universe.Names() {
		locals[name] = true
	}
	apart := w.fork()
	apart.separately()
	derived := w.fork()
	if derived.fromCommon(); derived.lines() < apart.lines() {
		apart = derived
	}
	maps.Copy(locals, apart.locals)
	of = make(map[int]string)
	for _, s := range apart.specs {
		for _, i := range s.methods {
			of[i] = s.code
		}
	}
	for _, v := range apart.variables {
		declarations = append(declarations, v.code)
	}
	return of, declarations
}

// specs are the different specs of the methods. Those that are written alike are one.
func (r *renderer) specs() []*spec {
	var list []*spec
	for i, m := range r.w.Methods {
		if !m.Acts {
			continue
		}
		settings := r.settings(m)
		at := slices.IndexFunc(list, func(s *spec) bool { return len(words.Differences(s.settings, settings)) == 0 })
		if at < 0 {
			at = len(list)
			list = append(list, &spec{settings: settings})
		}
		list[at].methods = append(list[at].methods, i)
	}
	return list
}

func (w *specWriter) fork() *specWriter {
	fork := &specWriter{renderer: w.renderer, locals: maps.Clone(w.locals)}
	for _, s := range w.specs {
		copied := *s
		fork.specs = append(fork.specs, &copied)
	}
	return fork
}

// lines is how many lines the constructor gets.
func (w *specWriter) lines() int {
	n := 0
	for _, v := range w.variables {
		n += strings.Count(v.code, "\n") + 2
	}
	for _, s := range w.specs {
		n += len(s.methods) * (strings.Count(s.code, "\n") + 1)
	}
	return n
}

// separately writes each spec as a literal.
func (w *specWriter) separately() {
	for _, s := range w.specs {
		s.code = w.specLiteral(s.settings).code(2, w.fieldColumn(s))
		if len(s.methods) > 1 {
			s.code = w.declare(s)
		}
	}
}

// fromCommon derives specs from what they have in common, and from each other.
func (w *specWriter) fromCommon() {
	var lists [][]specField
	for _, s := range w.specs {
		for range s.methods {
			lists = append(lists, s.settings)
		}
	}
	common := words.InCommon(lists, func(int, int) int { return 1 })
	if len(common) == 0 {
		w.separately()
		return
	}
	w.declare(&spec{settings: common})
	for _, s := range w.specs {
		if w.parents = len(w.variables); len(s.methods) > 1 {
			w.derive(s)
		}
	}
	w.parents = len(w.variables)
	for _, s := range w.specs {
		if len(s.methods) == 1 {
			w.derive(s)
		}
	}
}

// derive chooses the code of a spec: a variable that has its settings already, one
// that is derived from the nearest variable, or a literal where that is shorter.
func (w *specWriter) derive(s *spec) {
	near, edits := 0, words.Differences(w.variables[0].settings, s.settings)
	for i, v := range w.variables[:w.parents] {
		if d := words.Differences(v.settings, s.settings); len(d) < len(edits) {
			near, edits = i, d
		}
	}
	from := w.variables[near]
	if len(edits) == 0 {
		s.code = from.name
		return
	}
	code := w.specLiteral(s.settings).code(2, w.fieldColumn(s))
	n := 2
	for _, d := range edits {
		n += strings.Count(d.To.code, "\n") + 1
	}
	if len(s.methods) == 1 && strings.Count(code, "\n") <= n {
		s.code = code
		return
	}
	name := w.locals.Take(w.names(s, edits)...)
	lines := []string{name + " := " + from.name}
	for _, d := range edits {
		if d.Has {
			left := name + "." + d.To.path + " = "
			lines = append(lines, left+d.To.value.code(1, tabWidth+len(left)))
		} else {
			lines = append(lines, name+"."+d.From.path+" = "+d.From.zero())
		}
	}
	w.variables = append(w.variables, variable{name, s.settings, strings.Join(lines, "\n")})
	s.code = name
}

// declare declares a variable with a literal, and returns its name.
func (w *specWriter) declare(s *spec) string {
	candidates := []string{"common"}
	if len(w.variables) > 0 {
		candidates = w.names(s, words.Differences(w.variables[0].settings, s.settings))
	}
	name := w.locals.Take(candidates...)
	left := name + " := "
	code := left + w.specLiteral(s.settings).code(1, tabWidth+len(left))
	w.variables = append(w.variables, variable{name, s.settings, code})
	return name
}

// fieldColumn is the column in which the spec of a method is written in the literal of
// the wrapper.
func (w *specWriter) fieldColumn(s *spec) int {
	i := s.methods[0]
	return 2*tabWidth + len(w.fields[i]+`: w.Method("", ),`) + len(w.w.Methods[i].Fn.Name())
}

// names are names for the variable of a spec: that of its method, or of what sets
// several methods apart.
func (w *specWriter) names(s *spec, edits []words.Difference[specField]) []string {
	if len(s.methods) == 1 {
		name := model.LowerFirst(w.w.Methods[s.methods[0]].Fn.Name())
		return []string{name, name + "Spec"}
	}
	var names []string
	for _, trait := range traits {
		for _, d := range edits {
			switch {
			case d.Had && d.From.path == trait.path && !d.Has:
				names = append(names, trait.without)
			case d.Has && d.To.path == trait.path:
				names = append(names, trait.with)
			}
		}
	}
	return append(names, "variant")
}

// traits name what sets methods apart, the most telling first.
var traits = []struct{ path, with, without string }{
	{"NoContext", "contextless", "withContext"},
	{"Polls", "polls", "unpolled"},
	{"Lends", "streams", "plain"},
	{"Policy.Hedge", "hedged", "unhedged"},
	{"Once", "once", "repeatable"},
	{"Policy.Retry", "retried", "single"},
	{"Policy.Timeout", "timed", "untimed"},
	{"Policy.Breaker", "ownBreaker", "sharedBreaker"},
	{"SharedBreaker", "guarded", "unguarded"},
	{"Policy.Limit", "ownLimit", "sharedLimit"},
	{"SharedLimit", "limited", "unlimited"},
	{"Policy.Budget", "ownBudget", "sharedBudget"},
	{"SharedBudget", "budgeted", "unbudgeted"},
	{"Keyed", "keyed", "unkeyed"},
	{"IdempotencyKey", "idempotent", "withoutKey"},
	{"On", "selective", "unselective"},
	{"Not", "selective", "unselective"},
	{"Classify", "classified", "unclassified"},
	{"RetryAfter", "patient", "impatient"},
	{"CutAtEOF", "replies", "sequences"},
	{"Sort", "sorted", "unsorted"},
	{"InTransaction", "transactional", "onItsOwn"},
}

// usedGuards are the guards that the methods share, as far as one of them uses it.
func (r *renderer) usedGuards() literal {
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
	l := r.policy(used)
	l.tall = len(l.items) > 0
	return l
}
