// Package embedded has interfaces that get methods from other interfaces: from the same
// package, whose directives on methods apply here too, from other packages, with
// overlapping methods, and from an interface that itself embeds one.
package embedded

import (
	"context"
	"fmt"
	"io"
)

// Getter has a directive on its method, which also applies where Getter is embedded, and
// one on the type, which does not.
//
//retry:breaker failures=2 cooldown=1m
type Getter interface {
	//retry:simple attempts=4 delay=1ms
	Get(ctx context.Context, key string) (string, error)
}

// Pinger has no directive.
type Pinger interface {
	Ping(ctx context.Context) error
	io.Closer
}

//retry:linear attempts=2 base=20ms
type Store interface {
	Pinger
	fmt.Stringer
	Put(ctx context.Context, key, value string) error
	Getter
	io.Closer
}
