package adopt

import (
	"go/types"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/review"
)

// An effect says what a second call of a method does, as far as its name says.
type effect int

const (
	unknown effect = iota // it may have its effect twice
	writes                // it has its effect twice
	repeats               // it stores or removes the same thing again
	reads                 // it has no effect
	begins                // it opens something that the program then ends
)

// readWords are the first words of methods that only read.
var readWords = []string{
	"check", "contains", "count", "describe", "distinct", "download", "estimated", "exists", "fetch", "find", "get", "has", "head",
	"info", "is", "keys", "len", "list", "load", "lookup", "next", "peek", "ping", "poll", "query", "read", "receive", "resolve",
	"retrieve", "scan", "search", "select", "stat", "status", "ttl", "validate", "verify", "view", "watch",
}

// repeatWords are the first words of methods that store or remove the same thing again.
var repeatWords = []string{"clear", "delete", "disable", "enable", "put", "remove", "replace", "reset", "set", "upload", "upsert"}

// beginWords are the first words of methods that open something.
var beginWords = []string{"acquire", "begin", "connect", "dial", "open"}

// appended are words in the names of methods that add something, although they begin with put.
var appended = []string{"Event", "Log", "Message", "Metric", "Record"}

// statements are the names of parameters that hold a statement, which may read or write.
var statements = []string{"cmd", "query", "sql", "statement", "stmt"}

// effectOf decides by the name and the parameters of a method. A first word of one letter is
// left out, as in HGetAll and LPush.
func effectOf(fn *types.Func) effect {
	name := fn.Name()
	first, rest := review.CutWord(name)
	if len(first) == 1 && rest != "" {
		name = rest
		first, rest = review.CutWord(rest)
	}
	switch {
	case review.Writes(name), review.Writes(fn.Name()):
		return writes
	case takesStatement(fn.Signature()):
		return unknown
	case slices.Contains(readWords, first):
		if strings.Contains(rest, "And") { // FindOneAndUpdate
			return unknown
		}
		return reads
	case slices.Contains(repeatWords, first):
		adds := slices.ContainsFunc(appended, func(word string) bool { return strings.Contains(rest, word) })
		// SetNX says whether it has stored something, and DeleteOne removes the next match.
		if adds || strings.HasSuffix(rest, "NX") || strings.HasSuffix(rest, "One") {
			return unknown
		}
		return repeats
	case slices.Contains(beginWords, first):
		return begins
	}
	return unknown
}

// takesStatement reports whether a method takes a statement as a text.
func takesStatement(sig *types.Signature) bool {
	for p := range sig.Params().Variables() {
		basic, ok := p.Type().Underlying().(*types.Basic)
		if ok && basic.Kind() == types.String && slices.Contains(statements, p.Name()) {
			return true
		}
	}
	return false
}
