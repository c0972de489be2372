// Package failure has an interface that embeds error. Its wrapper is an error too, and has
// no Unwrap: errors.Is and errors.As would use it to look into the wrapped value, which is
// not a cause.
package failure

// Failure is an error that can be acknowledged.
//
//retry:simple attempts=2 delay=5ms
type Failure interface {
	error
	Acknowledge() error
}
