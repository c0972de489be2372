package model

import (
	"go/token"
	"go/types"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// A Scope hands out names, each of them once.
type Scope map[string]bool

// Take returns the first candidate that is free. If none is, it adds a number to the last
// one.
func (s Scope) Take(candidates ...string) string {
	for _, name := range candidates {
		if name != "" && name != "_" && !s[name] && !token.IsKeyword(name) {
			s[name] = true
			return name
		}
	}
	last := candidates[len(candidates)-1]
	for i := 2; ; i++ {
		if name := last + strconv.Itoa(i); !s[name] {
			s[name] = true
			return name
		}
	}
}

// Importable reports whether a file may import a package under a name. A predeclared name
// would change the meaning of the rest of the file, and err is a common local variable.
func Importable(name string) bool {
	return token.IsIdentifier(name) && name != "_" && name != "init" && name != "err" &&
		types.Universe.Lookup(name) == nil
}

func UpperFirst(s string) string {
	c, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(c)) + s[size:]
}

// LowerFirst writes an exported name as an unexported one: Charge as charge,
// URLFor as urlFor, ID as id.
func LowerFirst(s string) string {
	runes := []rune(s)
	for i, c := range runes {
		next := i+1 < len(runes) && unicode.IsLower(runes[i+1])
		if !unicode.IsUpper(c) || i > 0 && next {
			break
		}
		runes[i] = unicode.ToLower(c)
	}
	return string(runes)
}

// ConstructorName returns the name of the wrapper's constructor.
func ConstructorName(structName string) string {
	if token.IsExported(structName) {
		return "New" + structName
	}
	return "new" + UpperFirst(structName)
}
