package load

import (
	"bytes"
	"slices"
)

// dropBodies returns a source file with empty function bodies. Bodies do not matter for
// types, but parsing them takes most of the time of reading a package. The rest stays on
// its lines.
//
// It knows just enough Go to skip strings and comments, and to find functions that are
// declared at the beginning of a line. If a body has no end, it leaves the rest as it is,
// so that the parser reports it.
func dropBodies(src []byte) []byte {
	out := make([]byte, 0, len(src)/2)
	kept := 0 // src[:kept] is in out
	for at := 0; at < len(src); {
		if !beginsFunc(src, at) {
			at = skip(src, at)
			continue
		}
		open := bodyOf(src, at)
		if open < 0 {
			at += len("func")
			continue
		}
		end := closing(src, open)
		if end < 0 {
			break
		}
		lines := bytes.Count(src[open:end], []byte("\n"))
		out = append(out, src[kept:open+1]...)
		out = append(out, slices.Repeat([]byte("\n"), lines)...)
		kept, at = end, end+1
	}
	return append(out, src[kept:]...)
}

// beginsFunc reports whether a function declaration begins at an offset.
func beginsFunc(src []byte, at int) bool {
	return (at == 0 || src[at-1] == '\n') &&
		(bytes.HasPrefix(src[at:], []byte("func ")) || bytes.HasPrefix(src[at:], []byte("func(")))
}

// bodyOf returns the offset of the body of the function declared at an offset, or -1 if it
// has none, like a function written in assembly.
func bodyOf(src []byte, at int) int {
	for depth := 0; at < len(src); at = skip(src, at) {
		switch src[at] {
		case '(', '[':
			depth++
		case ')', ']', '}':
			depth--
		case '{':
			if depth == 0 && !endsInType(src[:at]) {
				return at
			}
			depth++
		case '\n':
			if depth == 0 {
				return -1
			}
		}
	}
	return -1
}

// endsInType reports whether src ends with struct or interface, so that the brace after it
// does not open a body.
func endsInType(src []byte) bool {
	src = bytes.TrimRight(src, " \t")
	for _, word := range []string{"struct", "interface"} {
		if before, ok := bytes.CutSuffix(src, []byte(word)); ok {
			return len(before) == 0 || !inName(before[len(before)-1])
		}
	}
	return false
}

func inName(c byte) bool {
	return c == '_' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// closing returns the offset of the brace that closes the one at an offset, or -1.
func closing(src []byte, open int) int {
	depth := 0
	for at := open; at < len(src); at = skip(src, at) {
		switch src[at] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return at
			}
		}
	}
	return -1
}

// skip returns the offset after the string, comment or character at an offset.
func skip(src []byte, at int) int {
	switch src[at] {
	case '`':
		return after(src, at+1, "`")
	case '"', '\'':
		for i := at + 1; i < len(src); i++ {
			switch src[i] {
			case '\\':
				i++
			case src[at]:
				return i + 1
			}
		}
		return len(src)
	case '/':
		switch {
		case bytes.HasPrefix(src[at:], []byte("//")):
			return max(after(src, at, "\n")-1, at+1) // the end of the line matters
		case bytes.HasPrefix(src[at:], []byte("/*")):
			return after(src, at+2, "*/")
		}
	}
	return at + 1
}

// after returns the offset after the next occurrence of a text, or the end.
func after(src []byte, at int, text string) int {
	n := bytes.Index(src[at:], []byte(text))
	if n < 0 {
		return len(src)
	}
	return at + n + len(text)
}
