package grammar

import (
	"strconv"
	"strings"
)

// A Ratio is a share in parts per million, so that each percentage that a text can
// have is a whole number.
type Ratio int32

// Percent is one percent.
const Percent Ratio = 10_000

// ratioDigits is the number of decimals that a percentage can have.
const ratioDigits = 4

// String returns the share in percent, without trailing zeros: "10%", "12.5%",
// "0.0001%".
func (r Ratio) String() string {
	n, sign := int64(r), ""
	if n < 0 {
		n, sign = -n, "-"
	}
	whole, part := n/int64(Percent), n%int64(Percent)
	text := sign + strconv.FormatInt(whole, 10)
	if part != 0 {
		// Adding Percent keeps the leading zeros of the decimals.
		decimals := strconv.FormatInt(int64(Percent)+part, 10)[1:]
		text += "." + strings.TrimRight(decimals, "0")
	}
	return text + "%"
}

// parseRatio reads a percentage with at most ratioDigits decimals. It uses no floats,
// because 57% must not become 56.9999%.
func parseRatio(text string) (r Ratio, ok bool) {
	number, ok := strings.CutSuffix(text, "%")
	if !ok {
		return 0, false
	}
	number, negative := strings.CutPrefix(number, "-")
	whole, decimals, dotted := strings.Cut(number, ".")
	if whole == "" || dotted && decimals == "" || len(decimals) > ratioDigits || !isDigits(whole+decimals) {
		return 0, false
	}
	decimals += strings.Repeat("0", ratioDigits-len(decimals))
	n, _ := strconv.ParseInt(whole+decimals, 10, 32) // the largest if it does not fit, which is out of every range
	if negative {
		n = -n
	}
	return Ratio(n), true
}

func isDigits(text string) bool {
	return strings.Trim(text, "0123456789") == ""
}
