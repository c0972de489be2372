package review

import "go/types"

// Writes reports whether a method writes, as its name says, so that a second call has its
// effect again.
func Writes(method string) bool { return isWrite(method, writes) }

// TakesKey reports whether the caller of a method passes an idempotency key: as a parameter,
// or in a field of one.
func TakesKey(sig *types.Signature) bool { return takesKey(sig) }

// CutWord returns the first word of a name in lower case, and the rest of the name.
func CutWord(name string) (word, rest string) { return cutWord(name) }
