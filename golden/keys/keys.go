// Package keys has breakers for each value of a key. The keys are parameters of every type
// that is allowed, and funcs of the parameters. Some have names that the generated code
// uses.
package keys

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// TenantID is a string type, and Shard is a number type.
type (
	TenantID string
	Shard    int16
)

// Flag and Share have methods that give different values the same text.
type (
	Flag  bool
	Share float64
)

func (Flag) String() string          { return "flag" }
func (Share) Format(fmt.State, rune) {}

// Keys has a breaker for each tenant. Ping has no tenant, so it has no breaker.
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

	// Its parameters have names that the generated code uses.
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

	// A func of the parameters can be variadic like the method.
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

// Hosts has a breaker for each host of a request.
//
//retry:simple attempts=2 delay=0s
//retry:breaker failures=1 key=host
type Hosts interface {
	Do(req *http.Request) (int, error)
}

func host(req *http.Request) string { return req.URL.Host }
