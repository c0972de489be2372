// Package keys has breakers that each value of a key has for itself: a parameter of
// every type that a key can have, what a func makes of the parameters, and names that
// are those of the code's own.
package keys

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// TenantID is a string of its own type, Shard a number.
type (
	TenantID string
	Shard    int16
)

// Flag and Share have methods that tell no two of their values apart.
type (
	Flag  bool
	Share float64
)

func (Flag) String() string          { return "flag" }
func (Share) Format(fmt.State, rune) {}

// Keys has a breaker for each tenant. Ping has none, and is under no breaker.
//
//retry:simple attempts=2 delay=10ms
//retry:breaker failures=2 key=tenant
type Keys interface {
	Get(ctx context.Context, tenant string) (int, error)
	Put(ctx context.Context, tenant TenantID, value int) error

	Ping(ctx context.Context) error

	//retry:breaker failures=3 key=shard
	Move(ctx context.Context, shard Shard, tenant string) (moved int, left int, err error)

	//retry:breaker off
	Drop(ctx context.Context, tenant string) error
}

// Kinds has the other kinds of keys.
type Kinds interface {
	//retry:breaker rate=50% min=2 window=10 key=number
	Number(number uint64) error

	//retry:breaker failures=1 key=which
	Bool(which bool) error

	//retry:breaker failures=1 key=ratio
	//retry:hedge after=1s
	Float(ctx context.Context, ratio float64) (int, error)

	// The names of its parameters are those that the code needs.
	//
	//retry:breaker failures=1 key=bool
	Flag(bool Flag, fmt string) error

	//retry:breaker failures=1 key=share
	Share(share Share) error

	//retry:breaker failures=1 key=path
	Func(ctx context.Context, bucket string, name string) error

	//retry:breaker failures=1 key=path
	//retry:timeout total=1m
	//retry:fallback none
	Variadic(ctx context.Context, path string, names ...string) error

	// A func may be as variadic as the method is.
	//
	//retry:breaker failures=1 key=joined
	Joined(ctx context.Context, path string, names ...string) error

	//retry:breaker failures=1 key=string
	Shadow(string TenantID, uint64 Shard) error

	//retry:breaker failures=1 key=uint64
	Shadowed(string TenantID, uint64 Shard) error
}

func path(_ context.Context, bucket, name string) string { return bucket + "/" + name }

func joined(_ context.Context, path string, names ...string) string {
	return path + "/" + strings.Join(names, "/")
}

func none(context.Context, string, []string, error) error { return nil }

// Hosts has a breaker for each host that requests go to.
//
//retry:simple attempts=2 delay=0s
//retry:breaker failures=1 key=host
type Hosts interface {
	Do(req *http.Request) (int, error)
}

func host(req *http.Request) string { return req.URL.Host }
