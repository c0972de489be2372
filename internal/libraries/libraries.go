// Package libraries knows the errors of well-known libraries: one row of a table for each
// library, with how a signature shows that a method uses it, and Go code that sorts its
// errors.
//
// The generator copies that code into wrappers, so that retrygen itself needs none of the
// libraries. The code is in the folder rows, as Go files that are never compiled there. The
// package parses them, and does not know what a wrapper is.
package libraries

import (
	"iter"
	"path"
	"slices"
	"strings"
)

// A Library is a row of the table.
type Library struct {
	Word string // in //retry:library
	Name string // in prose

	// Kinds are the packages that provide the library, such as two drivers for one
	// database. The first is the default.
	Kinds []*Kind

	CodeLength int // how many characters a code has that a prefix is compared with

	Spoken []Case // what errors of the library say themselves, so that it needs no code

	Switch string // what to switch off in the library, because it retries too; "" for nothing
	Note   string // sentences that the page adds; "" for none

	// Folder is the folder of the module libraries that has an interface with the library.
	Folder string
}

// A Kind is one package that provides a library.
type Kind struct {
	// Module is the module that provides the packages, without a major version.
	// It is empty for the standard library.
	Module string

	// Major is the suffix of the module's path that the code is written for, such as /v9, or
	// empty.
	Major string

	Shown []Type // types that show the library in a signature; none: only the word names it
	Row   string // the name of the file with the code; "" if errors speak for themselves

	// Sequence is the name of another file, with code that is asked first in methods that
	// wait for messages: Next, NextMsg, Fetch.
	Sequence string

	// Func is a func of package httpretry that sorts the errors, in place of a row.
	Func string

	Retries []Retries // by which the client repeats calls itself; the first that fits a method counts

	Oldest string // the first version of the module whose errors are sorted right; "" for any
	Why    string // why older versions are not
}

// A Type is a type or several that show a library.
type Type struct {
	Path  string // of the package below the module, without the module's path; it ends in ... for all below it
	Names string // a pattern of package path; "" for all types of the package
}

// All yields the libraries, in the order in which they are asked about an error.
func All() iter.Seq[*Library] { return slices.Values(table) }

// Words returns the words of the libraries, in the order of the table.
func Words() []string {
	words := make([]string, len(table))
	for i, l := range table {
		words[i] = l.Word
	}
	return words
}

// Lookup returns the library that a word names, or nil.
func Lookup(word string) *Library {
	i := slices.IndexFunc(table, func(l *Library) bool { return l.Word == word })
	if i < 0 {
		return nil
	}
	return table[i]
}

// Shows reports whether a type, given by the path of its package and its name, shows the
// library. It returns the suffix of the module's path for its major version.
func (k *Kind) Shows(pkgPath, name string) (major string, ok bool) {
	major, below, ok := k.Contains(pkgPath)
	if !ok {
		return "", false
	}
	ok = slices.ContainsFunc(k.Shown, func(t Type) bool {
		matches, err := path.Match(t.Names, name)
		named := t.Names == "" || err == nil && matches
		above, open := strings.CutSuffix(t.Path, "...")
		return named && (below == t.Path || open && strings.HasPrefix(below, above))
	})
	return major, ok
}

// Contains reports whether a package belongs to the module in any of its major versions. It
// returns the suffix for the major version, and the path below the module.
func (k *Kind) Contains(pkgPath string) (major, below string, ok bool) {
	if k.Module == "" {
		return "", pkgPath, true
	}
	rest, ok := strings.CutPrefix(pkgPath, k.Module)
	if !ok || rest != "" && rest[0] != '/' {
		return "", "", false
	}
	if first, _, _ := strings.Cut(strings.TrimPrefix(rest, "/"), "/"); isMajor(first) {
		major = "/" + first
	}
	return major, strings.TrimPrefix(strings.TrimPrefix(rest, major), "/"), true
}

// isMajor reports whether an element of a path is a major version: v2 and above.
func isMajor(element string) bool {
	digits, ok := strings.CutPrefix(element, "v")
	return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
}
