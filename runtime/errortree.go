package retry

import (
	"iter"
	"reflect"
)

// This file looks at errors of others, which may be anything: a nil pointer in an error,
// a struct that cannot be compared, a method that panics. None of it breaks a call.

// quietly runs a look at an error, and reports whether the look came to its end. It is
// the only func in this package that recovers a panic. The panic is in a method of an
// error, of a call whose outcome is already known, and a program must not crash because
// somebody wants to know whether an error is a timeout. A panic in a func that the user
// has handed to the wrapper passes through, and so does runtime.Goexit, which recover
// does not see.
func quietly(look func()) (done bool) {
	defer func() { _ = recover() }()
	look()
	return true
}

// isNilPointer reports whether an error is a pointer without anything behind it. None of
// its methods is called.
func isNilPointer(err error) bool {
	v := reflect.ValueOf(err)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

// same reports whether two errors are the same value. Those that cannot be compared are
// the same when they look the same.
func same(a, b error) bool {
	if reflect.TypeOf(a) != reflect.TypeOf(b) {
		return false
	}
	if reflect.ValueOf(a).Comparable() {
		return a == b
	}
	return reflect.DeepEqual(a, b)
}

// tree yields an error and all that it wraps, in the order of errors.As.
func tree(err error) iter.Seq[error] {
	return func(yield func(error) bool) { eachOf(err, yield) }
}

func eachOf(err error, yield func(error) bool) bool {
	for err != nil {
		if !yield(err) {
			return false
		}
		many, one := unwrap(err)
		for _, branch := range many {
			if !eachOf(branch, yield) {
				return false
			}
		}
		err = one
	}
	return true
}

// unwrap returns what an error wraps: nothing, several errors or one.
func unwrap(err error) (many []error, one error) {
	if isNilPointer(err) {
		return nil, nil
	}
	quietly(func() {
		switch err := err.(type) {
		case *hollow:
			one = err.err
		case interface{ Unwrap() error }:
			one = err.Unwrap()
		case interface{ Unwrap() []error }:
			many = err.Unwrap()
		}
	})
	return many, one
}

// contains is errors.Is.
func contains(err, target error) bool {
	for e := range tree(err) {
		if same(e, target) {
			return true
		}
		is := false
		if e, ok := e.(interface{ Is(error) bool }); ok && !isNilPointer(e.(error)) {
			quietly(func() { is = e.Is(target) })
		}
		if is {
			return true
		}
	}
	return false
}

// A hollow is what the generated funcs of on and not see of an error that they cannot
// look at without a panic. It answers errors.Is and errors.As in place of the error.
type hollow struct{ err error }

func (h *hollow) Error() string {
	text := "an error without a text"
	quietly(func() { text = h.err.Error() })
	return text
}

func (h *hollow) Is(target error) bool { return contains(h.err, target) }

func (h *hollow) As(target any) bool {
	to := reflect.ValueOf(target).Elem()
	for e := range tree(h.err) {
		if reflect.TypeOf(e).AssignableTo(to.Type()) {
			to.Set(reflect.ValueOf(e))
			return true
		}
		as := false
		if e, ok := e.(interface{ As(any) bool }); ok && !isNilPointer(e.(error)) {
			quietly(func() { as = e.As(target) })
		}
		if as {
			return true
		}
	}
	return false
}
