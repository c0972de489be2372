package model

import (
	"go/token"

	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// PresetName returns the name after preset or use.
func (d *Directive) PresetName() string { return d.Words[0].Text }

// Parts returns the directives of a preset.
func (d *Directive) Parts() []*Directive {
	list := make([]*Directive, len(d.Preset))
	for i, part := range d.Preset {
		list[i] = &Directive{Directive: part, File: d.File, Pos: d.Pos}
	}
	return list
}

// AttemptsAt returns the position of the attempts key of a strategy. It follows the
// rules of KeyAt.
func (d *Directive) AttemptsAt() token.Pos { return d.KeyAt("attempts") }

// KeyAt returns the position of a key. Without that key, it returns the position of the
// directive's name. For a directive of a preset, it returns where the preset is used.
func (d *Directive) KeyAt(key string) token.Pos {
	if d.Use != nil {
		return d.Use.Pos
	}
	if _, offset, ok := d.Value(key); ok {
		return d.At(offset)
	}
	return d.At(d.Name.Offset)
}

// Prefix is how every directive begins.
const Prefix = grammar.Prefix

// A Directive is one //retry: comment.
type Directive struct {
	grammar.Directive
	File   string     // path of the source file, whose imports resolve its names
	Pos    token.Pos  // of the verb, or of the preset's verb; offsets from package grammar start here
	Broken bool       // an error is reported; later phases ignore the directive
	Use    *Directive // the use directive that brings it in from a preset; nil when it is written here
}

// At returns the position of an offset that package grammar reports.
func (d *Directive) At(offset int) token.Pos { return d.Pos + token.Pos(offset) }

// Said returns where the source applies the directive: at the directive itself, or at
// the use of its preset.
func (d *Directive) Said() token.Pos {
	if d.Use != nil {
		return d.Use.Pos
	}
	return d.Pos
}

// Apply replaces the directive's concern in p by the directive's numbers. A directive that
// is broken or has no numbers changes nothing.
func (d *Directive) Apply(p *policy.Policy) {
	said, _ := policy.Parse(d.Numbers())
	*p = p.Overlay(said)
}
