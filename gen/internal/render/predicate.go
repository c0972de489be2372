package render

import (
	"maps"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/model"
)

// predicate writes a func that reports whether an error matches one of the list.
func (r *renderer) predicate(list []model.Matcher) literal {
	taken := maps.Clone(r.imports.taken)
	err := taken.Take("err", "failure")
	var tests []string
	for i, m := range list {
		if m.Kind != model.MatchCode {
			tests = append(tests, r.match(m, err)...)
		} else if first := slices.IndexFunc(list, m.SameCodes); first == i {
			tests = append(tests, r.hasCode(list, m, err))
		}
	}
	head := "func(" + err + " error) bool {"
	flat := "return " + strings.Join(tests, " || ")
	switch {
	case len(head)+len(flat)+len("  }") <= oneLine:
		return atom(head + " " + flat + " }")
	case len(flat) < oneLine:
		return atom(head + "\n" + flat + "\n}")
	default:
		return atom(head + "\nreturn " + strings.Join(tests, " ||\n") + "\n}")
	}
}

// hasCode is the test for all codes of a list that one call can look for.
func (r *renderer) hasCode(list []model.Matcher, like model.Matcher, err string) string {
	var codes []string
	for _, m := range list {
		if m.SameCodes(like) {
			codes = append(codes, r.types.objectName(m.Obj))
		}
	}
	has := r.imports.ref(model.RuntimePath, model.RuntimeName, like.Has)
	if like.Holder != nil {
		has += "[*" + r.types.objectName(like.Holder) + "]"
	}
	return has + "(" + err + ", " + strings.Join(codes, ", ") + ")"
}

// match returns the tests of which one is true for an error that matches m.
func (r *renderer) match(m model.Matcher, err string) []string {
	isType := func(t string) string {
		return r.imports.ref(model.RuntimePath, model.RuntimeName, "HasType") + "[" + t + "](" + err + ")"
	}
	switch m.Kind {
	case model.MatchClass:
		return []string{r.imports.ref(model.RuntimePath, model.RuntimeName, model.Classes[m.Word]) + "(" + err + ")"}
	case model.MatchValue:
		return []string{r.imports.ref("errors", "errors", "Is") + "(" + err + ", " + r.types.objectName(m.Obj) + ")"}
	case model.MatchType:
		return []string{isType(r.types.objectName(m.Obj))}
	case model.MatchPointer:
		return []string{isType("*" + r.types.objectName(m.Obj))}
	case model.MatchEither:
		name := r.types.objectName(m.Obj)
		return []string{isType(name), isType("*" + name)}
	}
	if path := m.Obj.Pkg().Path(); path != model.RuntimePath && path != model.RequestPath { // which know of wrapped errors
		err = r.imports.ref(model.RuntimePath, model.RuntimeName, "Bare") + "(" + err + ")"
	}
	return []string{r.types.objectName(m.Obj) + "(" + err + ")"}
}
