package report

// A description says what a case measures, and which contender its times are compared with.
type description struct{ about, reference string }

// descriptions has the known cases. Another case is printed by its name, without ratios.
var descriptions = map[string]description{
	"Success":         {"a call that succeeds at once", handLoop},
	"Told":            {"a call that succeeds at once and is watched", "one clock read"},
	"Timeout":         {"a call with a deadline for its attempt", "bare context.WithTimeout"},
	"Third":           {"a call that succeeds at the third attempt, without delays", handLoop},
	"Wait":            {"the same with two short delays; the system decides how long they take", handLoop},
	"Refused":         {"a call that an open breaker refuses", "gobreaker"},
	"Parallel cpus=1": {"a call that succeeds at once, from one goroutine on one processor", handLoop},
	"Parallel cpus=2": {"the same from two goroutines on two processors: wall time per call", handLoop},
	"Build":           {"a program with 100 interfaces of 10 methods: go build of their package, and its size", "plain"},
}
