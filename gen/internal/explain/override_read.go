package explain

import (
	"go/token"
	"maps"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/policy"
)

// overrides reads the text and the variables, the weakest first: those of an interface, then
// those of its methods.
func (o *overrider) overrides(wrappers []*model.Wrapper, from Overrides) {
	var names []string // of interfaces and methods
	for _, w := range wrappers {
		names = append(names, w.Iface.Name())
		for _, m := range w.Methods {
			names = append(names, w.Iface.Name()+"."+m.Fn.Name())
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	for _, list := range [][]*override{o.text(names, from), o.variables(names, from)} {
		slices.SortStableFunc(list, func(a, b *override) int { return strings.Count(a.name, ".") - strings.Count(b.name, ".") })
		o.list = append(o.list, list...)
	}
}

func (o *overrider) add(list []*override, name, variable string, x policy.Patch, place func(*policy.Error) token.Position, pos token.Position) []*override {
	return append(list, &override{
		name: name, variable: variable, patch: x, place: place, pos: pos,
		fits: make(map[string]bool), left: make(map[string]string),
	})
}

// text reads the overrides of a file.
func (o *overrider) text(names []string, from Overrides) (list []*override) {
	place := func(e *policy.Error) token.Position {
		line, column := e.Position(from.Text)
		return token.Position{Filename: from.File, Offset: e.Offset, Line: line, Column: column}
	}
	lines, err := policy.ParseOverrides(from.Text)
	for _, e := range policy.Errors(err) {
		o.ReportAt(place(e), e.Hint, e.Msg)
	}
	for _, line := range lines {
		at := place(&policy.Error{Offset: line.Offset})
		if !o.known(line.Name, names, at) {
			continue
		}
		inPatch := func(e *policy.Error) token.Position {
			return place(&policy.Error{Offset: line.At + e.Offset})
		}
		list = o.add(list, line.Name, "", line.Patch, inPatch, at)
	}
	for _, n := range from.Names {
		o.known(n.Name, names, place(&policy.Error{Offset: n.Offset}))
	}
	return list
}

// known reports whether the packages have an interface or a method, and reports an error if not.
func (o *overrider) known(name string, names []string, at token.Position) bool {
	if slices.Contains(names, name) {
		return true
	}
	what := "an interface"
	if strings.Contains(name, ".") {
		what = "a method"
	}
	o.ReportAt(at, diag.DidYouMean(name, names), "these packages do not have "+what+" "+name)
	return false
}

// variables reads the overrides of the environment.
func (o *overrider) variables(names []string, from Overrides) (list []*override) {
	if from.Prefix == "" {
		return nil
	}
	stands := make(map[string][]string) // the names that a variable stands for
	for _, name := range names {
		variable := from.Prefix + strings.ToUpper(strings.ReplaceAll(name, ".", "_"))
		stands[variable] = append(stands[variable], name)
	}
	for _, entry := range slices.Sorted(slices.Values(from.Environment)) {
		variable, text, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(variable, from.Prefix) {
			continue
		}
		place := func(e *policy.Error) token.Position {
			return token.Position{Filename: variable, Offset: e.Offset, Line: 1, Column: e.Offset + 1}
		}
		whole := token.Position{Filename: variable}
		x, err := policy.ParsePatch(text)
		for _, e := range policy.Errors(err) {
			o.ReportAt(place(e), e.Hint, e.Msg)
		}
		switch of := stands[variable]; {
		case len(of) == 0:
			o.ReportAt(whole, diag.DidYouMean(variable, slices.Sorted(maps.Keys(stands))), "these packages do not have an interface or a method of that name")
		case len(of) > 1:
			o.ReportAt(whole, "use retry.ParseOverrides for one of them", "the variable stands for both "+of[0]+" and "+of[1])
		case err == nil:
			list = o.add(list, of[0], variable, x, place, whole)
		}
	}
	return list
}
