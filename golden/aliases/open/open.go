package open

import "github.com/retrygen/retrygen/golden/aliases/open/internal/hidden"

// Key opens a type that others cannot name.
type Key = hidden.Key

// Pair is a generic type.
type Pair[A, B any] struct {
	First  A
	Second B
}

// Twice is a generic alias, and Numbers one of an instantiated generic.
type (
	Twice[T any] = Pair[T, T]
	Numbers      = Pair[int, int]
)

// Store is generic, to be instantiated by others.
type Store[K comparable, V any] interface {
	Load(key K) (V, error)
	Save(key K, value V) error
}
