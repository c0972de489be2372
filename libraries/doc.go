// Package libraries tests generated wrappers around the clients of real libraries. It is a
// module of its own, so that none of them gets into the go.mod of retrygen.
//
// Each folder is one library, at its newest version, with three things in it:
//
//   - an annotated interface over the library's own types. All have the same policy, three
//     attempts and a breaker that opens after five failures, and say nothing about errors.
//   - the wrapper, from go generate
//   - a table of errors. A server on the loopback interface or in the process makes them,
//     or they are values of the library. Package rows checks how often the server is asked,
//     how the breaker counts the attempts, and which delay of the server is honoured.
//
// What each error means is in the package documentation of runtime.
//
//	go test -race ./...
//
// needs PostgreSQL and Redis for some of the tests, and skips these where the servers are
// not installed. LIBRARIES_REQUIRE=servers makes that a failure.
package libraries
