package simulate

import (
	"encoding/json"
	"io"
	"strconv"
)

// WriteJSON writes a report for programs. Numbers have six digits; docs/simulate.md has the
// format.
func WriteJSON(w io.Writer, r *Report) error {
	out := jsonReport{
		Scenario: r.Scenario, Seed: r.Seed, Setup: r.Setup, Model: r.Model, Partly: r.Partly,
		Settings: make(map[string]string), Units: make(map[string]string), Axis: shortened(r.Chart.X),
	}
	for _, s := range r.Settings {
		out.Settings[s.Key] = s.Value
	}
	for _, c := range r.Columns {
		out.Units[c.Key] = unitNames[c.Unit]
	}
	for _, result := range r.Results {
		j := jsonResult{
			Name: result.Name, Policy: result.Policy, Headline: result.Headline, Stuck: result.Stuck,
			Figures: make(map[string]*float64), Errors: make(map[string]float64), Series: make(map[string][]float64),
		}
		for i, f := range result.Figures {
			key := r.Columns[i].Key
			if j.Figures[key] = nil; f.Known {
				v := short(f.Value)
				j.Figures[key] = &v
			}
			if f.Error > 0 {
				j.Errors[key] = short(f.Error)
			}
		}
		for _, s := range result.Series {
			j.Series[s.Key] = shortened(s.Values)
		}
		out.Results = append(out.Results, j)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}

type jsonReport struct {
	Scenario string            `json:"scenario"`
	Seed     uint64            `json:"seed"`
	Settings map[string]string `json:"settings"`
	Setup    string            `json:"setup"`
	Model    []string          `json:"model"`
	Partly   string            `json:"partly,omitempty"`
	Units    map[string]string `json:"units"`
	Results  []jsonResult      `json:"results"`
	Axis     []float64         `json:"axis,omitempty"`
}

type jsonResult struct {
	Name     string               `json:"name"`
	Policy   string               `json:"policy"`
	Headline string               `json:"headline"`
	Stuck    bool                 `json:"stuck"`
	Figures  map[string]*float64  `json:"figures"`
	Errors   map[string]float64   `json:"standardErrors,omitempty"`
	Series   map[string][]float64 `json:"series,omitempty"`
}

var unitNames = [...]string{Count: "count", PerSecond: "per second", Share: "share", Times: "factor", Seconds: "seconds"}

// short rounds to six digits.
func short(v float64) float64 {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	return rounded
}

func shortened(values []float64) []float64 {
	list := make([]float64, len(values))
	for i, v := range values {
		list[i] = short(v)
	}
	return list
}
