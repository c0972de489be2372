package main

import (
	"encoding/json"
	"io"
	"math"

	"github.com/retrygen/retrygen/gen"
	"github.com/retrygen/retrygen/policy"
)

// The types below are the format that docs/review.md documents. It only grows.

type jsonReview struct {
	Interfaces []jsonReviewed `json:"interfaces"`
}

type jsonReviewed struct {
	Name    string             `json:"name"`
	Package string             `json:"package"`
	Pos     string             `json:"pos"`
	Advice  []jsonAdvice       `json:"advice"`
	Methods []jsonReviewMethod `json:"methods"`
}

type jsonAdvice struct {
	Number  int      `json:"number"`
	Code    string   `json:"code"`
	Pos     string   `json:"pos"`
	Methods []string `json:"methods,omitempty"`
	Reason  string   `json:"reason"`
	Write   string   `json:"write"`
	Source  string   `json:"source"`
}

type jsonReviewMethod struct {
	jsonMethod
	Deadline     jsonDuration `json:"deadline,omitempty"`
	DeadlineFrom string       `json:"deadlineFrom,omitempty"`
	Layers       []jsonLayer  `json:"layers,omitempty"`
	Copies       int          `json:"copies,omitempty"`
	All          int          `json:"allAttempts,omitempty"`
	AllUnlimited bool         `json:"allUnlimited,omitempty"`
	Load         []jsonLoad   `json:"load,omitempty"`
	Burst        int          `json:"burst,omitempty"`
	Outages      []jsonOutage `json:"outages,omitempty"`
	Live         string       `json:"live"`
}

type jsonLayer struct {
	Name      string `json:"name"`
	Attempts  int    `json:"attempts,omitempty"`
	Unlimited bool   `json:"unlimited,omitempty"`
	When      string `json:"when,omitempty"`
	Source    string `json:"source,omitempty"`
}

type jsonLoad struct {
	Fails    float64  `json:"fails"`
	Attempts *float64 `json:"attempts,omitempty"`
	Budgeted *float64 `json:"budgeted,omitempty"`
}

type jsonOutage struct {
	Hangs         bool         `json:"hangs"`
	Takes         jsonDuration `json:"takes"`
	Keyed         bool         `json:"keyed,omitempty"`
	Never         bool         `json:"neverOpens,omitempty"`
	Opens         jsonDuration `json:"opens,omitempty"`
	Calls         float64      `json:"calls,omitempty"`
	Refused       float64      `json:"refused,omitempty"`
	FirstAttempts bool         `json:"firstAttempts,omitempty"`
	InWindow      *float64     `json:"inWindow,omitempty"`
	Working       float64      `json:"inWindowWorking,omitempty"`
	Min           int          `json:"min,omitempty"`
	BudgetLasts   jsonDuration `json:"budgetLasts,omitempty"`
	InFlight      *float64     `json:"inFlight,omitempty"`
	Guarded       *float64     `json:"inFlightAtOpening,omitempty"`
	CallTakes     jsonDuration `json:"callTakes,omitempty"`
}

// json writes a review for a program.
func (p *reviewPage) json(stdout io.Writer) error {
	out := jsonReview{Interfaces: []jsonReviewed{}}
	number := 0
	for _, iface := range p.reviewed.Interfaces {
		reviewed := jsonReviewed{Name: iface.Name, Package: iface.Package, Pos: p.at(iface.Pos), Advice: []jsonAdvice{}, Methods: []jsonReviewMethod{}}
		for _, a := range iface.Advice {
			number++
			reviewed.Advice = append(reviewed.Advice, jsonAdvice{number, a.Code, p.at(a.Pos), a.Methods, plainly(a.Reason), plainly(a.Write), a.Source})
		}
		for _, m := range iface.Methods {
			reviewed.Methods = append(reviewed.Methods, p.methodJSON(m))
		}
		out.Interfaces = append(out.Interfaces, reviewed)
	}
	encoder := json.NewEncoder(stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(out)
}

func (p *reviewPage) methodJSON(m gen.ReviewedMethod) jsonReviewMethod {
	out := jsonReviewMethod{
		jsonMethod: methodJSON(m.ExplainedMethod, p.at), Deadline: jsonDuration(m.Deadline.After), DeadlineFrom: m.Deadline.From,
		Copies: m.Copies, All: m.All, AllUnlimited: m.All == policy.Unlimited, Burst: m.Burst, Live: m.Live,
	}
	if out.AllUnlimited {
		out.All = 0
	}
	for _, l := range m.Layers {
		layer := jsonLayer{Name: l.Name, Attempts: l.Attempts, Unlimited: l.Attempts == policy.Unlimited, When: l.When, Source: l.Source}
		if layer.Unlimited {
			layer.Attempts = 0
		}
		out.Layers = append(out.Layers, layer)
	}
	for _, l := range m.Load {
		out.Load = append(out.Load, jsonLoad{l.Fails, finite(l.Attempts), finite(l.Budgeted)})
	}
	for _, o := range m.Outages {
		outage := jsonOutage{
			Hangs: o.Hangs, Takes: jsonDuration(o.Takes), Keyed: o.Keyed, Never: o.Never, Opens: jsonDuration(o.Opens), Calls: o.Calls, Refused: *finite(o.Refused),
			FirstAttempts: o.FirstAlone, Working: o.Working, Min: o.Min, BudgetLasts: jsonDuration(o.BudgetLasts),
			InFlight: finite(o.InFlight),
		}
		if o.Min > 0 {
			outage.InWindow = finite(o.InWindow)
		}
		if outage.InFlight != nil {
			outage.CallTakes = jsonDuration(o.CallTakes)
		}
		if o.Breaker && !o.Never {
			outage.Guarded = finite(o.Guarded)
		}
		out.Outages = append(out.Outages, outage)
	}
	return out
}

// finite returns nil for a number without limit, which JSON cannot have.
func finite(x float64) *float64 {
	if math.IsInf(x, 0) {
		return nil
	}
	x = math.Round(x*1e6) / 1e6
	return &x
}
