package main

import (
	"fmt"
	"math"
	"strings"
)

// This file writes numbers of figures: with no more digits than matter.

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "y"); ok {
		return fmt.Sprintf("%d %sies", n, stem)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// about writes a mean number of things, with two digits below ten.
func about(x float64, noun string) string {
	text := fmt.Sprintf("%.2g", x)
	if x > 10 {
		text = number(math.Ceil(x))
	}
	if text != "1" {
		noun += "s"
	}
	return text + " " + noun
}

// number writes a number with three digits that matter.
func number(x float64) string {
	if math.IsInf(x, 1) {
		return "unlimited"
	}
	if x >= 1000 {
		return fmt.Sprintf("%.0f", x)
	}
	text := fmt.Sprintf("%.3g", x)
	if x < 0.001 {
		text = fmt.Sprintf("%.1g", x)
	}
	return text
}

// roughly writes a time in seconds with three digits that matter.
func roughly(seconds float64) string {
	switch {
	case seconds < 1:
		return number(seconds*1000) + "ms"
	case seconds < 100:
		return number(seconds) + "s"
	case seconds < 6000:
		return number(seconds/60) + "m"
	}
	return number(seconds/3600) + "h"
}

// percent writes a share so that nearly all is not all.
func percent(share float64) string {
	for decimals := range 4 {
		if text := fmt.Sprintf("%.*f", decimals, share*100); text != "100" && !strings.HasPrefix(text, "100.") {
			return text + "%"
		}
	}
	return "nearly all"
}

func perSecond(rate float64) string { return number(rate) + "/s" }

// seriesOf writes a, b and c.
func seriesOf(list []string) string {
	last := len(list) - 1
	if last < 1 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:last], ", ") + " and " + list[last]
}
