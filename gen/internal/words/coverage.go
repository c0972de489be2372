package words

import (
	"slices"
	"strconv"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/internal/grammar"
)

// Coverage says how many methods of an interface its wrapper guards, and why it passes on
// the calls of the others. It returns "" if it guards them all.
func Coverage(w *model.Wrapper) string {
	guarded := 0
	var reasons []idleness
	names := make(map[idleness][]string)
	for _, m := range w.Methods {
		if m.Acts {
			guarded++
			continue
		}
		why := idle(m)
		if names[why] == nil {
			reasons = append(reasons, why)
		}
		names[why] = append(names[why], m.Fn.Name())
	}
	if guarded == len(w.Methods) {
		return ""
	}
	slices.SortStableFunc(reasons, func(a, b idleness) int { return len(names[b]) - len(names[a]) })
	var texts []string
	for _, why := range reasons {
		list := names[why]
		text := why.many
		if len(list) == 1 {
			text = why.one
		}
		texts = append(texts, strconv.Itoa(len(list))+" "+text+" ("+firstOf(list)+")"+why.because)
	}
	return "guards " + strconv.Itoa(guarded) + " of its " + strconv.Itoa(len(w.Methods)) + " methods; " + Series(texts, "and")
}

// An idleness is why nothing acts on a method, as a phrase whose subject is the method, or
// several, and perhaps a clause after it.
type idleness struct{ one, many, because string }

// idle says why nothing acts on a method.
func idle(m *model.Method) idleness {
	var why string // a directive of the interface does not act
	for _, d := range m.Decisions {
		if d.Concern() == grammar.ConcernNone {
			return idleness{one: "is switched off", many: "are switched off"}
		}
		if d.Skipped != "" && why == "" {
			why = d.Skipped
		}
	}
	switch {
	case !m.Fails:
		return idleness{one: "returns no error", many: "return no error"}
	case why == "the method has no context":
		return idleness{one: "has no context", many: "have no context"}
	case why != "":
		return idleness{"is left alone", "are left alone", ", because " + why}
	case len(m.Decisions) == 0:
		return idleness{one: "has no directive", many: "have no directive"}
	}
	return idleness{one: "makes one attempt without a guard", many: "make one attempt without a guard"}
}

// firstOf lists the first names of a list, or all if they are few.
func firstOf(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + ", ..."
}
