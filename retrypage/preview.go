package retrypage

import (
	"net/http"
	"strings"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// A forms is the page on which one dependency can be changed.
type forms struct {
	Title, Heading, Token string
	Dependency            dependency
	Keyed                 []keyForm    // none without Config.ShowKeys
	Interfaces            []string     // those with several methods
	Methods               []methodView // each name once
}

// A keyForm is the form for single keys of a breaker.
type keyForm struct {
	Method  string    // one whose calls have the keys
	Of      string    // the method whose own breaker it is; empty: methods share it
	Known   []keyView // that have a breaker of their own, at most mostKnown
	Numbers bool      // the keys are whole numbers
}

// mostKnown is how many keys a form lists.
const mostKnown = 100

func (p *Page) serveForms(w http.ResponseWriter, r *http.Request) {
	d, ok := p.dependency(r.URL.Query().Get("dependency"))
	if !ok {
		p.fail(w, http.StatusNotFound, "There is no such dependency any more.")
		return
	}
	page := forms{Title: p.config.Title, Heading: "change " + d.Name, Token: p.token, Dependency: d}
	seen := make(map[string]bool)
	methods := make(map[string]int) // by interface
	for _, m := range d.Methods {
		if seen[m.Method] {
			continue
		}
		seen[m.Method] = true
		page.Methods = append(page.Methods, m)
		owner, _, _ := strings.Cut(m.Method, ".")
		if methods[owner]++; methods[owner] == 2 {
			page.Interfaces = append(page.Interfaces, owner)
		}
	}
	if p.config.ShowKeys {
		page.Keyed = keyForms(d)
	}
	writeHTML(w, http.StatusOK, render("change.html", page))
}

// keyForms returns the forms for the breakers with keys that guard some method.
func keyForms(d dependency) []keyForm {
	var list []keyForm
	for _, b := range d.Breakers {
		if b.keyedMethod == "" {
			continue
		}
		known, numbers := keysOf(d.group, b.keyedMethod)
		list = append(list, keyForm{b.keyedMethod, b.Method, known[:min(len(known), mostKnown)], numbers})
	}
	return list
}

// A preview is the page that says what a policy would do.
type preview struct {
	Title, Heading, Token string
	Bad                   level
	Dependency            dependency
	Method, Text          string
	Faults                []fault
	Sides                 []sides // one for each method of the name, or of the interface
}

// A fault is a mistake in the text of a policy.
type fault struct {
	Column int // from 1; zero: the policy as a whole
	Text   string
	Marked string // the line, with carets below the mistake
}

// sides are a policy before and after, as a text and in words.
type sides struct {
	Method                  string
	Before, After           []concern
	BeforeWords, AfterWords []string
}

func (p *Page) servePreview(w http.ResponseWriter, r *http.Request) {
	d, ok := p.dependency(r.PostForm.Get("dependency"))
	if !ok {
		p.fail(w, http.StatusNotFound, "There is no such dependency any more.")
		return
	}
	page := preview{
		Title: p.config.Title, Heading: "preview", Token: p.token, Bad: bad, Dependency: d,
		Method: r.PostForm.Get("method"), Text: strings.Join(strings.Fields(r.PostForm.Get("policy")), " "),
	}
	page.Sides, page.Faults = previewOf(d.group, page.Method, page.Text)
	status := http.StatusOK
	if page.Faults != nil {
		status = http.StatusUnprocessableEntity
	}
	writeHTML(w, status, render("preview.html", page))
}

// local makes what the preview changes look as if it was set while running.
var local = []retry.PolicyLayer{{Name: retry.LayerLocal, Concerns: []string{"strategy", "timeout", "breaker", "budget", "limit", "hedge"}}}

// previewOf says what SetPolicy would do to a method, or to those of an interface, or what is wrong with the text.
func previewOf(g *retry.Group, method, text string) ([]sides, []fault) {
	patch, err := policy.ParsePatch(text)
	if err != nil {
		return nil, faultsOf(text, err)
	}
	after, err := g.PreviewPolicy(method, patch)
	if err != nil {
		return nil, []fault{{Text: err.Error()}}
	}
	var list []sides
	for _, m := range g.Snapshot().Methods {
		if m.Method != method && !strings.HasPrefix(m.Method, method+".") || len(list) == len(after) {
			continue
		}
		then := after[len(list)]
		if patch.IsZero() { // the form then offers to undo all changes
			then = withoutLocal(m)
		}
		list = append(list, sides{
			m.Method,
			concernsOf(m.Declared, m.Policy, m.Layers), concernsOf(m.Declared, then, local),
			inWords(m.Policy), inWords(then),
		})
	}
	return list, nil
}

// withoutLocal returns the policy that Group.ResetToSource would put into force: what the source
// declares, and what the fleet says.
func withoutLocal(m retry.MethodSnapshot) policy.Policy {
	for _, l := range m.Layers {
		if l.Name != retry.LayerFleet {
			continue
		}
		if patch, err := policy.ParsePatch(l.Text); err == nil {
			if p, err := patch.Apply(m.Declared); err == nil {
				return p
			}
		}
	}
	return m.Declared
}

func faultsOf(text string, err error) []fault {
	var list []fault
	for _, e := range policy.Errors(err) {
		_, column := e.Position(text)
		marks := strings.Repeat(" ", min(e.Offset, len(text))) + strings.Repeat("^", max(e.Len, 1))
		list = append(list, fault{column, e.Error(), text + "\n" + marks})
	}
	return list
}
