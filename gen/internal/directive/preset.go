package directive

import (
	"fmt"
	"go/ast"
	"maps"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/load"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/internal/grammar"
)

// preset reads a //retry:preset comment. It reports the mistakes in it here, once, and not
// again at each use.
func (s *Scan) preset(file *load.File, c *ast.Comment, at place) {
	p := s.parse(file, c)
	if !at.outside {
		s.Report(p.Pos, "put it on a line of its own, with a blank line between it and a declaration",
			strconv.Quote(p.Verb.Name)+" belongs "+p.Verb.Place.String())
		p.Broken = true
	}
	if len(p.Words) > 0 {
		s.declaredPresets = append(s.declaredPresets, p)
	}
}

// collectPresets fills Presets. Two presets of a package must not have the same name.
func (s *Scan) collectPresets() {
	for _, p := range s.declaredPresets {
		s.collectPreset(p)
	}
}

func (s *Scan) collectPreset(p *model.Directive) {
	if other := s.Presets[p.PresetName()]; other != nil {
		first := s.Fset.Position(other.Pos)
		s.Report(p.At(p.Words[0].Offset), "give one of them another name",
			fmt.Sprintf("preset %q is already declared at %s:%d", p.PresetName(), filepath.Base(first.Filename), first.Line))
		return
	}
	s.Presets[p.PresetName()] = p
	s.checkOnAndNot(p.Parts())
}

// expand adds the directives of presets where the presets are used.
func (s *Scan) expand() {
	for _, d := range s.Declarations {
		d.Directives = s.withPresets(d.Directives)
	}
	for pos, list := range s.Methods {
		s.Methods[pos] = s.withPresets(list)
	}
}

// withPresets returns the directives of one place together with those of the presets that
// it uses. A directive next to use overrides the preset. Two presets that set the same
// concern are an error.
func (s *Scan) withPresets(list []*model.Directive) []*model.Directive {
	written := make(map[grammar.Concern]bool)
	for _, d := range list {
		written[d.Verb.Concern] = true
	}
	from := make(map[grammar.Concern]*model.Directive)
	for _, use := range slices.Clone(list) {
		if use.Verb.Concern != grammar.ConcernUse || use.Broken {
			continue
		}
		for _, d := range s.standsFor(use) {
			switch other := from[d.Verb.Concern]; {
			case written[d.Verb.Concern]:
			case other != nil:
				s.clash(other, d)
			default:
				from[d.Verb.Concern] = d
				list = append(list, d)
			}
		}
	}
	return list
}

// standsFor returns the directives that a use directive stands for.
func (s *Scan) standsFor(use *model.Directive) []*model.Directive {
	p := s.Presets[use.PresetName()]
	if p == nil {
		s.Report(use.At(use.Words[0].Offset), s.presetHint(use.PresetName()), "unknown preset "+strconv.Quote(use.PresetName()))
		use.Broken = true
		return nil
	}
	if p.Broken {
		use.Broken = true
		return nil
	}
	list := p.Parts()
	for _, d := range list {
		d.Use = use
	}
	return list
}

func (s *Scan) presetHint(name string) string {
	names := slices.Sorted(maps.Keys(s.Presets))
	if near := diag.DidYouMean(name, names); near != "" || len(names) > 0 {
		return near
	}
	return "the package has no presets; declare one: " + model.Prefix + "preset " + name + " exponential attempts=3; timeout total=1s"
}

// clash reports two presets in one place that set the same concern.
func (s *Scan) clash(first, second *model.Directive) {
	at, names := second.Use, []string{first.Use.PresetName(), second.Use.PresetName()}
	at.Broken = true
	if names[0] == names[1] {
		s.Report(at.At(at.Words[0].Offset), "", fmt.Sprintf("preset %q is used twice", names[0]))
		return
	}
	concern := strconv.Quote(string(second.Verb.Concern))
	if second.Verb.Concern == grammar.ConcernStrategy {
		concern = "a strategy"
	}
	s.Report(at.At(at.Words[0].Offset), "write "+model.Prefix+second.Verb.Name+" next to them, which overrides both",
		fmt.Sprintf("presets %q and %q both set %s", names[0], names[1], concern))
}
