// Package results has results of every shape: the error alone, one more, several, with
// names and without, an error that is not the last result, two errors, an alias of error,
// and a result type that is not error but implements it.
package results

// Failure is an alias of error.
type Failure = error

// NotError implements error. As a result it is data, because its type is not error.
type NotError struct{ Text string }

func (e *NotError) Error() string { return e.Text }

//retry:simple attempts=3 delay=10ms
type Results interface {
	OnlyError() error
	One() (int, error)
	Several() (int, string, error)
	Named() (n int, err error)
	SeveralNamed() (n int, text string, err error)
	BlankNamed() (n int, _ string, _ error)
	Aliased() (int, Failure)
	TwoErrors() (error, error)
	ThreeErrors() (int, error, error)

	ErrorFirst() (error, int)
	Concrete() *NotError
	Nothing()
	Value() int
}
