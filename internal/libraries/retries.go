package libraries

import (
	"math"
	"path"
)

// Unlimited is the value of Retries.Attempts for a client that retries without end.
const Unlimited = math.MaxInt32

// Retries says how often a client makes a request by itself, by default.
type Retries struct {
	Attempts int    // all, including the first; Unlimited for no limit
	When     string // after which errors, as in "after a response with Retry-After"; "" for most
	Source   string // the address of what documents the number

	// Methods is a pattern of package path for the methods that are repeated, and Shown are
	// types one of which must be in their signatures. Empty: all methods.
	Methods string
	Shown   []Type
}

// RetriesOf returns how often the client repeats the calls of a method by default, or nil if
// it does not. Mentions yields the types in the signature of the method.
func (k *Kind) RetriesOf(method string, mentions func(yield func(pkgPath, name string))) *Retries {
	for i := range k.Retries {
		r := &k.Retries[i]
		if ok, err := path.Match(r.Methods, method); r.Methods != "" && (err != nil || !ok) {
			continue
		}
		shown := r.Shown == nil
		if !shown {
			narrow := Kind{Module: k.Module, Shown: r.Shown}
			mentions(func(pkgPath, name string) {
				_, ok := narrow.Shows(pkgPath, name)
				shown = shown || ok
			})
		}
		if shown {
			return r
		}
	}
	return nil
}
