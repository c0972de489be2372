package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/retrygen/retrygen/gen"
	"github.com/retrygen/retrygen/policy"
)

// The types below are the format that docs/explain.md documents. It only grows.

type jsonExplanation struct {
	Interfaces []jsonInterface `json:"interfaces"`
}

type jsonInterface struct {
	Name    string       `json:"name"`
	Package string       `json:"package"`
	Pos     string       `json:"pos"`
	Wrapper string       `json:"wrapper"`
	File    string       `json:"file"`
	Methods []jsonMethod `json:"methods"`
}

type jsonMethod struct {
	Name          string     `json:"name"`
	Pos           string     `json:"pos"`
	PassesThrough string     `json:"passesThrough,omitempty"`
	Parts         []jsonPart `json:"parts"`
	Notes         []string   `json:"notes,omitempty"`
	Attempts      int        `json:"attempts,omitempty"`
	Unlimited     bool       `json:"unlimited,omitempty"`
	Waits         *jsonWaits `json:"waits,omitempty"`
	Call          *jsonCall  `json:"call,omitempty"`

	Errors []jsonError `json:"errors,omitempty"`
}

type jsonError struct {
	Name    string `json:"name"`
	When    string `json:"when,omitempty"`
	Library string `json:"library,omitempty"`
	Class   string `json:"class,omitempty"`
	Retried string `json:"retried"`
	Breaker string `json:"breaker,omitempty"`
	Unless  string `json:"unless,omitempty"`
}

type jsonPart struct {
	Concern   string `json:"concern"`
	Text      string `json:"text"`
	Shared    bool   `json:"shared,omitempty"`
	Skipped   string `json:"skipped,omitempty"`
	Place     string `json:"place"`
	Pos       string `json:"pos,omitempty"`
	Variable  string `json:"variable,omitempty"`
	Preset    string `json:"preset,omitempty"`
	PresetPos string `json:"presetPos,omitempty"`
}

type jsonWaits struct {
	Delays []jsonDelay `json:"delays"`
	Total  *jsonDelay  `json:"total,omitempty"`
}

type jsonDelay struct {
	Least    jsonDuration `json:"least"`
	Mean     jsonDuration `json:"mean"`
	Greatest jsonDuration `json:"greatest"`
}

type jsonCall struct {
	Longest  jsonDuration `json:"longest,omitempty"`
	Asked    jsonDuration `json:"asked,omitempty"`
	Why      string       `json:"why"`
	Fallback string       `json:"fallback,omitempty"`
}

// A jsonDuration is written as Go writes it, which time.ParseDuration reads.
type jsonDuration time.Duration

func (d jsonDuration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// explainJSON writes an explanation for a program.
func explainJSON(stdout io.Writer, dir string, e *gen.Explanation) error {
	out := jsonExplanation{Interfaces: []jsonInterface{}}
	at := func(pos gen.Position) string {
		if !pos.IsValid() {
			return ""
		}
		return fmt.Sprintf("%s:%d:%d", filepath.ToSlash(shorten(dir, pos.Filename)), pos.Line, pos.Column)
	}
	for _, iface := range e.Interfaces {
		methods := make([]jsonMethod, len(iface.Methods))
		for i, m := range iface.Methods {
			methods[i] = methodJSON(m, at)
		}
		out.Interfaces = append(out.Interfaces, jsonInterface{
			Name: iface.Name, Package: iface.Package, Pos: at(iface.Pos), Wrapper: iface.Wrapper,
			File: filepath.ToSlash(shorten(dir, iface.File)), Methods: methods,
		})
	}
	encoder := json.NewEncoder(stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(out)
}

func methodJSON(m gen.ExplainedMethod, at func(gen.Position) string) jsonMethod {
	out := jsonMethod{Name: m.Name, Pos: at(m.Pos), PassesThrough: m.PassesThrough, Parts: []jsonPart{}}
	for _, p := range m.Parts {
		out.Parts = append(out.Parts, jsonPart{
			Concern: string(p.Concern), Text: p.Text, Shared: p.Shared, Skipped: p.Skipped,
			Place: string(p.Origin.Place), Pos: at(p.Origin.Pos), Variable: p.Origin.Variable,
			Preset: p.Origin.Preset, PresetPos: at(p.Origin.PresetPos),
		})
	}
	for _, e := range m.Errors {
		out.Errors = append(out.Errors, jsonError(e))
	}
	if m.PassesThrough != "" {
		return out
	}
	out.Attempts, out.Unlimited = m.Attempts, m.Attempts == policy.Unlimited
	if out.Unlimited {
		out.Attempts = 0
	}
	if len(m.Waits.Delays) > 0 {
		out.Waits = &jsonWaits{}
		for _, d := range m.Waits.Delays {
			out.Waits.Delays = append(out.Waits.Delays, delayJSON(d))
		}
		if !out.Unlimited {
			total := delayJSON(m.Waits.Total)
			out.Waits.Total = &total
		}
	}
	out.Notes = m.Notes
	out.Call = &jsonCall{
		Longest: jsonDuration(m.Call.Longest), Asked: jsonDuration(m.Call.Asked), Why: m.Call.Why, Fallback: m.Call.Fallback,
	}
	return out
}

func delayJSON(d gen.Delay) jsonDelay {
	return jsonDelay{jsonDuration(d.Least), jsonDuration(d.Mean), jsonDuration(d.Greatest)}
}
