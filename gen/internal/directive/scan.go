// Package directive finds the //retry: comments of a package and what each one stands on.
//
// What comes in are syntax trees; what goes out are declarations with their directives,
// presets expanded, and errors for comments that cannot be right whatever the types are.
// It knows no types: whether a directive can act on a method is decided by package resolve.
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

// A Declaration is a type declaration that directives stand on, or on whose
// methods they stand.
type Declaration struct {
	File       *load.File
	Spec       *ast.TypeSpec
	Directives []*model.Directive
	Unread     bool // there are directives besides, of which not even the verb is known
}

// Name is the name of the declared type.
func (d *Declaration) Name() string { return d.Spec.Name.Name }

// A Scan is what the comments of a package say, before anything is known of its
// types.
type Scan struct {
	diag.Reporter
	Declarations []*Declaration
	Methods      map[token.Pos][]*model.Directive // by the position of the method's name
	Presets      map[string]*model.Directive

	declaredPresets []*model.Directive // in source order, with those of the same name
}

// A Scanner finds the directives of files, and scans each file once: for the stand-ins
// that the loader asks for, and for its package.
type Scanner struct {
	files map[*load.File]*Scan
}

func NewScanner() *Scanner { return &Scanner{files: make(map[*load.File]*Scan)} }

// file returns what the comments of one file say, with presets not expanded.
func (sc *Scanner) file(fset *token.FileSet, file *load.File) *Scan {
	s := sc.files[file]
	if s == nil {
		s = newScan(fset)
		s.file(file)
		sc.files[file] = s
	}
	return s
}

// Package returns what the comments of a package's files say, in source order.
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
	places := findPlaces(s.Fset, file)
	for _, group := range file.Syntax.Comments {
		at := places.at(group)
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

// comment reports whether a comment is a directive, and returns it unless it is
// a preset or too wrong to be of use. What is wrong with it is reported.
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

// parse reads the text of a directive.
func (s *Scan) parse(file *load.File, c *ast.Comment) *model.Directive {
	d := &model.Directive{File: file.Path, Pos: c.Slash + token.Pos(len(model.Prefix))}
	parsed, errs := grammar.ParseDirective(strings.TrimRight(c.Text[len(model.Prefix):], " \t\r"))
	for _, e := range errs {
		s.Report(d.At(e.Offset), e.Hint, e.Msg)
	}
	d.Directive, d.Broken = parsed, len(errs) > 0
	return d
}

// checkPlace reports a verb that may not stand where it does.
func (s *Scan) checkPlace(d *model.Directive, at place) {
	here := grammar.OnType
	if at.method != nil {
		here = grammar.OnMethod
	}
	if d.Verb.Place&here == 0 {
		s.Report(d.Pos, "", fmt.Sprintf("%q stands %s, not %s", d.Verb.Name, d.Verb.Place, here))
		d.Broken = true
	}
}

// checkTogether reports directives of one doc comment that exclude each other.
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

// checkOnAndNot reports names that one place says in on and in not: the first could
// never act. A not that is an exception stands elsewhere, on a method or beside a
// preset.
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
			s.Report(seen[1].At(word.Offset), "not wins: leave it out of one of them", word.Text+" is in on and in not")
		}
	}
}

// nearMiss reports a comment that looks like a directive but is not one, because retrygen
// would ignore it in silence. Far from an interface, it reports only presets.
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
