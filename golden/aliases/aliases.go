// Package aliases has aliases of every kind in the methods of an interface. It also has
// interfaces that are declared from another one: as its alias, as a type with it as the
// underlying type, and from an instantiated generic one.
package aliases

import (
	"context"

	"github.com/retrygen/retrygen/golden/aliases/open"
)

type (
	// Failure is error, Ctx is a context, and Local an alias of this package.
	Failure = error
	Ctx     = context.Context
	Local   = map[string][]open.Key
)

//retry:simple attempts=2 delay=1ms
//retry:timeout total=1s
type Aliases interface {
	Hidden(ctx context.Context, key open.Key) (*open.Key, error)
	Generic(ctx Ctx, twice open.Twice[string]) (open.Numbers, Failure)
	Own(ctx context.Context, local Local) (Local, error)
}

// Plain is the one that the others are declared from.
type Plain interface {
	Load(key string) (int, error)
	Save(key string, value int) error
}

//retry:simple attempts=2 delay=1ms
type Same = Plain

//retry:simple attempts=3 delay=1ms
type Defined Plain

//retry:simple attempts=2 delay=1ms
type Instance open.Store[string, int]

//retry:simple attempts=2 delay=1ms
type Instantiated = open.Store[string, []open.Key]

//retry:simple attempts=2 delay=1ms
type Embedding interface {
	open.Store[open.Key, Local]
	Close() error
}
