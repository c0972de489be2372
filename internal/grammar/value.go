package grammar

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

func (k *Key) parseCount(text string) (any, *Error) {
	if digits := strings.TrimPrefix(text, "-"); digits == "" || !isDigits(digits) {
		return nil, k.bad(text, "a count is a whole number, as in "+k.example())
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxCount {
		return nil, k.outOfRange(text)
	}
	return n, nil
}

func (k *Key) parseAttempts(text string) (any, *Error) {
	if text == unlimited {
		return Unlimited, nil
	}
	n, err := k.parseCount(text)
	switch {
	case err == nil:
		return n, nil
	case Suggest(text, []string{unlimited}) != "":
		err.didYouMean(unlimited)
	case err.Hint == "":
		// In other libraries 0 or -1 means no retries, or retries for ever.
		err.Hint = "attempts=1 never retries, attempts=unlimited never gives up"
	}
	return nil, err
}

func (k *Key) parseDuration(text string) (any, *Error) {
	d, hint := readDuration(text)
	switch {
	case hint != "":
		return nil, k.bad(text, hint)
	case d < 0, d == 0 && k.Kind == KindDuration:
		return nil, k.outOfRange(text)
	}
	return d, nil
}

// readDuration returns a duration, or a hint at how to write one.
func readDuration(text string) (d time.Duration, hint string) {
	d, err := time.ParseDuration(text)
	if err == nil {
		return d, ""
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return d, "a duration needs a unit, as in 100ms or 2s"
	}
	return d, "a duration is a number and a unit, as in 100ms, 2s or 1m30s"
}

// FormatDuration writes a duration as a person would: 1m, where
// time.Duration.String returns 1m0s.
func FormatDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

func (k *Key) parseFactor(text string) (any, *Error) {
	// ParseFloat alone would take inf, NaN and 0x1p3 too.
	f, err := strconv.ParseFloat(text, 64)
	if strings.Trim(text, "-.0123456789") != "" || err != nil && !math.IsInf(f, 0) {
		return nil, k.bad(text, "a factor is a number, as in 2 or 1.5")
	}
	if f < 1 || f > maxFactor {
		return nil, k.outOfRange(text)
	}
	return f, nil
}

func (k *Key) parsePercentage(text string) (any, *Error) {
	r, ok := parseRatio(text)
	if !ok {
		if meant := k.meantPercentage(text); meant != "" {
			return nil, k.bad(text, "did you mean "+k.Name+"="+meant+"?")
		}
		return nil, k.bad(text, "a percentage is a number and %, as in 10% or 12.5%, with at most four decimals")
	}
	if r < 0 || r > 100*Percent || r == 0 && k.Kind == KindShare {
		return nil, k.outOfRange(text)
	}
	return r, nil
}

// meantPercentage returns the percentage that a number without % stands for, or "":
// 50% for 50, and for 0.5, which is a share of 1.
func (k *Key) meantPercentage(text string) string {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return ""
	}
	if number < 1 {
		number *= 100
	}
	meant := strconv.FormatFloat(number, 'f', -1, 64) + "%"
	if _, bad := k.parsePercentage(meant); bad != nil {
		return ""
	}
	return meant
}

// parseWindow returns a duration, or a count of attempts when there is no unit.
func (k *Key) parseWindow(text string) (any, *Error) {
	if digits := strings.TrimPrefix(text, "-"); digits != "" && isDigits(digits) {
		return k.parseCount(text)
	}
	d, hint := readDuration(text)
	switch {
	case hint != "":
		return nil, k.bad(text, "a window is a duration, as in 10s, or a count of attempts, as in 100")
	case d < minWindow:
		return nil, k.outOfRange(text)
	}
	return d, nil
}

func (k *Key) parseRate(text string) (any, *Error) {
	count, unit, _ := strings.Cut(text, "/")
	i := slices.IndexFunc(rateUnits, func(u rateUnit) bool { return u.name == unit })
	if digits := strings.TrimPrefix(count, "-"); i < 0 || digits == "" || !isDigits(digits) {
		if isDigits(text) && text != "" {
			return nil, k.bad(text, "did you mean "+k.Name+"="+text+"/s?")
		}
		return nil, k.bad(text, "a rate is a count in a second, minute or hour, as in 100/s, 30/m or 5/h")
	}
	n, err := strconv.Atoi(count)
	if err != nil || n < 1 || n > maxCount {
		return nil, k.outOfRange(text)
	}
	return Rate{n, rateUnits[i].per}, nil
}

func (k *Key) parseChoice(text string) (any, *Error) {
	if slices.Contains(k.Choices, text) {
		return text, nil
	}
	err := &Error{Msg: fmt.Sprintf("unknown value %q for key %q", text, k.Name)}
	switch near := Suggest(text, k.Choices); {
	case k.Instead[text] != "":
		err.Hint = k.Instead[text]
	case near != "":
		err.didYouMean(near)
	default:
		err.Hint = "one of " + strings.Join(k.Choices, ", ")
	}
	return nil, err
}

func (k *Key) parseName(text string) (any, *Error) {
	if !isIdentifier(text) {
		return nil, k.bad(text, nameHint(text, "a name is a Go identifier"))
	}
	return text, nil
}

func (k *Key) parseGo(text string) (any, *Error) {
	if !isGoName(text) {
		return nil, k.bad(text, nameHint(text, "name a parameter, or a func as the file of the interface spells it"))
	}
	return text, nil
}

func (k *Key) parseFile(text string) (any, *Error) {
	name, isGo := strings.CutSuffix(text, ".go")
	switch {
	case strings.ContainsAny(text, `/\`):
		return nil, k.bad(text, "the file is written next to the source, so its name has no folder")
	case !isGo:
		return nil, k.bad(text, "a Go file ends in .go")
	case name == "":
		return nil, k.bad(text, "")
	}
	return text, nil
}

// isGoName reports whether the text is Ident or pkg.Ident.
func isGoName(text string) bool {
	first, second, qualified := strings.Cut(text, ".")
	return isIdentifier(first) && (!qualified || isIdentifier(second))
}

// nameHint returns the hint for a bad name, which may be the blank one.
func nameHint(text, hint string) string {
	if text == blank {
		return "_ names nothing"
	}
	return hint
}

const blank = "_"

// isIdentifier reports whether the text is a Go identifier that can name something.
// The generator finds out that it is a keyword, because it does not resolve.
func isIdentifier(text string) bool {
	if text == blank {
		return false
	}
	for i, r := range text {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return text != ""
}

// format writes a value so that Key.parse reads it.
func format(value any) string {
	switch value := value.(type) {
	case time.Duration:
		return FormatDuration(value)
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	default: // int, Ratio, string
		return fmt.Sprint(value)
	}
}

// FormatAttempts writes a number of attempts so that Key.parse reads it.
func FormatAttempts(n int) string {
	if n == Unlimited {
		return unlimited
	}
	return strconv.Itoa(n)
}
