// Package constraints has type parameters with constraints of every kind: inline,
// comparable, unions, with methods, from another package, and recursive.
package constraints

import (
	"cmp"
	"context"
	"fmt"
)

// Number is a constraint of this package.
type Number interface{ ~int | ~int64 | ~float64 }

// Node is a constraint of its own type parameter.
//
//retry:simple attempts=2 delay=1ms
type Node[T Node[T]] interface {
	Next() (T, error)
}

//retry:simple attempts=2 delay=1ms
type Heap[T interface{ Less(T) bool }] interface {
	Push(ctx context.Context, item T) error
	Pop(ctx context.Context) (T, error)
}

//retry:simple attempts=2 delay=1ms
type Table[K interface {
	comparable
	fmt.Stringer
}, V Number, R ~[]V, C cmp.Ordered, F func(K) V | func(K) (V, error), P interface{ *V }] interface {
	Row(key K) (R, error)
	Fill(f F, at C) (P, error)
}
