// Package bench measures retrygen beside what people would take instead. It is a
// module of its own, so that nothing of this reaches the go.mod of retrygen.
//
//	go test -run x -bench Generate -timeout 30m
//
// runs the generators as the processes that go generate starts, in turns, on
// modules that are written for it, and prints medians, ratios and goals. With
// -full it adds the heavy dependencies and the empty build cache.
//
//	go test -run x -bench 'Success|Third|Refused|Parallel|Timeout|Wait'
//
// makes calls through generated wrappers, loops written by hand and other libraries,
// which package call has. That each of them does what its name says is tested there.
//
//	go run ./cmd/table
//
// runs these in rounds, and prints medians, ratios and goals.
package bench
