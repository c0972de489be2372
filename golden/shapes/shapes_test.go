package shapes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var errFlaky = errors.New("flaky")

// shapes records its arguments, and fails in each first attempt.
type shapes struct {
	calls int
	got   []any
}

func (s *shapes) note(args ...any) error {
	s.got = args
	if s.calls++; s.calls%2 == 1 {
		return errFlaky
	}
	return nil
}

func (s *shapes) Structs(in struct {
	Point
	*http.Request
	Name  string `json:"name" xml:"n"`
	Quote string "q:\"a `b`\""
	_     int
	Deep  struct{ A, B []map[string]struct{} }
}) (out struct{ Name string }, err error) {
	return struct{ Name string }{in.Name}, s.note(in)
}

func (s *shapes) Interfaces(v interface {
	fmt.Stringer
	io.Closer
	Sum(...int) (total int, err error)
}, empty, anything any) (interface{ String() string }, error) {
	return v, s.note(v, empty, anything)
}

func (s *shapes) Funcs(f func(func(int) func() error, ...string) func(x, y int) (int, error)) (func(context.Context) error, error) {
	return func(context.Context) error { _, err := f(nil)(1, 2); return err }, s.note()
}

func (s *shapes) Channels(in <-chan int, out chan<- string, both chan []byte, of chan (<-chan int), into chan<- (chan<- int)) (<-chan (chan int), error) {
	return nil, s.note(in, out, both, of, into)
}

func (s *shapes) Arrays(a [4]int, b [8][8]*[3]string, c [][]int) ([3]byte, error) {
	return [3]byte{1, 2, 3}, s.note(a, b, c)
}

func (s *shapes) Maps(m map[Point]map[string][]func(), p **Point, u unsafe.Pointer) (map[[2]int]chan struct{}, error) {
	return map[[2]int]chan struct{}{{1, 2}: nil}, s.note(len(m), *p, u)
}

func (s *shapes) Strings(args ...string) (int, error) { return len(args), s.note(args) }
func (s *shapes) Funky(_ context.Context, opts ...func(*http.Request) error) (int, error) {
	return len(opts), s.note()
}
func (s *shapes) Slices(_ int, rest ...[]int) (int, error) { return len(rest), s.note() }
func (s *shapes) Anything(rest ...interface{ String() string }) (int, error) {
	return len(rest), s.note()
}
func (s *shapes) Points(rest ...*Point) (int, error) { return len(rest), s.note() }

// full has all the methods that Interfaces asks for.
type full struct{ n int }

func (full) String() string            { return "full" }
func (full) Close() error              { return nil }
func (full) Sum(n ...int) (int, error) { return len(n), nil }

func TestShapes(t *testing.T) {
	next := new(shapes)
	client := NewResilientShapes(next, nil)

	var in struct {
		Point
		*http.Request
		Name  string `json:"name" xml:"n"`
		Quote string "q:\"a `b`\""
		_     int
		Deep  struct{ A, B []map[string]struct{} }
	}
	in.Name, in.X = "name", 3
	out, err := client.Structs(in)
	require.NoError(t, err)
	assert.Equal(t, "name", out.Name)
	assert.Equal(t, []any{in}, next.got)

	v, err := client.Interfaces(full{1}, nil, 2)
	require.NoError(t, err)
	assert.Equal(t, "full", v.String())
	assert.Equal(t, []any{full{1}, nil, 2}, next.got)

	f, err := client.Funcs(func(func(int) func() error, ...string) func(x, y int) (int, error) {
		return func(x, y int) (int, error) { return x, fmt.Errorf("%d", x+y) }
	})
	require.NoError(t, err)
	assert.EqualError(t, f(t.Context()), "3")

	numbers, texts, bytes := make(chan int), make(chan string), make(chan []byte)
	of, into := make(chan (<-chan int)), make(chan (chan<- int))
	_, err = client.Channels(numbers, texts, bytes, of, into)
	require.NoError(t, err)
	assert.Equal(t, []any{(<-chan int)(numbers), (chan<- string)(texts), bytes, of, (chan<- (chan<- int))(into)}, next.got)

	array, err := client.Arrays([4]int{1}, [8][8]*[3]string{}, [][]int{{1}})
	require.NoError(t, err)
	assert.Equal(t, [3]byte{1, 2, 3}, array)
	assert.Equal(t, [4]int{1}, next.got[0])

	p := &Point{1, 2}
	m, err := client.Maps(map[Point]map[string][]func(){{}: nil}, &p, unsafe.Pointer(p))
	require.NoError(t, err)
	assert.Len(t, m, 1)
	assert.Equal(t, []any{1, p, unsafe.Pointer(p)}, next.got)
}

func TestVariadics(t *testing.T) {
	client := NewResilientShapes(new(shapes), nil)
	counts := []func() (int, error){
		func() (int, error) { return client.Strings("a", "b") },
		func() (int, error) { return client.Funky(t.Context(), nil, nil) },
		func() (int, error) { return client.Slices(1, nil, []int{2}) },
		func() (int, error) { return client.Anything(full{}, full{}) },
		func() (int, error) { return client.Points(nil, &Point{}) },
	}
	for i, count := range counts {
		n, err := count()
		require.NoError(t, err, "%d", i)
		assert.Equal(t, 2, n, "%d", i)
	}
	n, err := client.Strings()
	require.NoError(t, err)
	assert.Zero(t, n)

	generic := NewResilientVariadic[int](variadic{new(shapes)}, nil)
	all, err := generic.All(1, 2, 3)
	require.NoError(t, err)
	assert.Equal(t, []int{1, 2, 3}, all)
	n, err = generic.Nested(map[string][]int{}, nil)
	require.NoError(t, err)
	assert.Equal(t, 2, n)
}

type variadic struct{ *shapes }

func (v variadic) All(rest ...int) ([]int, error)               { return rest, v.note(rest) }
func (v variadic) Nested(rest ...map[string][]int) (int, error) { return len(rest), v.note() }

// The struct types in the wrapper have the interface's tags, because otherwise it would not
// implement the interface. Reflection sees the same tags.
func TestTags(t *testing.T) {
	method, ok := reflect.TypeFor[*ResilientShapes]().MethodByName("Structs")
	require.True(t, ok)
	in := method.Type.In(1)
	name, _ := in.FieldByName("Name")
	quote, _ := in.FieldByName("Quote")
	assert.Equal(t, "name", name.Tag.Get("json"))
	assert.Equal(t, "a `b`", quote.Tag.Get("q"))
}
