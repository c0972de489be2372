// Package directive finds the //retry: comments of a package and what each one belongs to.
//
// It takes syntax trees, and returns declarations with their directives, with presets
// expanded. It reports comments that are wrong whatever the types are. It does not know
// types: package resolve decides whether a directive can act on a method.
package directive

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/load"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/internal/grammar"
)

// A Declaration is a type declaration that has directives, on itself or on its methods.
type Declaration struct {
	File       *load.File
	Spec       *ast.TypeSpec
	Directives []*model.Directive
	Unread     bool // it also has directives with an unknown verb or in a wrong place
}

// Name returns the name of the declared type.
func (d *Declaration) Name() string { return d.Spec.Name.Name }

// A Scan holds what the comments of a package say, before its types are known.
type Scan struct {
	diag.Reporter
	Declarations []*Declaration
	Methods      map[token.Pos][]*model.Directive // by the position of the method's name
	Presets      map[string]*model.Directive

	declaredPresets []*model.Directive // in source order, including duplicates
}

// A Scanner finds the directives of files. It scans each file once, although both the
// loader (for stand-ins) and Package ask for it.
type Scanner struct {
	files map[*load.File]*Scan
}

func NewScanner() *Scanner { return &Scanner{files: make(map[*load.File]*Scan)} }

// file returns what the comments of one file say. Its presets are not expanded yet.
func (sc *Scanner) file(fset *token.FileSet, file *load.File) *Scan {
	s := sc.files[file]
	if s == nil {
		s = newScan(fset)
		s.file(file)
		sc.files[file] = s
	}
	return s
}

// Package returns what the comments of a package's files say, in source order. It
// expands the presets, so call it once for each package.
func (sc *Scanner) Package(fset *token.FileSet, files []*load.File) *Scan {
	all := newScan(fset)
	for _, file := range files {
		s := sc.file(fset, file)
		all.Errs = append(all.Errs, s.Errs...)
		all.Declarations = append(all.Declarations, s.Declarations...)
		maps.Copy(all.Methods, s.Methods)
		all.declaredPresets = append(all.declaredPresets, s.declaredPresets...)
	}
	all.collectPresets()
	all.expand()
	return all
}

func newScan(fset *token.FileSet) *Scan {
	return &Scan{
		Reporter: diag.Reporter{Fset: fset}, Methods: make(map[token.Pos][]*model.Directive), Presets: make(map[string]*model.Directive),
	}
}

func (s *Scan) file(file *load.File) {
	standing := findPlaces(s.Fset, file)
	for _, group := range file.Syntax.Comments {
		at := standing.at(group)
		var found []*model.Directive
		for _, comment := range group.List {
			d, ok := s.comment(file, comment, at)
			if ok && at.declaration != nil && !slices.Contains(s.Declarations, at.declaration) {
				s.Declarations = append(s.Declarations, at.declaration)
			}
			switch {
			case d != nil:
				found = append(found, d)
			case ok && at.declaration != nil:
				at.declaration.Unread = true
			}
		}
		if len(found) == 0 {
			continue
		}
		s.checkTogether(found)
		if at.method != nil {
			s.Methods[at.method.Names[0].Pos()] = found
		} else {
			at.declaration.Directives = found
		}
	}
	slices.SortFunc(s.Declarations, func(a, b *Declaration) int { return int(a.Spec.Pos() - b.Spec.Pos()) })
}

// comment reports whether a comment is a directive, and returns it unless it is a preset
// or cannot be used. It reports the mistakes in it.
func (s *Scan) comment(file *load.File, c *ast.Comment, at place) (*model.Directive, bool) {
	d, ok := ast.ParseDirective(c.Slash, c.Text)
	if !ok || d.Tool != "retry" {
		if at.near || at.outside {
			s.nearMiss(c, at)
		}
		return nil, false
	}
	if verb, ok := grammar.Lookup(d.Name); ok && verb.Place == grammar.OnPackage {
		s.preset(file, c, at)
		return nil, true
	}
	if at.wrong != "" {
		s.Report(c.Slash, at.hint, at.wrong)
		return nil, true
	}
	found := s.parse(file, c)
	if found.Verb == nil {
		return nil, true
	}
	s.checkPlace(found, at)
	return found, true
}

// parse parses the text of a directive.
func (s *Scan) parse(file *load.File, c *ast.Comment) *model.Directive {
	d := &model.Directive{File: file.Path, Pos: c.Slash + token.Pos(len(model.Prefix))}
	parsed, errs := grammar.ParseDirective(strings.TrimRight(c.Text[len(model.Prefix):], " \t\r"))
	for _, e := range errs {
		s.Report(d.At(e.Offset), e.Hint, e.Msg)
	}
	d.Directive, d.Broken = parsed, len(errs) > 0
	return d
}

// checkPlace reports a verb that stands in the wrong place.
func (s *Scan) checkPlace(d *model.Directive, at place) {
	here := grammar.OnType
	if at.method != nil {
		here = grammar.OnMethod
	}
	if d.Verb.Place&here == 0 {
		s.Report(d.Pos, "", fmt.Sprintf("%q belongs %s, not %s", d.Verb.Name, d.Verb.Place, here))
		d.Broken = true
	}
}

// checkTogether reports directives of one doc comment that contradict each other.
func (s *Scan) checkTogether(list []*model.Directive) {
	for i, d := range list {
		for _, before := range list[:i] {
			if clash, hint := d.Clash(before.Directive); clash != "" {
				s.Report(d.Pos, hint, clash)
				d.Broken = true
				break
			}
		}
	}
	s.checkOnAndNot(list)
}

// checkOnAndNot reports names that stand in both on and not of one place: there, on could
// never match them. A not that makes an exception stands elsewhere, on a method or next to
// a preset.
func (s *Scan) checkOnAndNot(list []*model.Directive) {
	var seen []*model.Directive
	for _, d := range list {
		if c := d.Verb.Concern; c == grammar.ConcernOn || c == grammar.ConcernNot {
			seen = append(seen, d)
		}
	}
	if len(seen) != 2 || seen[0].Verb == seen[1].Verb {
		return
	}
	for _, word := range seen[1].Words {
		if slices.ContainsFunc(seen[0].Words, func(w grammar.Word) bool { return w.Text == word.Text }) {
			s.Report(seen[1].At(word.Offset), "not wins: remove it from one of them", word.Text+" is in on and in not")
		}
	}
}

// nearMiss reports a comment that looks like a directive but is not one, because retrygen
// would silently ignore it. Far from an interface, it reports only presets.
func (s *Scan) nearMiss(c *ast.Comment, at place) {
	if at.near && strings.TrimRight(c.Text, " \t\r") == model.Prefix {
		s.Report(c.Slash, "retrygen help directives", "a directive without a verb")
		return
	}
	word, verb := grammar.NearMiss(c.Text)
	if verb == "" || !at.near && word != string(grammar.ConcernPreset) {
		return
	}
	s.Report(c.Slash, "write "+model.Prefix+verb+", or reword the comment",
		"this comment looks like a directive but is not one: "+firstWords(c.Text))
}

// firstWords shortens a comment for a message.
func firstWords(text string) string {
	const most = 40
	if len(text) <= most {
		return text
	}
	cut := strings.LastIndexByte(text[:most], ' ')
	return text[:max(cut, most/2)] + " ..."
}
