package open

import "github.com/retrygen/retrygen/golden/aliases/open/internal/hidden"

// Key is an alias of a type that other packages cannot name.
type Key = hidden.Key

// Pair is a generic type.
type Pair[A, B any] struct {
	First  A
	Second B
}

// Twice is a generic alias, and Numbers is an alias of an instantiated generic type.
type (
	Twice[T any] = Pair[T, T]
	Numbers      = Pair[int, int]
)

// Store is generic. Another package instantiates it.
type Store[K comparable, V any] interface {
	Load(key K) (V, error)
	Save(key K, value V) error
}
