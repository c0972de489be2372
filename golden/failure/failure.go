// Package failure has an interface that embeds error: its wrapper is an error
// itself and has no Unwrap, through which errors.Is and errors.As would look into
// what is wrapped and is no cause.
package failure

// Failure is an error that can be acknowledged.
//
//retry:simple attempts=2 delay=5ms
type Failure interface {
	error
	Acknowledge() error
}
