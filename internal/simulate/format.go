package simulate

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// number prints a number with as many digits as a reader needs, three.
func number(v float64) string {
	switch size := math.Abs(v); {
	case size >= 1e4 && size < 1e6:
		return trimmed(v/1e3, 1) + "k"
	case v == math.Trunc(v) && size < 1e4, size >= 100 && size < 1e4:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case size >= 1e6:
		return trimmed(v/1e6, 2) + "M"
	case size >= 10:
		return trimmed(v, 1)
	case size >= 1:
		return trimmed(v, 2)
	case size >= 0.01 || v == 0:
		return trimmed(v, 3)
	default:
		return strconv.FormatFloat(v, 'g', 2, 64)
	}
}

// trimmed prints a number with at most so many decimals.
func trimmed(v float64, decimals int) string {
	text := strconv.FormatFloat(v, 'f', decimals, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	if text == "-0" {
		return "0"
	}
	return text
}

// brief prints a time in seconds with the digits that a reader needs.
func brief(s float64) string {
	d := time.Duration(s * float64(time.Second))
	switch {
	case d >= 10*time.Minute && d%time.Minute == 0, d >= 2*time.Hour:
		d = d.Round(time.Minute)
		text := strings.TrimSuffix(d.String(), "0s")
		if strings.HasSuffix(text, "h0m") {
			text = strings.TrimSuffix(text, "0m")
		}
		return text
	case d >= 100*time.Second:
		return strconv.Itoa(int(d.Round(time.Second)/time.Second)) + "s"
	case d >= time.Second:
		return trimmed(s, 1) + "s"
	case d >= 100*time.Millisecond:
		return trimmed(s*1e3, 0) + "ms"
	case d >= time.Millisecond:
		return trimmed(s*1e3, 1) + "ms"
	case d == 0:
		return "0s"
	default:
		return trimmed(s*1e6, 1) + "µs"
	}
}

// percent prints a share.
func percent(v float64) string {
	switch {
	case v == 0, v == 1:
		return trimmed(v*100, 0) + "%"
	case v > 0.9995 || v < 0.0005:
		return trimmed(v*100, 4) + "%"
	case v > 0.99 || v < 0.01:
		return trimmed(v*100, 2) + "%"
	}
	return trimmed(v*100, 1) + "%"
}

// text prints a value by its unit.
func (u Unit) text(v float64) string {
	switch u {
	case PerSecond:
		return number(v) + "/s"
	case Share:
		return percent(v)
	case Times:
		return trimmed(v, 3)
	case Seconds:
		return brief(v)
	}
	return number(v)
}

// plural prints a count with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func ratio[N int | uint64](part, whole N) Figure {
	if whole == 0 {
		return unknown
	}
	return known(float64(part) / float64(whole))
}
