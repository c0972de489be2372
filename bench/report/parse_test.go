package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// output has two rounds, with what go test prints around them.
const output = `goos: linux
goarch: amd64
pkg: example.com/m
cpu: Some CPU
BenchmarkSuccess/direct-2         	100	1.5 ns/op	0 B/op	0 allocs/op
BenchmarkSuccess/hand_loop-2      	100	4 ns/op	0 B/op	0 allocs/op
BenchmarkSuccess/retrygen_retry+breaker+budget-2	100	9 ns/op	0 B/op	0 allocs/op
BenchmarkSuccess/gobreaker+cenkalti-2	100	300 ns/op	208 B/op	6 allocs/op
BenchmarkParallel/direct/cpus=2-2	100	1 ns/op	0 B/op	0 allocs/op
PASS
ok  	example.com/m	0.2s
goos: linux
goarch: amd64
cpu: Some CPU
BenchmarkSuccess/direct-2         	100	1.7 ns/op	0 B/op	0 allocs/op
BenchmarkSuccess/hand_loop-2      	100	4 ns/op	0 B/op	0 allocs/op
BenchmarkSuccess/retrygen_retry+breaker+budget-2	100	11 ns/op	0 B/op	0 allocs/op
BenchmarkSuccess/gobreaker+cenkalti-2	100	340 ns/op	208 B/op	6 allocs/op
BenchmarkGenerate/one-2	1	120.1 L-ms
BenchmarkBuild/plain 	1	2000000000 ns/op	2048000 binary-bytes
PASS
`

func parsed(t *testing.T, text string) *Run {
	t.Helper()
	r, err := Parse(strings.NewReader(text))
	require.NoError(t, err)
	return r
}

func TestParse(t *testing.T) {
	r := parsed(t, output)
	assert.Equal(t, []string{"goos: linux", "goarch: amd64", "cpu: Some CPU"}, r.Machine)
	assert.Equal(t, []string{"Success", "Parallel cpus=2", "Build"}, r.Cases())
	for _, test := range []struct {
		name string
		key  Key
		unit string
		want float64
		ok   bool
	}{
		{"the middle of two rounds is the higher", Key{"Success", "direct"}, Nanoseconds, 1.7, true},
		{"underscores were spaces", Key{"Success", "hand loop"}, Nanoseconds, 4, true},
		{"allocations", Key{"Success", "gobreaker+cenkalti"}, Allocations, 6, true},
		{"a variant is of the case", Key{"Parallel cpus=2", "direct"}, Nanoseconds, 1, true},
		{"one processor puts nothing behind the name", Key{"Build", "plain"}, Binary, 2048000, true},
		{"a unit that was not measured", Key{"Build", "plain"}, Bytes, 0, false},
		{"a benchmark that was not run", Key{"Success", "nobody"}, Nanoseconds, 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, ok := r.Median(test.key, test.unit)
			assert.Equal(t, test.ok, ok)
			assert.InDelta(t, test.want, got, 0)
		})
	}
	assert.InDelta(t, 2./11, r.Spread(Key{"Success", "retrygen retry+breaker+budget"}, Nanoseconds), 1e-9)
	assert.Zero(t, r.Spread(Key{"Success", "nobody"}, Nanoseconds))
}

func TestParseErrors(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"a benchmark that failed", "PASS\n--- FAIL: BenchmarkThird/x\n", "line 2: the run has failed: --- FAIL: BenchmarkThird/x"},
		{"a subbenchmark that failed", "    --- FAIL: BenchmarkThird/x\n", "line 1: the run has failed:     --- FAIL: BenchmarkThird/x"},
		{"a build that failed", "FAIL\texample.com/m [build failed]\n", "line 1: the run has failed: FAIL\texample.com/m [build failed]"},
		{"a panic", "panic: no\n", "line 1: the run has failed: panic: no"},
		{"half a pair", "BenchmarkX-2 1 2 ns/op 3\n", "line 1: BenchmarkX-2: a value without a unit"},
		{"no number", "BenchmarkX-2 1 two ns/op\n", `line 1: BenchmarkX-2: strconv.ParseFloat: parsing "two": invalid syntax`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse(strings.NewReader(test.text))
			require.EqualError(t, err, test.want)
		})
	}
}

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		name   string
		values []float64
		want   float64
	}{
		{"of none", nil, 0},
		{"of one", []float64{3}, 3},
		{"of an odd number", []float64{9, 1, 3}, 3},
		{"of an even number, the higher", []float64{4, 1, 3, 2}, 3},
	} {
		t.Run(test.name, func(t *testing.T) { assert.InDelta(t, test.want, Median(test.values), 0) })
	}
	values := []int{3, 1, 2}
	Median(values)
	assert.Equal(t, []int{3, 1, 2}, values, "the values stay in their order")
}
