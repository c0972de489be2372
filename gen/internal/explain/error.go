package explain

import (
	"slices"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/libraries"
)

// An ExplainedError says what happens in a method when an error comes. If that depends, a
// method has several.
type ExplainedError struct {
	Name    string // as the library spells it, such as codes.NotFound; as it was asked for if nobody knows it
	When    string // the condition, such as "with a RetryInfo"; "" if there is none
	Library string // the name of the library that knows it; "" if none does
	Class   string // "Answer", as in retry.ClassAnswer; "" if it goes by a status of HTTP that is not known

	Retried string // a sentence that says whether the call is retried
	Breaker string // a sentence that says what the breaker learns; "" without a breaker
	Unless  string // a sentence that says who is asked before; "" if nobody is
}

// errorsOf says what happens in a method when the error that a person names comes.
func errorsOf(m *model.Method, said string) []ExplainedError {
	var known []*libraries.Kind
	for _, s := range m.Sorters {
		known = append(known, s.Kind)
	}
	found := libraries.Find(said, known, m.Waits)
	if found.Cases == nil {
		return []ExplainedError{errorOf(m, said, "", libraries.Case{Class: "Unclassified", Names: []string{said}})}
	}
	var list []ExplainedError
	for _, c := range found.Cases {
		e := errorOf(m, said, found.Library.Name, c)
		if !found.ByRest {
			e.When = c.When
		}
		list = append(list, e)
	}
	return list
}

func errorOf(m *model.Method, said, library string, c libraries.Case) ExplainedError {
	e := ExplainedError{Name: said, Library: library, Class: c.Class}
	for _, name := range c.Names {
		if (libraries.Case{Names: []string{name}}).Matches(said) {
			e.Name = name
		}
	}
	if c.Class == libraries.ByStatus {
		e.Class = libraries.OfStatus(said)
	}
	e.Retried, e.Breaker = retried(m, said, e.Class, c), breakerLearns(m, said, e.Class, c)
	if m.Classify != nil {
		e.Unless = m.Classify.Name() + " is asked first."
	}
	return e
}

// sorted says what the libraries of a method make of their errors, a text each.
func sorted(m *model.Method) []string {
	var list []string
	for _, s := range m.Sorters {
		if text := s.Library.Summary(s.Kind, m.Waits); text != "" {
			list = append(list, "errors of "+s.Library.Name+": "+text)
		}
	}
	return list
}

// classWords are the classes that the built-in words of on and not match.
var classWords = map[string][]string{
	"transient": {"Transient", "Unsent"},
	"unsent":    {"Unsent"},
	"throttled": {"Throttled", "Quota"},
	"conflict":  {"Conflict"},
	"timeout":   {"Deadline"},
}

// Covers reports whether a built-in word of on and not matches the errors of a class.
func Covers(word, class string) bool { return slices.Contains(classWords[word], class) }

// lists reports whether a list names an error. Funcs and types of the user may match it too.
func lists(matchers []model.Matcher, said, class string, c libraries.Case) (yes, maybe bool) {
	for _, m := range matchers {
		switch {
		case m.Kind == model.MatchClass && Covers(m.Word, class):
			yes = true
		case m.Kind == model.MatchClass:
		case c.Matches(m.Word) && (libraries.Case{Names: []string{m.Word}}).Matches(said):
			yes = true
		case m.Kind == model.MatchFunc || m.Kind == model.MatchType || m.Kind == model.MatchPointer || m.Kind == model.MatchEither:
			maybe = true
		}
	}
	return yes, maybe
}

// retried says whether a method retries an error.
func retried(m *model.Method, said, class string, c libraries.Case) string {
	meaning := libraries.MeaningOf(class)
	never, perhapsNot := lists(m.Not, said, class, c)
	listed, perhaps := lists(m.On, said, class, c)
	switch {
	case !m.Repeats():
		return "The method makes one attempt in any case."
	case never:
		return "The call is not retried, because not lists the error."
	case class == "Conflict" && m.InTx:
		return "The call is not retried, because a conflict ends the transaction."
	case listed:
		return "The call is retried, because on lists the error."
	case m.On != nil && perhaps:
		return "The call is retried if on matches the error."
	case m.On != nil:
		return "The call is not retried, because on does not list the error."
	case class == "":
		return "The status of the response decides whether the call is retried."
	case class == "Deadline" && m.Policy.Timeout.Attempt == 0:
		return "The call is not retried, because no timeout of the wrapper limits an attempt."
	case !meaning.Retried:
		return "The call is not retried."
	case perhapsNot:
		return "The call is retried unless not matches the error."
	case class == "Throttled":
		return "The call is retried, after the delay that the error asks for."
	case m.Ctx == shape.RequestParam && class != "Unsent":
		return "The call is retried, but not if the request is not idempotent, such as a POST without an idempotency key."
	}
	return "The call is retried."
}

// breakerLearns says what the breaker of a method makes of an error.
func breakerLearns(m *model.Method, said, class string, c libraries.Case) string {
	if !m.HasBreaker() {
		return ""
	}
	never, _ := lists(m.Not, said, class, c)
	switch {
	case never:
		return "The breaker " + libraries.MeaningOf("Answer").Vote + "."
	case class == "":
		return "The status decides what the breaker counts."
	case class == "Unclassified" && m.On != nil:
		if listed, perhaps := lists(m.On, said, class, c); !listed && !perhaps {
			return "The breaker " + libraries.MeaningOf("Throttled").Vote + "."
		}
	}
	return "The breaker " + libraries.MeaningOf(class).Vote + "."
}
