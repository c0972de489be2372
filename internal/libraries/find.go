package libraries

import (
	"slices"
	"strings"
)

// A Finding is what a library says about an error that a person has named.
type Finding struct {
	Library *Library
	Cases   []Case // more than one if it depends; none: nothing is known
	ByRest  bool   // the case is that of everything that no case names
}

// Find looks for an error by its name or number, as in NotFound, codes.NotFound, 40001 or
// 503. First come the libraries whose errors are known, and then what errors of any library
// say themselves. Sequence says that the method waits for messages.
func Find(said string, known []*Kind, sequence bool) Finding {
	for l, k := range kinds(known) {
		var rows [][]Case
		if row := k.SequenceCode(); row != nil && sequence {
			rows = append(rows, row.Cases)
		}
		if row := k.Code(); row != nil {
			rows = append(rows, row.Cases)
		}
		for _, cases := range rows {
			if f := l.find(said, cases); f.Cases != nil {
				return f
			}
		}
	}
	var spoken []*Library
	for l := range kinds(known) {
		spoken = append(spoken, l)
	}
	spoken = append(spoken, table...)
	for _, l := range spoken {
		if f := l.find(said, l.Spoken); f.Cases != nil {
			return f
		}
	}
	for l, k := range kinds(known) {
		cases := l.Spoken
		if row := k.Code(); row != nil {
			cases = slices.Concat(row.Cases, l.Spoken)
		}
		for _, c := range cases {
			if c.When == "any other number" && isNumber(said) || c.When == "any other code" {
				return Finding{Library: l, Cases: []Case{c}, ByRest: true}
			}
		}
	}
	return Finding{}
}

// kinds yields kinds with their libraries.
func kinds(known []*Kind) func(func(*Library, *Kind) bool) {
	return func(yield func(*Library, *Kind) bool) {
		for _, k := range known {
			i := slices.IndexFunc(table, func(l *Library) bool { return slices.Contains(l.Kinds, k) })
			if !yield(table[i], k) {
				return
			}
		}
	}
}

// find returns the cases that name an error, or else that whose prefix it has.
func (l *Library) find(said string, cases []Case) Finding {
	f := Finding{Library: l}
	for _, c := range cases {
		if c.Matches(said) {
			f.Cases = append(f.Cases, c)
		}
	}
	if f.Cases != nil || len(said) != l.CodeLength {
		return f
	}
	for _, c := range cases {
		if slices.ContainsFunc(c.Prefixes, func(p string) bool { return strings.HasPrefix(strings.ToUpper(said), p) }) {
			f.Cases = append(f.Cases, c)
		}
	}
	return f
}

// Summary says in one text which errors of a kind belong to which class. It names the first
// of many. Sequence says that the method waits for messages.
func (l *Library) Summary(k *Kind, sequence bool) string {
	const most = 6
	var cases []Case
	if row := k.SequenceCode(); row != nil && sequence {
		cases = append(cases, row.Cases...)
	}
	if row := k.Code(); row != nil {
		cases = append(cases, row.Cases...)
	}
	var texts []string
	for _, m := range meanings {
		var names []string
		for _, c := range append(cases, l.Spoken...) {
			if c.Class != m.Class {
				continue
			}
			for _, name := range c.Names {
				if name = name[strings.LastIndexByte(name, '.')+1:]; !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
			for _, prefix := range c.Prefixes {
				names = append(names, prefix+strings.Repeat("x", max(0, l.CodeLength-len(prefix))))
			}
		}
		if len(names) > most {
			names = append(names[:most], "...")
		}
		if names != nil {
			texts = append(texts, strings.ToLower(m.Class)+" "+strings.Join(names, ", "))
		}
	}
	return strings.Join(texts, "; ")
}

// OfStatus returns the class of a status of HTTP, or "" for a text that is none.
func OfStatus(said string) string {
	if f := Lookup("http").find(said, Lookup("http").Spoken); f.Cases != nil {
		return f.Cases[0].Class
	}
	return ""
}

func isNumber(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// A Meaning is what a class means.
type Meaning struct {
	Class   string
	Noun    string // with its article
	Retried bool   // unless something else decides
	Vote    string // what the breaker does
}

const (
	success = "counts a success"
	failure = "counts a failure"
	alive   = "sees that the dependency is alive"
)

// meanings are the classes of the runtime, in the order of its table.
var meanings = []Meaning{
	{"Unclassified", "unclassified: no library that the method knows has it", true, failure},
	{"Answer", "an answer", false, success},
	{"Fault", "a fault", false, failure},
	{"Transient", "transient", true, failure},
	{"Unsent", "a request without effect", true, failure},
	{"Throttled", "throttling", true, alive},
	{"Deadline", "a deadline of the server", true, failure},
	{"Quota", "a quota", false, alive},
	{"Conflict", "a conflict", true, success},
}

// MeaningOf returns what a class means.
func MeaningOf(class string) Meaning {
	i := slices.IndexFunc(meanings, func(m Meaning) bool { return m.Class == class })
	return meanings[max(i, 0)]
}
