package render

import (
	"bytes"
	"strings"
)

// joinShortFuncs puts func literals on one line that only return something, where gofmt
// leaves them there.
func joinShortFuncs(src []byte) []byte {
	lines := strings.Split(string(src), "\n")
	var out bytes.Buffer
	for i := 0; i < len(lines); i++ {
		if i > 0 {
			out.WriteByte('\n')
		}
		if joined, ok := joinFunc(lines[i:]); ok {
			out.WriteString(joined)
			i += 2
			continue
		}
		out.WriteString(lines[i])
	}
	return out.Bytes()
}

// joinFunc joins the first three of some lines, if they are the last argument of a
// call, and short enough.
func joinFunc(lines []string) (string, bool) {
	if len(lines) < 3 || !strings.HasSuffix(lines[0], " {") || strings.TrimLeft(lines[2], "\t") != "})" {
		return "", false
	}
	body := strings.TrimLeft(lines[1], "\t")
	at := strings.LastIndex(lines[0], "func(")
	literal := at >= 0 && strings.HasPrefix(lines[0], "\t") && strings.HasPrefix(body, "return ")
	if !literal || len(lines[0])-at+len(body)+len("  }") > oneLine {
		return "", false
	}
	joined := lines[0] + " " + body + " })"
	tabs := len(joined) - len(strings.TrimLeft(joined, "\t"))
	return joined, len(joined)+tabs*(tabWidth-1) <= lineWidth
}
