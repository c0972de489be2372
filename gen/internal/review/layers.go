package review

import (
	"go/types"
	"math"
	"slices"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/libraries"
	"github.com/retrygen/retrygen/policy"
)

// A Package is a package whose types may implement interfaces.
type Package struct {
	*model.Package
	Requires map[string]string // the modules that its module requires
}

// A Layer is below a method and retries by itself.
type Layer struct {
	Name     string // Ledger.Add, or the client of a library
	Attempts int    // libraries.Unlimited without a limit
	Source   string // where the number of a client stands; "" for a wrapper
	When     string // after which errors a client retries; "" for most
}

// findLayers finds which methods of wrappers are implemented by calling methods of other
// wrappers: a struct has the method, and calls a method of its field, whose type is the other
// interface or its wrapper.
func (r *reviewer) findLayers() {
	r.below, r.above = make(map[*model.Method][]call), make(map[*model.Method][]call)
	bodies := make(bodies)
	for _, pkg := range r.packages {
		for _, name := range pkg.Types.Scope().Names() {
			obj, ok := pkg.Types.Scope().Lookup(name).(*types.TypeName)
			if !ok || obj.IsAlias() || shape.Generic(obj.Type()) || r.isWrapper(obj) {
				continue
			}
			fields := r.wrappedFields(obj)
			if len(fields) == 0 {
				continue
			}
			for _, w := range r.all {
				if implements(obj.Type(), w) {
					r.connect(w, obj, fields, pkg, bodies)
				}
			}
		}
	}
}

// isWrapper reports whether a type is the wrapper of an interface.
func (r *reviewer) isWrapper(obj *types.TypeName) bool {
	return slices.ContainsFunc(r.all, func(w *model.Wrapper) bool { return w.Pkg.Path == obj.Pkg().Path() && w.Name == obj.Name() })
}

func implements(t types.Type, w *model.Wrapper) bool {
	iface, ok := w.Iface.Type().Underlying().(*types.Interface)
	return ok && !shape.Generic(w.Iface.Type()) && types.Implements(types.NewPointer(t), iface)
}

// wrappedFields returns the fields of a struct whose types are interfaces with wrappers, or
// their wrappers.
func (r *reviewer) wrappedFields(obj *types.TypeName) map[string]*model.Wrapper {
	fields := make(map[string]*model.Wrapper)
	s, ok := obj.Type().Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	for f := range s.Fields() {
		t := types.Unalias(f.Type())
		if p, ok := t.(*types.Pointer); ok {
			t = types.Unalias(p.Elem())
		}
		named, ok := t.(*types.Named)
		if !ok || named.Obj().Pkg() == nil {
			continue
		}
		for _, w := range r.all {
			if w.Pkg.Path == named.Obj().Pkg().Path() && (w.Iface.Name() == named.Obj().Name() || w.Name == named.Obj().Name()) {
				fields[f.Name()] = w
			}
		}
	}
	return fields
}

// connect notes what the methods of a struct that implements an interface call.
func (r *reviewer) connect(w *model.Wrapper, obj *types.TypeName, fields map[string]*model.Wrapper, pkg *Package, bodies bodies) {
	for _, m := range w.Methods {
		fn, _, _ := types.LookupFieldOrMethod(obj.Type(), true, pkg.Types, m.Fn.Name())
		if fn == nil {
			continue
		}
		var found []called
		bodies.calls(pkg.Fset, obj, fn, &found, make(map[types.Object]bool))
		for _, c := range found {
			lower := fields[c.field]
			if lower == nil || lower == w {
				continue // a decorator of the same interface does not add a layer
			}
			at := slices.IndexFunc(lower.Methods, func(m *model.Method) bool { return m.Fn.Name() == c.method })
			if at < 0 {
				continue
			}
			down, up := call{lower, lower.Methods[at]}, call{w, m}
			if !slices.Contains(r.below[m], down) {
				r.below[m] = append(r.below[m], down)
				r.above[down.m] = append(r.above[down.m], up)
			}
		}
	}
}

// layers returns what is below a method and retries by itself.
func (r *reviewer) layers(m *model.Method) []Layer {
	var list []Layer
	for _, c := range r.below[m] {
		if all := r.through(c.m, false, nil); all > 1 {
			list = append(list, Layer{Name: c.name(), Attempts: all})
		}
	}
	if s, repeats := clientOf(m); repeats != nil {
		list = append(list, Layer{Name: "the " + s.Library.Name + " client", Attempts: repeats.Attempts, Source: repeats.Source, When: repeats.When})
	}
	return list
}

// through returns the most attempts that a call makes through all layers. Single says that a
// wrapper above is retrying, so that the method makes one attempt. In its own retries, the
// wrappers below make one attempt, too. A client that retries by itself does not know.
func (r *reviewer) through(m *model.Method, single bool, within []*model.Method) int {
	if slices.Contains(within, m) {
		return 1 // methods that call each other
	}
	within = append(within, m)
	deepest := func(single bool) int {
		most := 1
		for _, c := range r.below[m] {
			most = max(most, r.through(c.m, single, within))
		}
		if _, repeats := clientOf(m); repeats != nil {
			most = max(most, repeats.Attempts)
		}
		return most
	}
	if single || !m.Acts {
		return deepest(single)
	}
	each := 1 + copiesOf(m)
	first := timesAll(each, deepest(false))
	retries := timesAll(timesAll(each, max(m.Policy.Retry.Attempts, 1)-1), deepest(true))
	return min(first+retries, policy.Unlimited)
}

// copiesOf returns how many copies of an attempt a hedge may start.
func copiesOf(m *model.Method) int {
	if m.Policy.Hedge == (policy.Hedge{}) {
		return 0
	}
	return max(m.Policy.Hedge.Max, 1)
}

// timesAll multiplies counts, at most policy.Unlimited.
func timesAll(a, b int) int { return int(min(int64(a)*int64(b), math.MaxInt32)) }

// clientOf returns the library whose client repeats the calls of a method by itself, and how
// often; nil if none does.
func clientOf(m *model.Method) (*model.Sorter, *libraries.Retries) {
	for _, s := range m.Sorters {
		repeats := s.Kind.RetriesOf(m.Fn.Name(), func(yield func(pkgPath, name string)) {
			shape.Mentions(m.Sig, func(obj *types.TypeName) {
				if obj.Pkg() != nil {
					yield(obj.Pkg().Path(), obj.Name())
				}
			})
		})
		if repeats != nil {
			return s, repeats
		}
	}
	return nil, nil
}

// deadline returns how long the callers of a method wait at most: what a person says, or the
// timeout of the wrapper above it, whichever is shorter.
func (r *reviewer) deadline(m *model.Method) Deadline {
	var d Deadline
	if r.q.Deadline > 0 {
		d = Deadline{r.q.Deadline, "-deadline"}
	}
	for _, c := range r.above[m] {
		if _, most := c.m.Bound(); most > 0 && (d.After == 0 || most < d.After) {
			d = Deadline{most, c.name()}
		}
	}
	return d
}

// String says what a layer does: "Ledger.Add makes 3 attempts by itself".
func (l Layer) String() string {
	text := l.Name + " makes " + diag.Count(l.Attempts, "attempt") + " by itself"
	if l.Attempts == libraries.Unlimited {
		text = l.Name + " retries by itself without limit"
	}
	if l.When != "" {
		text += " " + l.When
	}
	return text
}
