// Package embedded has interfaces that get their methods from others: from the
// same package with directives that travel with the methods, from other packages,
// overlapping, and by way of an embedded interface that embeds one.
package embedded

import (
	"context"
	"fmt"
	"io"
)

// Getter has a directive on its method, which travels, and one on the type, which
// does not.
//
//retry:breaker failures=2 cooldown=1m
type Getter interface {
	//retry:simple attempts=4 delay=1ms
	Get(ctx context.Context, key string) (string, error)
}

// Pinger has none.
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
