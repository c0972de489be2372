// Package matchers has names of every kind in on and not: variables, constants, error types
// by value and by pointer, interfaces, functions, built-in words, names of other packages,
// and of one that is imported only for that.
package matchers

import (
	_ "database/sql"
	"errors"
	_ "net"
	_ "syscall"
)

var (
	ErrBusy = errors.New("busy")
	err     = errors.New("a name like that of the func's parameter")
)

// Value implements error by value, and so by pointer too.
type Value struct{ Code int }

func (Value) Error() string { return "value" }

// Pointer implements error only by pointer.
type Pointer struct{ Code int }

func (*Pointer) Error() string { return "pointer" }

// Coded is an interface that errors implement.
type Coded interface {
	error
	Status() int
}

func isOdd(err error) bool { return len(err.Error())%2 == 1 }

// isLong is a variable that holds a func.
var isLong = func(err error) bool { return len(err.Error()) > 100 }

//retry:simple attempts=3 delay=1ms
type Matchers interface {
	//retry:on ErrBusy err
	Variables() error

	//retry:on syscall.EINTR
	Constant() error

	//retry:on Value
	ByValue() error

	//retry:on Pointer
	ByPointer() error

	//retry:on Coded net.Error
	ByInterface() error

	//retry:on isOdd isLong
	ByFunc() error

	//retry:on transient unsent timeout
	Classes() error

	//retry:not sql.ErrNoRows net.OpError
	Elsewhere() error

	//retry:on ErrBusy Pointer
	//retry:not isLong
	Both() error
}
