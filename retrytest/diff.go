package retrytest

import "strings"

// diff returns the lines of two texts that differ, with the method that they belong to. A
// method is a line without an indent.
func diff(before, after string) string {
	a, b := strings.SplitAfter(before, "\n"), strings.SplitAfter(after, "\n")
	common := commonLines(a, b)
	var out strings.Builder
	method := ""
	changed := func(sign, line string) {
		if line == "" { // after the last newline
			return
		}
		if strings.HasPrefix(line, " ") {
			out.WriteString(method)
			method = ""
		}
		out.WriteString(sign + strings.TrimSuffix(line, "\n") + "\n")
	}
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			if !strings.HasPrefix(a[i], " ") {
				method = "  " + a[i]
			}
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			changed("- ", a[i])
			i++
		default:
			changed("+ ", b[j])
			j++
		}
	}
	return out.String()
}

// commonLines returns for each pair of rests of two texts how many lines they have in common,
// in the same order.
func commonLines(a, b []string) [][]int {
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	return common
}
