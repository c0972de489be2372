// Package shapes writes types out in its methods: structs with tags and embedded fields,
// interfaces, funcs of funcs, channels of every direction, arrays whose lengths are
// constants, and variadic parameters of all of these.
package shapes

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"unsafe"
)

// Size is the length of an array.
const Size = 4

// Point is embedded in a struct that is written out.
type Point struct{ X, Y int }

//retry:simple attempts=2 delay=1ms
type Shapes interface {
	Structs(in struct {
		Point
		*http.Request
		Name  string `json:"name" xml:"n"`
		Quote string "q:\"a `b`\""
		_     int
		Deep  struct{ A, B []map[string]struct{} }
	}) (out struct{ Name string }, err error)

	Interfaces(v interface {
		fmt.Stringer
		io.Closer
		Sum(...int) (total int, err error)
	}, empty interface{}, anything any) (interface{ String() string }, error)

	Funcs(f func(func(int) func() error, ...string) func(x, y int) (int, error)) (func(context.Context) error, error)

	//retry:reuse in out both of into
	Channels(in <-chan int, out chan<- string, both chan []byte, of chan (<-chan int), into chan<- (chan<- int)) (<-chan (chan int), error)

	Arrays(a [Size]int, b [2 * Size][1 << 3]*[3]string, c []([]int)) ([len("abc")]byte, error)

	Maps(m map[Point]map[string][]func(), p **Point, u unsafe.Pointer) (map[[2]int]chan struct{}, error)

	Strings(args ...string) (int, error)
	Funky(ctx context.Context, opts ...func(*http.Request) error) (int, error)
	Slices(first int, rest ...[]int) (int, error)
	Anything(rest ...interface{ String() string }) (int, error)
	Points(rest ...*Point) (int, error)
}

// Variadic has variadic parameters whose types are type parameters.
//
//retry:simple attempts=2 delay=1ms
type Variadic[T any] interface {
	All(rest ...T) ([]T, error)
	Nested(rest ...map[string][]T) (int, error)
}
