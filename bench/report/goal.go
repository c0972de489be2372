package report

import "fmt"

// Units of go test, and of BenchmarkBuild.
const (
	Nanoseconds = "ns/op"
	Bytes       = "B/op"
	Allocations = "allocs/op"
	Binary      = "binary-bytes"
)

// A Goal bounds a median of a run, by a number or by another median of the same run.
// Ratios hold on other machines too.
type Goal struct {
	About string
	Unit  string
	Of    Key
	Than  Key     // zero: the bound is Plus alone
	Times float64 // of Than
	Plus  float64
}

// The contenders in the goals.
const (
	ours       = "retrygen retry+breaker+budget"
	oursTimed  = "retrygen retry+breaker+budget+timeout"
	oursWindow = "retrygen retry+rate-window+budget"
	oursThird  = "retrygen retry+breaker" // no budget, because the failures would use it up
	handLoop   = "hand loop"

	oursDone          = "retrygen+CallDone+AttemptDone"
	oursClocked       = "retrygen between two clock reads"
	oursPrometheus    = "retrygen+Prometheus"
	oursOpenTelemetry = "retrygen+OpenTelemetry metrics"
	clockRead         = "one clock read"
	recordsAlone      = "two clock reads and records of OpenTelemetry"
)

// Goals has the goals of the runtime.
var Goals = []Goal{
	{"a success allocates nothing", Allocations, Key{"Success", ours}, Key{}, 0, 0},
	{"a success beside a loop by hand", Nanoseconds, Key{"Success", ours}, Key{"Success", handLoop}, 2.5, 0},
	{"a success beside the least breaker", Nanoseconds, Key{"Success", ours}, Key{"Success", "eapache breaker"}, 1, 0},
	{"a success beside a breaker and a retry", Nanoseconds, Key{"Success", ours}, Key{"Success", "gobreaker+cenkalti"}, 0.05, 0},
	{"a success beside the library that has all", Nanoseconds, Key{"Success", ours}, Key{"Success", "failsafe retry+breaker"}, 0.02, 0},
	{"two hooks cost two clock reads and little more", Nanoseconds, Key{"Told", oursDone}, Key{"Told", oursClocked}, 1.25, 0},
	{"two hooks allocate nothing", Allocations, Key{"Told", oursDone}, Key{}, 0, 0},
	{"a success in Prometheus beside the clock", Nanoseconds, Key{"Told", oursPrometheus}, Key{"Told", clockRead}, 4, 0},
	{"a success in Prometheus allocates nothing", Allocations, Key{"Told", oursPrometheus}, Key{}, 0, 0},
	{"a success in OpenTelemetry beside its SDK", Nanoseconds, Key{"Told", oursOpenTelemetry}, Key{"Told", recordsAlone}, 1.2, 0},
	{"a second processor", Nanoseconds, Key{"Parallel cpus=2", ours}, Key{"Parallel cpus=1", ours}, 0.6, 0},
	{"a retry allocates once", Allocations, Key{"Third", oursThird}, Key{}, 0, 2},
	{"two retries beside a loop by hand", Nanoseconds, Key{"Third", oursThird}, Key{"Third", handLoop}, 4.5, 0},
	{"two waits take one timer, of three allocations", Allocations, Key{"Wait", oursThird}, Key{"Third", oursThird}, 1, 3},
	{"a refusal allocates nothing", Allocations, Key{"Refused", ours}, Key{}, 0, 0},
	{"a refusal beside another breaker's", Nanoseconds, Key{"Refused", ours}, Key{"Refused", "gobreaker"}, 0.6, 0},
	{"an attempt timeout beside a bare one", Nanoseconds, Key{"Timeout", oursTimed}, Key{"Timeout", "bare context.WithTimeout"}, 1.15, 0},
	{"an attempt timeout allocates what a bare one does", Allocations, Key{"Timeout", oursTimed}, Key{"Timeout", "bare context.WithTimeout"}, 1, 0},
	{"a window of rates beside a breaker that counts", Nanoseconds, Key{"Success", oursWindow}, Key{"Success", "gobreaker"}, 0.45, 0},
	{"a second processor on a window of rates", Nanoseconds, Key{"Parallel cpus=2", oursWindow}, Key{"Parallel cpus=1", oursWindow}, 1, 0},
}

// A Verdict says whether a run met a goal.
type Verdict string

const (
	Met         Verdict = "met"
	Missed      Verdict = "missed"
	NotMeasured Verdict = "not measured" // the run lacks one of the two
)

// A Judgement is the result of a goal. Got and Bound are in the goal's unit.
type Judgement struct {
	Goal
	Verdict    Verdict
	Got, Bound float64
}

// Judge compares a goal with a run.
func (g Goal) Judge(r *Run) Judgement {
	j := Judgement{Goal: g, Verdict: NotMeasured, Bound: g.Plus}
	got, ok := r.Median(g.Of, g.Unit)
	if !ok {
		return j
	}
	j.Got = got
	if g.Than != (Key{}) {
		than, ok := r.Median(g.Than, g.Unit)
		if !ok {
			return j
		}
		j.Bound += g.Times * than
	}
	j.Verdict = Word(j.Got <= j.Bound)
	return j
}

// Word is Met or Missed.
func Word(met bool) Verdict {
	if met {
		return Met
	}
	return Missed
}

// String says what was measured and what the bound is.
func (j Judgement) String() string {
	than := j.Than.Case + "/" + j.Than.Contender
	switch {
	case j.Verdict == NotMeasured && j.Than == (Key{}):
		return fmt.Sprintf("%s: needs %s/%s", j.About, j.Of.Case, j.Of.Contender)
	case j.Verdict == NotMeasured:
		return fmt.Sprintf("%s: needs %s/%s and %s", j.About, j.Of.Case, j.Of.Contender, than)
	case j.Than == (Key{}) || j.Plus != 0 || j.Bound == 0:
		return fmt.Sprintf("%s: %s %s, at most %s", j.About, number(j.Got), j.Unit, number(j.Bound))
	default:
		return fmt.Sprintf("%s: %s × %s, at most %v", j.About, number(j.Got/j.Bound*j.Times), than, j.Times)
	}
}
