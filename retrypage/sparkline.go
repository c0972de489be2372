package retrypage

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/retrygen/retrygen/breaker"
)

// The size of a sparkline in its own units: a bucket is four wide.
const (
	barWidth   = 4
	lineWidth  = buckets * barWidth
	lineHeight = 28
)

// A line is a sparkline: what it shows, how much of it there is now, and its shape.
type line struct {
	Kind, Label string
	Now         string
	Path        string // of an SVG
	Text        string // for those who cannot see it
	Unknown     string // the part for which nobody looked, as the path of an SVG
}

// linesOf returns the sparklines of a dependency. Those of calls have one scale, so that
// their heights can be compared.
func linesOf(d dependency) []line {
	list := d.Traffic.History
	var top int64
	for _, h := range list {
		top = max(top, h.Calls, h.Retries, h.Refused)
	}
	unknown := shapeOf(list, func(h history) float64 { return truth(!h.Sampled) })
	counted := func(kind, label string, now float64, of func(history) int64) line {
		var sum int64
		for _, h := range list {
			sum += of(h)
		}
		return line{
			Kind: kind, Label: label, Now: rate(now), Unknown: unknown,
			Path: shapeOf(list, func(h history) float64 { return float64(of(h)) / float64(max(top, 1)) }),
			Text: fmt.Sprintf("%d %s in the last %v", sum, label, minutes),
		}
	}
	var lines []line
	if d.Traffic.Counted {
		lines = append(lines,
			counted("calls", "calls", d.Traffic.Calls, func(h history) int64 { return h.Calls }),
			counted("retries", "retries", d.Traffic.Retries, func(h history) int64 { return h.Retries }),
			counted("refused", "refusals", d.Traffic.Refused, func(h history) int64 { return h.Refused }))
	}
	if len(d.Breakers) > 0 {
		lines = append(lines, line{
			Kind: "state-line", Label: "breaker", Now: d.State, Unknown: unknown,
			Path: shapeOf(list, func(h history) float64 { return stateHeight(h.State) }),
			Text: fmt.Sprintf("not closed in %d of the last %d periods of %v", notClosed(list), len(list), bucketTime),
		})
	}
	return lines
}

const minutes = buckets * bucketTime / time.Minute * time.Minute

// stateHeight draws open breakers high, half-open ones half as high, and closed ones not at all.
func stateHeight(s breaker.State) float64 {
	return map[breaker.State]float64{breaker.Open: 1, breaker.HalfOpen: 0.5}[s]
}

func notClosed(list []history) (n int) {
	for _, h := range list {
		if h.State != breaker.Closed {
			n++
		}
	}
	return n
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// shapeOf draws one bar for each bucket, with heights from 0 to 1. What is not zero can be
// seen.
func shapeOf(list []history, height func(history) float64) string {
	var out strings.Builder
	drawn := false
	at, level := 0, 0
	fmt.Fprintf(&out, "M0 %d", lineHeight)
	for i, h := range list {
		share := height(h)
		tall := int(share*lineHeight + 0.5)
		if share > 0 {
			tall = max(tall, 2)
			drawn = true
		}
		if tall != level {
			if x := i * barWidth; x > at {
				fmt.Fprintf(&out, "H%d", x)
				at = x
			}
			fmt.Fprintf(&out, "V%d", lineHeight-tall)
			level = tall
		}
	}
	if !drawn {
		return ""
	}
	fmt.Fprintf(&out, "H%dV%dZ", lineWidth, lineHeight)
	return out.String()
}

// HasGaps reports whether there are times of which nothing is known.
func (t traffic) HasGaps() bool {
	return slices.ContainsFunc(t.History, func(h history) bool { return !h.Sampled })
}
