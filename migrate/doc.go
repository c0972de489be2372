// Package migrate holds the code of docs/migrate.md: the same task with another library
// and with retrygen. It is a module of its own, so that none of these libraries gets into
// the go.mod of retrygen.
//
// Each folder is one library. before.go uses the library, after.go has the directives, and
// a test makes the same calls with both on a dependency that fails. The tests also check
// what the page says about the library.
//
// The folders whose names end in app hold code of docs/injection.md.
//
//	go test -race ./...
package migrate
