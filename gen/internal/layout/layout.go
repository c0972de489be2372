// Package layout formats generated code as gofmt does, in a fraction of the time. It takes
// on what generated code usually has, and leaves everything else to go/format.
//
// What comes in is source text; what goes out is formatted source text. It knows nothing
// about wrappers.
package layout

import (
	"bytes"
	"go/scanner"
	"go/token"
	"strings"
)

// Source writes a file as gofmt would, in a fraction of the time: it knows the few
// constructs that a wrapper is made of, and goes by the lines that are there. It
// reports false on anything else, which is for go/format.
func Source(src []byte) ([]byte, bool) {
	l := &layouter{fset: token.NewFileSet()}
	head, body, ok := cutImports(src)
	if !ok || !l.scan(body) {
		return nil, false
	}
	l.out.Write(head)
	for i := range l.lines {
		if !l.line(i) {
			return nil, false
		}
	}
	l.align()
	for _, line := range l.done {
		l.out.WriteString(line.text())
	}
	return l.out.Bytes(), true
}

// cutImports cuts a file behind its import declaration, which is written as it
// should be.
func cutImports(src []byte) (head, body []byte, ok bool) {
	at := bytes.Index(src, []byte("\nimport (\n"))
	if at < 0 {
		return nil, nil, false
	}
	end := bytes.Index(src[at:], []byte("\n)\n"))
	if end < 0 {
		return nil, nil, false
	}
	at += end + len("\n)\n")
	return src[:at], src[at:], true
}

// A layouter lays out one file.
type layouter struct {
	fset  *token.FileSet
	lines [][]lexeme
	open  []bracket // those that are not closed
	done  []laidLine
	out   bytes.Buffer
}

// A lexeme is a token of the source.
type lexeme struct {
	tok  token.Token
	text string
}

// A bracket is one that is open.
type bracket struct {
	tok   token.Token
	line  int
	kind  bracketKind
	block bool // a func or an if before it waits for its block behind it
}

// A bracketKind is what a bracket encloses, where that makes a difference.
type bracketKind uint8

const (
	otherBracket  bracketKind = iota
	paramsBracket             // of a func, which results may follow
	typeBracket               // [] before the type of the elements
	blockBracket              // of the body of a func, or of an if
)

// A laidLine is a line of the result. One of a list that gofmt aligns is cut where
// the columns meet.
type laidLine struct {
	indent      int
	left, right string // right is "" where nothing is to be aligned
	pad         int
	alone       bool // it has the lines after it inside, and is not aligned
}

func (l laidLine) text() string {
	if l.left == "" {
		return "\n"
	}
	return strings.Repeat("\t", l.indent) + l.left + strings.Repeat(" ", l.pad) + l.right + "\n"
}

// scan reads the tokens, line by line. Blank lines are kept one at a time.
func (l *layouter) scan(src []byte) bool {
	file := l.fset.AddFile("", -1, len(src))
	good := true
	var s scanner.Scanner
	s.Init(file, src, func(token.Position, string) { good = false }, scanner.ScanComments)
	last := 0
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return good
		}
		if tok == token.SEMICOLON && text == "\n" {
			continue
		}
		if text == "" {
			text = tok.String()
		}
		line := file.Line(pos)
		switch {
		case line == last:
		case line > last+1 || last == 0:
			l.lines = append(l.lines, nil, nil)
		default:
			l.lines = append(l.lines, nil)
		}
		last = line
		at := len(l.lines) - 1
		l.lines[at] = append(l.lines[at], lexeme{tok, text})
	}
}

// line lays out one line.
func (l *layouter) line(i int) bool {
	lexemes := l.lines[i]
	if len(lexemes) == 0 {
		l.done = append(l.done, laidLine{})
		return true
	}
	if lexemes[0].tok == token.COMMENT {
		l.done = append(l.done, laidLine{indent: l.indent(nil), left: strings.TrimRight(lexemes[0].text, " ")})
		return len(lexemes) == 1
	}
	w := lineWriter{layouter: l, line: i, lexemes: lexemes}
	for at := range lexemes {
		if !w.lexeme(at) {
			return false
		}
	}
	if i > 0 && continues(l.lines[i-1]) {
		w.indent++
	}
	out := laidLine{indent: w.indent, left: w.text.String()}
	if w.cut > 0 {
		out.left, out.right, out.pad = out.left[:w.cut], out.left[w.cut:], 1
		out.alone = l.opensIn(i)
	}
	l.done = append(l.done, out)
	return true
}

// continues reports whether a line goes on in the next one, as in a || b.
func continues(line []lexeme) bool { return len(line) > 0 && line[len(line)-1].tok == token.LOR }

// opensIn reports whether a bracket that was opened in a line is still open.
func (l *layouter) opensIn(line int) bool {
	return len(l.open) > 0 && l.open[len(l.open)-1].line == line
}

// indent is the number of lines that have opened a bracket which is open, but for
// the line that has opened the last one closed.
func (l *layouter) indent(closed *bracket) int {
	n, last := 0, -1
	for _, b := range l.open {
		if b.line != last && (closed == nil || b.line < closed.line) {
			n, last = n+1, b.line
		}
	}
	return n
}

// align pads the lines that stand together in a list.
func (l *layouter) align() {
	for from := 0; from < len(l.done); {
		to, width := from, 0
		for to < len(l.done) && l.done[to].right != "" && !l.done[to].alone && l.done[to].indent == l.done[from].indent {
			width = max(width, len(l.done[to].left))
			to++
		}
		for i := from; i < to; i++ {
			l.done[i].pad = width - len(l.done[i].left) + 1
		}
		from = max(to, from+1)
	}
}
