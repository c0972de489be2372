// Package before uses its wrapper in every place where a package can. It does not compile
// before the wrapper exists.
package before

import (
	"context"

	retry "github.com/retrygen/retrygen/runtime"
)

//retry:simple attempts=2 delay=1ms
type Client interface {
	Get(ctx context.Context) (string, error)
	Wrapped() *ResilientClient
}

// Holder has a field of the wrapper's type.
type Holder struct{ client *ResilientClient }

var (
	global = NewResilientClient(nil, nil)

	_ Client = (*ResilientClient)(nil)
	_ Client = global
)

// New calls the constructor.
func New(next Client) Holder {
	return Holder{client: NewResilientClient(next, &retry.Options{})}
}

// Pair has a type parameter, and so does its wrapper.
//
//retry:simple attempts=2 delay=1ms
type Pair[K comparable] interface {
	Swap(K) (K, error)
}

var pair = NewResilientPair[string](nil, nil)
