package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// Sizes in the picture, in pixels.
const (
	barHeight  = 16
	rowHeight  = 24
	labelWidth = 310 // for the names, left of the axis
	axisWidth  = 420
	valueWidth = 150 // for the numbers after the longest bar
	headHeight = 64
	footHeight = 34
)

// colours suit a light page. The media query replaces them on a dark one. The picture has
// no background.
const colours = `
    text { font: 13px ui-sans-serif, system-ui, sans-serif; fill: #24292f }
    .title { font-weight: 600; font-size: 15px }
    .quiet { fill: #57606a; font-size: 12px }
    .grid { stroke: #d0d7de }
    .other { fill: #8c959f }
    .ours { fill: #0969da }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      .quiet { fill: #9198a1 }
      .grid { stroke: #3d444d }
      .other { fill: #6e7681 }
      .ours { fill: #4493f8 }
    }
  `

// A bar is one contender of the picture.
type bar struct {
	name        string
	time        float64
	allocations string
}

// Picture draws the times of a case as an SVG file: horizontal bars on a logarithmic
// axis, the shortest on top. The same run gives the same bytes.
func Picture(w io.Writer, r *Run, name string) error {
	var bars []bar
	for _, k := range r.Keys {
		if time, ok := r.Median(k, Nanoseconds); ok && k.Case == name && time > 0 {
			bars = append(bars, bar{k.Contender, time, cell(r, k, Allocations, 1)})
		}
	}
	if len(bars) == 0 {
		return fmt.Errorf("nothing of %s was measured", name)
	}
	slices.SortStableFunc(bars, func(a, b bar) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.name, b.name))
	})
	_, err := io.WriteString(w, draw(name, bars))
	return err
}

func draw(name string, bars []bar) string {
	width, height := labelWidth+axisWidth+valueWidth, headHeight+len(bars)*rowHeight+footHeight
	low, high := decades(bars)
	at := func(time float64) float64 { // the position of a time on the axis
		return labelWidth + axisWidth*(math.Log10(time)-low)/(high-low)
	}

	var s strings.Builder
	title := name
	if about := descriptions[name].about; about != "" {
		title = strings.ToUpper(about[:1]) + about[1:]
	}
	fmt.Fprintf(&s, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">\n", width, height, width, height)
	fmt.Fprintf(&s, "  <title>%s</title>\n  <style>%s</style>\n", escape(title), colours)
	fmt.Fprintf(&s, "  <text class=\"title\" x=\"12\" y=\"24\">%s</text>\n", escape(title))
	fmt.Fprint(&s, "  <text class=\"quiet\" x=\"12\" y=\"44\">time and allocations of one call, shorter is better; logarithmic axis: each line is ten times the one before</text>\n")
	bottom := headHeight + len(bars)*rowHeight
	for decade := low; decade <= high; decade++ {
		x := at(math.Pow(10, decade))
		fmt.Fprintf(&s, "  <line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>\n", x, headHeight-4, x, bottom)
		fmt.Fprintf(&s, "  <text class=\"quiet\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", x, bottom+18, length(math.Pow(10, decade)))
	}
	for i, b := range bars {
		top := headHeight + i*rowHeight
		line, class := top+13, "other"
		if strings.HasPrefix(b.name, "retrygen") {
			class = "ours"
		}
		fmt.Fprintf(&s, "  <text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", labelWidth-10, line, escape(b.name))
		fmt.Fprintf(&s, "  <rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>\n", class, labelWidth, top, at(b.time)-labelWidth, barHeight)
		fmt.Fprintf(&s, "  <text class=\"quiet\" x=\"%.1f\" y=\"%d\">%s, %s allocs</text>\n", at(b.time)+6, line, length(b.time), b.allocations)
	}
	fmt.Fprint(&s, "</svg>\n")
	return s.String()
}

// decades returns the powers of ten between which all bars lie.
func decades(bars []bar) (low, high float64) {
	low = math.Floor(math.Log10(bars[0].time))
	high = math.Ceil(math.Log10(bars[len(bars)-1].time))
	if bars[0].time == math.Pow(10, low) {
		low-- // so that the shortest bar has a length
	}
	return low, max(high, low+1)
}

// length writes nanoseconds in the unit that reads best.
func length(nanoseconds float64) string {
	switch {
	case nanoseconds >= 1e6:
		return number(nanoseconds/1e6) + " ms"
	case nanoseconds >= 1e3:
		return number(nanoseconds/1e3) + " µs"
	default:
		return number(nanoseconds) + " ns"
	}
}

func escape(text string) string {
	var s strings.Builder
	_ = xml.EscapeText(&s, []byte(text)) // a Builder returns no error
	return s.String()
}
