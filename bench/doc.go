// Package bench measures retrygen and its alternatives. It is a module of its own, so that
// none of its dependencies reach the go.mod of retrygen.
//
//	go test -run x -bench Generate -timeout 30m
//
// runs the generators in turns, each as a process like those that go generate starts, on
// modules that it writes for them. It prints medians, ratios and goals. With -full it adds
// heavy dependencies and an empty build cache.
//
//	go test -run x -bench 'Success|Third|Refused|Parallel|Timeout|Wait'
//
// calls through generated wrappers, loops written by hand and other libraries. They are in
// package call, whose tests check that each of them does what its name says.
//
//	go run ./cmd/table
//
// runs these in rounds, and prints medians, ratios and goals.
package bench
