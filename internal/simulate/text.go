package simulate

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	textWidth = 100 // columns of the report
	barWidth  = 64  // columns of a chart
	indent    = "   "
)

// Text writes a report for a reader.
func Text(r *Report) string {
	var b strings.Builder
	b.WriteString(wrapped("", r.Scenario+": "+r.Setup+fmt.Sprintf(" Seed %d.", r.Seed)))
	if r.Partly != "" {
		b.WriteString(wrapped("", "This is not the whole simulation: it was "+r.Partly+"."))
	}
	for i := range r.Results {
		result := &r.Results[i]
		b.WriteString("\n" + wrapped(result.Name+"  ", result.Policy) + wrapped(indent, result.Headline))
		if len(result.Series) == 0 {
			continue
		}
		b.WriteString("\n")
		switch r.Chart.Layout {
		case ByResult:
			b.WriteString(timeBars(r, result))
		case BySeries:
			b.WriteString(sweepTable(r, result))
		}
	}
	for _, key := range r.Chart.BarColumns {
		b.WriteString("\n" + columnBars(r, key))
	}
	b.WriteString("\n" + table(r) + "\n")
	for _, sentence := range r.Model {
		b.WriteString(wrapped("- ", sentence))
	}
	return b.String()
}

// wrapped breaks a text into lines. The first one begins with head, and the others are
// indented as far.
func wrapped(head, text string) string {
	var b strings.Builder
	line := head
	empty := true
	for word := range strings.FieldsSeq(text) {
		if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > textWidth {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line, empty = strings.Repeat(" ", utf8.RuneCountInString(head)), true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
	return b.String()
}

// blocks are bars of one to eight eighths.
var blocks = []rune("▁▂▃▄▅▆▇█")

// bars draws values as a line of bars, each as high as its part of most.
func bars(values []float64, most float64) string {
	line := make([]rune, len(values))
	for i, v := range values {
		switch {
		case v <= 0 || most <= 0:
			line[i] = ' '
		default:
			line[i] = blocks[min(len(blocks)-1, max(0, int(math.Ceil(v/most*float64(len(blocks))))-1))]
		}
	}
	return string(line)
}

// squeeze returns as many values as there are columns: the means of groups of values, or
// their peaks.
func (c *Chart) squeeze(values []float64, columns int) []float64 {
	values = values[:min(c.Shown, len(values))]
	if len(values) <= columns {
		return values
	}
	groups := make([]float64, columns)
	for i := range groups {
		from, to := i*len(values)/columns, (i+1)*len(values)/columns
		for _, v := range values[from:to] {
			groups[i] += v / float64(to-from)
		}
		if c.Peaks {
			groups[i] = slices.Max(values[from:to])
		}
	}
	return groups
}

// highest returns the highest bar of all results, so that they can be compared.
func highest(r *Report, columns int) float64 {
	var most float64
	for _, result := range r.Results {
		for _, s := range result.Series {
			for _, v := range r.Chart.squeeze(s.Values, columns) {
				most = max(most, v)
			}
		}
	}
	return most
}

// timeBars draws the series of a result over time.
func timeBars(r *Report, result *Result) string {
	var b strings.Builder
	label := 0
	for _, s := range result.Series {
		label = max(label, utf8.RuneCountInString(s.Label))
	}
	most := highest(r, barWidth)
	columns := min(barWidth, r.Chart.Shown)
	for _, s := range result.Series {
		shown := s.Values[:min(r.Chart.Shown, len(s.Values))]
		var peak float64
		for _, v := range shown {
			peak = max(peak, v)
		}
		fmt.Fprintf(&b, "%s%-*s  %-*s  up to %s\n", indent, label, s.Label, columns, bars(r.Chart.squeeze(s.Values, columns), most), s.Unit.text(peak))
	}
	for _, line := range axis(&r.Chart, columns) {
		b.WriteString(strings.TrimRight(fmt.Sprintf("%s%-*s  %s", indent, label, "", line), " ") + "\n")
	}
	return b.String()
}

// axis draws a time axis, with a thick line where something is marked.
func axis(c *Chart, columns int) []string {
	if c.Shown < 2 {
		return nil
	}
	step := c.X[1] - c.X[0]
	whole := step * float64(c.Shown)
	line, labels := make([]rune, columns), []rune(strings.Repeat(" ", columns+12))
	for i := range line {
		at := float64(i) / float64(columns) * whole
		next := float64(i+1) / float64(columns) * whole
		line[i] = '─'
		if next > c.From && at < c.To {
			line[i] = '━'
		}
	}
	every := ticks(whole)
	for n := 0; float64(n)*every < whole; n++ {
		at := int(math.Round(float64(n) * every / whole * float64(columns)))
		if at >= columns {
			break
		}
		line[at] = '┼'
		copy(labels[at:], []rune(c.XUnit.text(float64(n)*every)))
	}
	lines := []string{string(line), strings.TrimRight(string(labels), " ")}
	if c.To > c.From {
		mark := "━━ " + c.MarkLabel
		if c.Line > 0 {
			mark += " of a dependency that serves " + PerSecond.text(c.Line)
		}
		lines = append(lines, mark)
	}
	return lines
}

// ticks returns a round distance between the labels of an axis that is so long.
func ticks(whole float64) float64 {
	for unit := 1e-3; ; unit *= 10 {
		for _, n := range []float64{1, 2, 5} {
			if whole/(n*unit) <= 8 {
				return n * unit
			}
		}
	}
}

// sweepTable prints the series of a result as numbers.
func sweepTable(r *Report, result *Result) string {
	rows := [][]string{{r.Chart.XLabel}}
	for _, x := range r.Chart.X[:r.Chart.Shown] {
		rows[0] = append(rows[0], r.Chart.XUnit.text(x))
	}
	for _, s := range result.Series {
		row := []string{s.Label}
		for _, v := range s.Values {
			if s.Unit == Times {
				row = append(row, trimmed(v, 2))
			} else {
				row = append(row, s.Unit.text(v))
			}
		}
		rows = append(rows, row)
	}
	return aligned(rows)
}

// columnBars draws one column of the table.
func columnBars(r *Report, key string) string {
	var b strings.Builder
	for i, c := range r.Columns {
		if c.Key != key {
			continue
		}
		var most float64
		name := 0
		for _, result := range r.Results {
			most = max(most, result.Figures[i].Value)
			name = max(name, utf8.RuneCountInString(result.Name))
		}
		b.WriteString(c.Head + "\n")
		for _, result := range r.Results {
			f := result.Figures[i]
			n := 0
			if f.Known && most > 0 {
				n = max(1, int(math.Round(f.Value/most*barWidth/2)))
			}
			fmt.Fprintf(&b, "%s%-*s  %s %s\n", indent, name, result.Name, strings.Repeat("█", n), c.text(f))
		}
	}
	return b.String()
}

// text prints a figure.
func (c Column) text(f Figure) string {
	switch {
	case !f.Known:
		return "-"
	case f.Error > 0 && c.Unit == Share:
		return c.Unit.text(f.Value) + " ± " + trimmed(f.Error*100, 2)
	case f.Error > 0 && c.Unit == Seconds:
		return c.Unit.text(f.Value) + " ± " + brief(f.Error)
	case f.Error > 0:
		return c.Unit.text(f.Value) + " ± " + number(f.Error)
	}
	return c.Unit.text(f.Value)
}

// table prints the figures of all results side by side.
func table(r *Report) string {
	rows := [][]string{{""}}
	for _, c := range r.Columns {
		rows[0] = append(rows[0], c.Head)
	}
	for _, result := range r.Results {
		row := []string{result.Name}
		for i, f := range result.Figures {
			row = append(row, r.Columns[i].text(f))
		}
		rows = append(rows, row)
	}
	return aligned(rows)
}

// aligned prints rows whose first column is words, and the others numbers.
func aligned(rows [][]string) string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		line := indent
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				line += cell + pad
			} else {
				line += "  " + pad + cell
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}
