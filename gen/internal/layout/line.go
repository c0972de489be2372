package layout

import (
	"go/token"
	"strings"
	"unicode/utf8"
)

// A lineWriter writes the tokens of one line.
type lineWriter struct {
	*layouter
	line    int
	lexemes []lexeme
	text    strings.Builder
	indent  int
	cut     int // where the line is cut to be aligned; 0: nowhere

	closed *bracket // the last bracket that was closed
	awaits bool     // a func, an if or a for waits for its block
}

// longKey is the length of a key from which on gofmt aligns by other rules.
const longKey = 40

// lexeme writes one token, or reports that it does not know how.
func (w *lineWriter) lexeme(at int) bool {
	cur := w.lexemes[at]
	switch cur.tok {
	case token.CHAN, token.ARROW, token.STRUCT, token.INTERFACE, token.TILDE, token.OR:
		if !w.known(at) {
			return false
		}
	case token.RPAREN, token.RBRACK, token.RBRACE:
		if !w.closes() {
			return false
		}
	}
	if at == 0 {
		w.indent = w.layouter.indent(w.closed)
	} else if w.space(at) {
		w.text.WriteByte(' ')
	}
	w.column(at)
	w.text.WriteString(cur.text)
	switch cur.tok {
	case token.LPAREN, token.LBRACK, token.LBRACE:
		w.opens(at)
	case token.FUNC, token.IF, token.FOR:
		w.awaits = true
	case token.COMMA:
		w.awaits = false // it was a type
	}
	return true
}

// known reports whether a type that is written out is one of the simple ones.
func (w *lineWriter) known(at int) bool {
	switch w.lexemes[at].tok {
	case token.STRUCT:
		last := at+2 == len(w.lexemes) && w.lexemes[at+1].tok == token.LBRACE && len(w.open) == 0
		return last || w.empty(at+1)
	case token.INTERFACE:
		return w.empty(at + 1)
	}
	return false
}

// empty reports whether {} stands at a place.
func (w *lineWriter) empty(at int) bool {
	return at+1 < len(w.lexemes) && w.lexemes[at].tok == token.LBRACE && w.lexemes[at+1].tok == token.RBRACE
}

// column notes where the line is cut: behind the names of fields, and before the
// value of a key, where the list has a line for each.
func (w *lineWriter) column(at int) {
	if len(w.open) == 0 || w.lexemes[0].tok != token.IDENT || w.open[len(w.open)-1].line == w.line {
		return
	}
	inBraces := w.open[len(w.open)-1].tok == token.LBRACE
	switch {
	case !inBraces:
	case at == 2 && w.lexemes[1].tok == token.COLON && utf8.RuneCountInString(w.lexemes[0].text) < longKey,
		w.endsNames(at) && w.inStruct() && !w.embedded():
		text := strings.TrimSuffix(w.text.String(), " ")
		w.text.Reset()
		w.text.WriteString(text)
		w.cut = len(text)
	}
}

// endsNames reports whether the names before a token are those of fields, as in a, b T.
func (w *lineWriter) endsNames(at int) bool {
	for i := 1; i < at; i += 2 {
		if w.lexemes[i].tok != token.COMMA {
			return false
		}
	}
	return at%2 == 1 && w.lexemes[at].tok != token.COMMA
}

// inStruct reports whether the line is a field of the struct that is declared.
func (w *lineWriter) inStruct() bool {
	return len(w.open) == 1 && w.layouter.lines[w.open[0].line][0].tok == token.TYPE
}

// embedded reports whether the field is a type of another package, or one with type
// arguments, without a name.
func (w *lineWriter) embedded() bool {
	return w.lexemes[1].tok == token.PERIOD || w.lexemes[1].tok == token.LBRACK && !w.isType(1)
}

func (w *lineWriter) opens(at int) {
	b := bracket{tok: w.lexemes[at].tok, line: w.line, block: w.awaits}
	switch {
	case b.tok == token.LPAREN && w.awaits:
		b.kind = paramsBracket
	case b.tok == token.LBRACK && w.isType(at):
		b.kind = typeBracket
	case b.tok == token.LBRACE:
		if b.block {
			b.kind = blockBracket
		}
		b.block = false
	}
	w.open, w.awaits = append(w.open, b), false
}

func (w *lineWriter) closes() bool {
	if len(w.open) == 0 {
		return false
	}
	last := w.open[len(w.open)-1]
	w.closed = &last
	w.open, w.awaits = w.open[:len(w.open)-1], last.block
	return true
}

// isType reports whether a [ begins the type of a slice, an array or a map, and not
// type parameters or arguments.
func (w *lineWriter) isType(at int) bool {
	next := w.lexemes[at+1].tok
	return next == token.RBRACK || next == token.INT || at > 0 && w.lexemes[at-1].tok == token.MAP
}

// space reports whether a space stands before a token.
func (w *lineWriter) space(at int) bool {
	prev, cur := w.lexemes[at-1].tok, w.lexemes[at].tok
	switch {
	case prev == token.LBRACE && cur != token.RBRACE && w.open[len(w.open)-1].kind == blockBracket,
		cur == token.RBRACE && prev != token.LBRACE && w.closed.kind == blockBracket:
		return true // a func on one line
	}
	switch prev {
	case token.LPAREN, token.LBRACK, token.LBRACE, token.PERIOD, token.NOT, token.AND:
		return false
	case token.MUL:
		return w.binary(at - 1)
	case token.ELLIPSIS:
		return false
	case token.RBRACK:
		if w.closed.kind == typeBracket {
			return false
		}
	}
	switch cur {
	case token.COMMA, token.RPAREN, token.RBRACK, token.RBRACE, token.PERIOD, token.COLON, token.SEMICOLON:
		return false
	case token.ELLIPSIS:
		return at+1 == len(w.lexemes) || w.lexemes[at+1].tok != token.RPAREN
	case token.LPAREN:
		return w.spaceBeforeParen(at)
	case token.LBRACK:
		return prev != token.MAP && (w.isType(at) || prev == token.COMMA || prev == token.ASSIGN)
	case token.LBRACE:
		return w.awaits || prev == token.STRUCT && !w.empty(at)
	}
	return true
}

// binary reports whether a * multiplies.
func (w *lineWriter) binary(at int) bool { return at > 0 && w.lexemes[at-1].tok == token.INT }

func (w *lineWriter) spaceBeforeParen(at int) bool {
	switch w.lexemes[at-1].tok {
	case token.FUNC:
		return at == 1 && len(w.open) == 0 // before a receiver
	case token.RPAREN:
		return w.closed.kind == paramsBracket && w.awaits
	case token.IDENT, token.RBRACK, token.RBRACE, token.MUL:
		return false
	}
	return true
}
