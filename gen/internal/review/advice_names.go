package review

import (
	"slices"

	"github.com/retrygen/retrygen/gen/internal/explain"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/internal/libraries"
)

func (s *subject) redundantName() []finding {
	if s.m.Classify != nil {
		return nil // it may sort an error differently
	}
	var list []finding
	for _, d := range s.m.Decisions {
		if d.By == nil || d.Skipped != "" {
			continue
		}
		var matchers []model.Matcher
		switch d.Concern() {
		case grammar.ConcernOn:
			matchers = s.m.On
		case grammar.ConcernNot:
			matchers = s.m.Not
		}
		for i, m := range matchers {
			if why := s.redundant(d.Concern(), m); why != "" {
				pos := s.w.Pkg.Fset.Position(d.By.Said())
				if d.By.Use == nil && i < len(d.By.Words) {
					pos = s.w.Pkg.Fset.Position(d.By.At(d.By.Words[i].Offset))
				}
				list = append(list, finding{pos: pos, write: "Leave out " + code(m.Word) + ".", reason: why})
			}
		}
	}
	return list
}

// redundant says why a name of on or not says nothing new, or returns "".
func (s *subject) redundant(concern grammar.Concern, m model.Matcher) string {
	covered := func(classes []string) string {
		for _, other := range s.m.On {
			if other.Kind != model.MatchClass || other.Word == m.Word {
				continue
			}
			if !slices.ContainsFunc(classes, func(class string) bool { return !explain.Covers(other.Word, class) }) {
				return other.Word
			}
		}
		return ""
	}
	if m.Kind == model.MatchClass {
		if concern == grammar.ConcernOn && m.Word == "unsent" {
			if word := covered([]string{"Unsent"}); word != "" {
				return code(word) + " matches what " + code("unsent") + " does."
			}
		}
		return ""
	}
	library, classes := s.classesOf(m)
	if len(classes) == 0 {
		return ""
	}
	if concern == grammar.ConcernOn {
		if word := covered(classes); word != "" {
			return code(m.Word) + " of " + library + " is " + libraries.MeaningOf(classes[0]).Noun + ", so " + code(word) + " matches it."
		}
		return ""
	}
	byClass := !slices.ContainsFunc(classes, func(class string) bool { return class != "Answer" }) &&
		!slices.ContainsFunc(s.m.On, func(on model.Matcher) bool { return on.Kind != model.MatchClass })
	if !byClass {
		return ""
	}
	return code(m.Word) + " of " + library + " is an answer anyway: it is not retried, and the breaker counts a success."
}

// classesOf returns the classes that a library gives the error that a matcher names. There are
// none if no library of the method declares it, or if a part of its cases is not known.
func (s *subject) classesOf(m model.Matcher) (library string, classes []string) {
	if m.Kind != model.MatchValue && m.Kind != model.MatchCode || m.Obj == nil || m.Obj.Pkg() == nil {
		return "", nil
	}
	var known []*libraries.Kind
	for _, sorter := range s.m.Sorters {
		if _, _, ok := sorter.Kind.Contains(m.Obj.Pkg().Path()); ok && m.Obj.Pkg() != s.w.Pkg.Types {
			known = append(known, sorter.Kind)
		}
	}
	if known == nil {
		return "", nil
	}
	found := libraries.Find(m.Word, known, s.m.Waits)
	if found.Library == nil || found.ByRest {
		return "", nil
	}
	for _, c := range found.Cases {
		if !slices.Contains(c.Names, m.Word) && !c.Matches(m.Word) || c.Class == libraries.ByStatus {
			return "", nil
		}
		classes = append(classes, c.Class)
	}
	return found.Library.Name, classes
}
