package model

import (
	"go/token"

	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// PresetName is the name behind preset or use.
func (d *Directive) PresetName() string { return d.Words[0].Text }

// Parts returns the directives of a preset.
func (d *Directive) Parts() []*Directive {
	list := make([]*Directive, len(d.Preset))
	for i, part := range d.Preset {
		list[i] = &Directive{Directive: part, File: d.File, Pos: d.Pos}
	}
	return list
}

// AttemptsAt is where a strategy says its number of attempts, or else the
// strategy itself; for one of a preset, where the preset is used.
func (d *Directive) AttemptsAt() token.Pos { return d.KeyAt("attempts") }

// KeyAt is where a directive gives a key, or else the directive itself; for one of a
// preset, where the preset is used.
func (d *Directive) KeyAt(key string) token.Pos {
	if d.Use != nil {
		return d.Use.Pos
	}
	if _, offset, ok := d.Value(key); ok {
		return d.At(offset)
	}
	return d.At(d.Name.Offset)
}

// Prefix starts each directive.
const Prefix = grammar.Prefix

// A Directive is one //retry: comment.
type Directive struct {
	grammar.Directive
	File   string     // path of the source file, whose imports resolve its names
	Pos    token.Pos  // offset 0 of what package grammar reports: the verb, or that of the preset
	Broken bool       // reported already, and not to be built on
	Use    *Directive // the use of a preset that puts it here; nil when it is written here
}

// At returns the position of an offset that package grammar reports.
func (d *Directive) At(offset int) token.Pos { return d.Pos + token.Pos(offset) }

// Said is where the directive is put on the interface or the method.
func (d *Directive) Said() token.Pos {
	if d.Use != nil {
		return d.Use.Pos
	}
	return d.Pos
}

// Apply puts the numbers of a directive, its concern as a whole, into p. One that is
// broken, or says no numbers, changes nothing.
func (d *Directive) Apply(p *policy.Policy) {
	said, _ := policy.Parse(d.Numbers())
	*p = p.Overlay(said)
}
