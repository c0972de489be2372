package simulate

import (
	"fmt"
	"html"
	"math"
	"strings"
	"unicode/utf8"
)

const (
	svgWidth = 880
	plotLeft = 64
	plotEnd  = 856
)

// SVG draws a report: its headlines and its chart.
func SVG(r *Report) string {
	p := &picture{report: r, y: 30}
	p.text("title", 16, p.y, "start", r.Scenario)
	for _, line := range broken(r.Setup, 132) {
		p.y += 19
		p.text("quiet", 16, p.y, "start", line)
	}
	if r.Partly != "" {
		p.y += 19
		p.text("bad", 16, p.y, "start", "Not the whole simulation: "+r.Partly)
	}
	p.y += 14
	switch r.Chart.Layout {
	case ByResult:
		p.panels()
	case BySeries:
		p.curves()
	case Bars:
		p.rows()
	}
	return fmt.Sprintf(svgHead, svgWidth, p.y+18, svgWidth, p.y+18, html.EscapeString(r.Scenario)) + p.b.String() + "</svg>\n"
}

const svgHead = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">
  <title>%s</title>
  <style>
    text { font: 13px ui-sans-serif, system-ui, sans-serif; fill: #24292f }
    .back { fill: #ffffff }
    .title { font-weight: 600; font-size: 16px }
    .head { font-weight: 600; font-size: 14px }
    .bad { font-weight: 600; font-size: 14px; fill: #cf222e }
    .quiet { fill: #57606a; font-size: 12px }
    .code { fill: #57606a; font: 11.5px ui-monospace, monospace }
    .grid { stroke: #d0d7de }
    .mark { fill: #d4a72c; fill-opacity: 0.22 }
    .limit { stroke: #57606a; stroke-dasharray: 5 4 }
    .l0 { fill: none; stroke: #cf5a13; stroke-width: 1.8 } .f0 { fill: #cf5a13 }
    .l1 { fill: none; stroke: #1f7a3a; stroke-width: 1.8 } .f1 { fill: #1f7a3a }
    .l2 { fill: none; stroke: #8250df; stroke-width: 1.8 } .f2 { fill: #8250df }
    .l3 { fill: none; stroke: #0969da; stroke-width: 1.8 } .f3 { fill: #0969da }
    .l4 { fill: none; stroke: #6e7781; stroke-width: 1.8 } .f4 { fill: #6e7781 }
    .area { fill-opacity: 0.18 }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      .back { fill: #0d1117 }
      .quiet, .code { fill: #9198a1 }
      .bad { fill: #ff7b72 }
      .grid { stroke: #3d444d }
      .limit { stroke: #9198a1 }
      .l0 { stroke: #f0883e } .f0 { fill: #f0883e }
      .l1 { stroke: #3fb950 } .f1 { fill: #3fb950 }
      .l2 { stroke: #bc8cff } .f2 { fill: #bc8cff }
      .l3 { stroke: #4493f8 } .f3 { fill: #4493f8 }
    }
  </style>
  <rect class="back" width="100%%" height="100%%"/>
`

// colours is how many classes of lines and areas the style has.
const colours = 5

// A picture is an SVG that is being drawn, from the top down.
type picture struct {
	report *Report
	b      strings.Builder
	y      int
}

func (p *picture) text(class string, x, y int, anchor, text string) {
	fmt.Fprintf(&p.b, "  <text class=\"%s\" x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n", class, x, y, anchor, html.EscapeString(text))
}

// key writes what the colours stand for, in a line.
func (p *picture) key(labels []string) {
	x := plotLeft
	for i, label := range labels {
		fmt.Fprintf(&p.b, "  <rect class=\"f%d\" x=\"%d\" y=\"%d\" width=\"11\" height=\"11\" rx=\"2\"/>\n", i%colours, x, p.y-10)
		p.text("quiet", x+16, p.y, "start", label)
		x += 40 + 7*utf8.RuneCountInString(label)
	}
}

// panels draws a panel for each result, with its series over time.
func (p *picture) panels() {
	const height = 96
	r, c := p.report, &p.report.Chart
	if c.Shown < 2 {
		return
	}
	var labels []string
	for _, s := range r.Results[0].Series {
		labels = append(labels, s.Label)
	}
	p.y += 8
	p.key(labels)
	columns := min(c.Shown, 360)
	most := highest(r, columns) * 1.05
	whole := (c.X[1] - c.X[0]) * float64(c.Shown)
	x := func(at float64) float64 { return plotLeft + at/whole*(plotEnd-plotLeft) }
	for i, result := range r.Results {
		p.y += 30
		class := "head"
		if result.Stuck {
			class = "bad"
		}
		for _, line := range broken(result.Name+": "+result.Headline, 104) {
			p.text(class, 16, p.y, "start", line)
			p.y += 17
		}
		for _, line := range broken(result.Policy, 122) {
			p.text("code", 16, p.y, "start", line)
			p.y += 16
		}
		top := p.y - 6
		bottom := top + height
		y := func(v float64) float64 { return float64(bottom) - min(1, v/most)*height }
		if c.To > c.From {
			fmt.Fprintf(&p.b, "  <rect class=\"mark\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>\n", x(c.From), top, x(min(whole, c.To))-x(c.From), height)
			if i == 0 {
				p.text("quiet", int(x(c.From))+4, top+13, "start", c.MarkLabel)
			}
		}
		fmt.Fprintf(&p.b, "  <line class=\"grid\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", plotLeft, bottom, plotEnd, bottom)
		p.text("quiet", plotLeft-6, bottom, "end", "0")
		if c.Line > 0 {
			fmt.Fprintf(&p.b, "  <line class=\"limit\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>\n", plotLeft, y(c.Line), plotEnd, y(c.Line))
			if y(c.Line) < float64(bottom)-12 {
				p.text("quiet", plotLeft-6, int(y(c.Line))+4, "end", PerSecond.text(c.Line))
			}
			if i == 0 {
				p.text("quiet", plotEnd, int(y(c.Line))-4, "end", c.LineLabel)
			}
		}
		if c.Line == 0 || y(c.Line) > float64(top)+18 {
			p.text("quiet", plotLeft-6, top+9, "end", PerSecond.text(math.Round(most/1.05)))
		}
		for k, s := range result.Series {
			values := c.squeeze(s.Values, columns)
			at := func(n int) float64 { return (float64(n) + 0.5) / float64(columns) * whole }
			var points strings.Builder
			for n, v := range values {
				fmt.Fprintf(&points, "%.1f,%.1f ", x(at(n)), y(v))
			}
			if k == 1 && len(values) > 0 {
				fmt.Fprintf(&p.b, "  <polygon class=\"f%d area\" points=\"%.1f,%d %s%.1f,%d\"/>\n", k, x(at(0)), bottom, points.String(), x(at(len(values)-1)), bottom)
			}
			fmt.Fprintf(&p.b, "  <polyline class=\"l%d\" points=\"%s\"/>\n", k%colours, strings.TrimSpace(points.String()))
		}
		p.y = bottom + 4
	}
	p.y += 12
	every := ticks(whole)
	for n := 0; float64(n)*every <= whole; n++ {
		p.text("quiet", int(x(float64(n)*every)), p.y, "middle", c.XUnit.text(float64(n)*every))
	}
}

// curves draws a panel for each series, with a line for each result.
func (p *picture) curves() {
	const height, gap = 170, 54
	r, c := p.report, &p.report.Chart
	p.y += 10
	for i, result := range r.Results {
		fmt.Fprintf(&p.b, "  <rect class=\"f%d\" x=\"16\" y=\"%d\" width=\"11\" height=\"11\" rx=\"2\"/>\n", i%colours, p.y-10)
		for _, line := range broken(result.Name+": "+result.Headline, 100) {
			p.text("head", 34, p.y, "start", line)
			p.y += 17
		}
		for _, line := range broken(result.Policy, 118) {
			p.text("code", 34, p.y, "start", line)
			p.y += 16
		}
		p.y += 8
	}
	if c.Shown < 2 {
		return
	}
	panels := len(r.Results[0].Series)
	width := (svgWidth - 16*2 - gap*(panels)) / panels
	for k, s := range r.Results[0].Series {
		left := 16 + gap + k*(width+gap)
		top := p.y + 22
		var most float64
		for _, result := range r.Results {
			for _, v := range result.Series[k].Values {
				most = max(most, v)
			}
		}
		p.text("quiet", left-gap+16, p.y+8, "start", s.Label)
		x := func(v float64) float64 { return float64(left) + v/c.X[len(c.X)-1]*float64(width) }
		y := func(v float64) float64 { return float64(top+height) - v/most*height }
		for _, part := range []float64{0, 0.5, 1} {
			fmt.Fprintf(&p.b, "  <line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>\n", left, y(part*most), left+width, y(part*most))
			p.text("quiet", left-6, int(y(part*most))+4, "end", s.Unit.text(part*most))
			p.text("quiet", int(x(part*c.X[len(c.X)-1])), top+height+16, "middle", c.XUnit.text(part*c.X[len(c.X)-1]))
		}
		for i, result := range r.Results {
			var points []string
			for n, v := range result.Series[k].Values {
				points = append(points, fmt.Sprintf("%.1f,%.1f", x(c.X[n]), y(v)))
			}
			fmt.Fprintf(&p.b, "  <polyline class=\"l%d\" points=\"%s\"/>\n", i%colours, strings.Join(points, " "))
		}
	}
	p.y += 22 + height + 34
	p.text("quiet", svgWidth/2, p.y, "middle", c.XLabel)
}

// rows draws a panel for each of some columns, with a bar for each result.
func (p *picture) rows() {
	r := p.report
	const left, room = 230, 500
	for _, result := range r.Results {
		p.y += 22
		for _, line := range broken(result.Name+": "+result.Headline, 104) {
			p.text("head", 16, p.y, "start", line)
			p.y += 17
		}
		for _, line := range broken(result.Policy, 122) {
			p.text("code", 16, p.y, "start", line)
			p.y += 16
		}
		p.y -= 14
	}
	p.y += 16
	for _, key := range r.Chart.BarColumns {
		for i, c := range r.Columns {
			if c.Key != key {
				continue
			}
			var most float64
			for _, result := range r.Results {
				most = max(most, result.Figures[i].Value)
			}
			p.y += 24
			p.text("head", 16, p.y, "start", c.Head)
			for k, result := range r.Results {
				p.y += 22
				f := result.Figures[i]
				wide := 0.0
				if most > 0 {
					wide = f.Value / most * room
				}
				p.text("quiet", left-10, p.y, "end", result.Name)
				fmt.Fprintf(&p.b, "  <rect class=\"f%d\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"15\" rx=\"2\"/>\n", k%colours, left, p.y-12, wide)
				p.text("quiet", left+int(wide)+8, p.y, "start", c.text(f))
			}
		}
	}
}

// broken breaks a text into lines of at most so many characters.
func broken(text string, most int) []string {
	lines := []string{""}
	for word := range strings.FieldsSeq(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case utf8.RuneCountInString(*last)+1+utf8.RuneCountInString(word) > most:
			lines = append(lines, word)
		default:
			*last += " " + word
		}
	}
	return lines
}
