package render

import (
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/words"
)

// commonRules are the rules that the type's comment tells for its methods.
func (r *renderer) commonRules() []words.Rule {
	var acting []*model.Method
	var lists [][]words.Rule
	for _, m := range r.w.Methods {
		if m.Acts {
			acting = append(acting, m)
			lists = append(lists, words.RulesOf(m, r.w))
		}
	}
	return words.InCommon(lists, func(i, topic int) int { return silence(acting[i], words.Subject(topic)) })
}

// silence is what it costs to say that the method has no rule about a subject.
func silence(m *model.Method, about words.Subject) int {
	_, sayable := words.Without[about]
	switch {
	case about == words.AboutBudget && !m.Repeats():
		return 0 // there is nothing to limit
	case about == words.AboutEOF && !m.GoesByClass(), about == words.AboutConflict && !m.RetriesConflicts():
		return 0 // it makes no difference
	case !sayable:
		return len(words.Without) * 1000
	default:
		return 1
	}
}

// typeDoc is the doc comment of the wrapper.
func (r *renderer) typeDoc() []string {
	name := r.w.Iface.Name()
	text := r.w.Name + " wraps " + diag.Article(name) + " " + name + " with the policies that its directives declare. " +
		"It is safe for concurrent use if the wrapped " + name + " is."
	if coverage := words.Coverage(r.w); coverage != "" {
		text += " It " + coverage + "."
	}
	var phrases []string
	for _, rule := range r.common {
		phrases = append(phrases, rule.Text)
	}
	if phrases == nil {
		return []string{text}
	}
	return append([]string{text, ""}, listed("Under the common policy, a method", phrases)...)
}

// methodDoc is the doc comment of a method.
func (r *renderer) methodDoc(m *model.Method) []string {
	calls := m.Fn.Name() + " calls the wrapped " + m.Fn.Name()
	own := phrasesOf(m, nil, words.RulesOf(m, r.w))
	if !m.Acts {
		return r.idleDoc(calls, own)
	}
	if r.common == nil {
		return listed(calls+". It", textsOf(own))
	}
	apart := phrasesOf(m, r.common, words.RulesOf(m, r.w))
	holds := func(rule words.Rule) bool { return slices.Contains(r.common, rule) }
	if !slices.ContainsFunc(words.RulesOf(m, r.w), holds) {
		return listed(calls+" under its own policy. It", textsOf(own))
	}
	contrary := slices.ContainsFunc(apart, func(p phrase) bool { return p.contrary })
	switch n := len(apart); {
	case n == 0:
		return []string{calls + " under the common policy."}
	case n > len(own) || n == len(own) && n > 1:
		return listed(calls+" under its own policy. It", textsOf(own))
	case n == 1 && (contrary || apart[0].narrows):
		return listed(calls+" under the common policy, but", textsOf(apart))
	case n == 1:
		return listed(calls+" under the common policy, and", textsOf(apart))
	case contrary:
		return listed(calls+" under the common policy, except that it", textsOf(apart))
	default:
		return listed(calls+" under the common policy. It also", textsOf(apart))
	}
}

// idleDoc is the doc comment of a method on which nothing acts.
func (r *renderer) idleDoc(calls string, own []phrase) []string {
	calls += " without a policy"
	reasons := make(map[string]bool)
	for _, p := range own {
		reasons[p.because] = true
	}
	if len(own) == 0 {
		return []string{calls + "."}
	}
	if len(reasons) == 1 {
		return []string{calls + ", because " + own[0].because + "."}
	}
	return listed(calls+". It", textsOf(own))
}

// A phrase is what a comment says about a subject.
type phrase struct {
	text     string
	because  string // why a directive does not act; "" where that is not the case
	contrary bool   // it takes back what has been said before
	narrows  bool   // it restricts it
}

// phrasesOf returns what to say of a method with those rules, when some have been told.
func phrasesOf(m *model.Method, told, rules []words.Rule) []phrase {
	type about struct {
		words.Subject
		phrase
	}
	var list []about
	for _, d := range words.Differences(told, rules) {
		switch {
		case d.Has:
			narrows := d.To.About == words.AboutOn || d.To.About == words.AboutNot || d.To.About == words.AboutRequest
			text := d.To.Text
			if listing := words.Listings[d.To.About]; d.Had && listing != "" {
				text += " (instead of " + strings.TrimPrefix(d.From.Text, listing) + ")"
			}
			list = append(list, about{d.To.About, phrase{text: text, contrary: d.Had, narrows: narrows}})
		case silence(m, d.From.About) > 0:
			list = append(list, about{d.From.About, phrase{text: words.Without[d.From.About], contrary: true}})
		}
	}
	for _, d := range m.Decisions {
		if d.Skipped == "" {
			continue
		}
		why := phrase{text: words.Without[words.Subjects[d.Concern()]], because: d.Skipped, contrary: true}
		i := slices.IndexFunc(list, func(a about) bool { return a.Subject >= words.Subjects[d.Concern()] })
		switch {
		case i < 0:
			list = append(list, about{words.Subjects[d.Concern()], why})
		case list[i].Subject == words.Subjects[d.Concern()]:
			list[i].phrase = why
		default:
			list = slices.Insert(list, i, about{words.Subjects[d.Concern()], why})
		}
	}
	phrases := make([]phrase, len(list))
	for i, a := range list {
		phrases[i] = a.phrase
	}
	return together(phrases)
}

// together joins the phrases that have the same reason.
func together(phrases []phrase) []phrase {
	var joined []phrase
	texts := make(map[string][]string)
	for _, p := range phrases {
		if p.because == "" || texts[p.because] == nil {
			joined = append(joined, p)
		}
		if p.because != "" {
			texts[p.because] = append(texts[p.because], p.text)
		}
	}
	for i, p := range joined {
		if p.because != "" {
			joined[i].text = words.Series(texts[p.because], "and") + ", because " + p.because
		}
	}
	return joined
}

func textsOf(phrases []phrase) []string {
	list := make([]string, len(phrases))
	for i, p := range phrases {
		list[i] = p.text
	}
	return list
}

// listed is a sentence that goes on with one phrase, or a list of several.
func listed(begin string, phrases []string) []string {
	if len(phrases) == 1 {
		return []string{begin + " " + phrases[0] + "."}
	}
	lines := []string{begin + ":", ""}
	for _, p := range phrases {
		lines = append(lines, bullet+p)
	}
	return lines
}

const (
	bullet       = "  - "
	commentWidth = 100 // columns of a comment
)

// wrap breaks a paragraph, or an item of a list, into lines.
func wrap(text string) []string {
	indent := ""
	if strings.HasPrefix(text, bullet) {
		indent = strings.Repeat(" ", len(bullet))
	}
	var lines []string
	line := ""
	for word := range strings.SplitSeq(strings.TrimPrefix(text, bullet), " ") {
		switch {
		case line == "":
			line = word
		case len("// ")+len(indent)+len(line)+1+len(word) > commentWidth:
			lines = append(lines, indent+line)
			line = word
		default:
			line += " " + word
		}
	}
	lines = append(lines, indent+line)
	if indent != "" {
		lines[0] = bullet + strings.TrimPrefix(lines[0], indent)
	}
	return lines
}
