package model

import "go/types"

// ErrorIn says how a method's error is read from its results, and how the results of a call
// are made that ends without an attempt.
type ErrorIn struct {
	Read, Make Accessor // there is no Make where the last result is an error
}

// An Accessor is a func, or a method of the only result beside the error.
type Accessor struct {
	Word   string       // as written; "" if there is none
	Func   types.Object // nil for a method
	Method string       // "" for a func
}
