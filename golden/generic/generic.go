// Package generic has interfaces with type parameters. Their constraints are inline,
// comparable, from another package, and refer to each other.
package generic

import (
	"cmp"
	"context"
)

//retry:simple attempts=3 delay=5ms
//retry:breaker failures=4 cooldown=1s
type Cache[K comparable, V any] interface {
	Get(ctx context.Context, key K) (V, error)
	Put(ctx context.Context, key K, value V) error
	All(ctx context.Context) (map[K]V, []K, error)
	Len() int
}

//retry:simple attempts=2 delay=5ms
type Sorter[E ~int | ~string, S ~[]E, O cmp.Ordered] interface {
	Sort(S) (S, error)
	Top(n O) (*E, error)
}
