package results_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/golden/results"
	retry "github.com/retrygen/retrygen/runtime"
)

var (
	errDown = errors.New("down")
	errData = errors.New("an error that is data")
	noError = &results.NotError{Text: "data"}
)

// source is a Results that fails a number of times. Its numbers are those of the attempts.
type source struct {
	failures, attempts int
}

func (s *source) attempt() error {
	s.attempts++
	if s.failures > 0 {
		s.failures--
		return errDown
	}
	return nil
}

func (s *source) OnlyError() error                   { return s.attempt() }
func (s *source) One() (int, error)                  { err := s.attempt(); return s.attempts, err }
func (s *source) Several() (int, string, error)      { err := s.attempt(); return s.attempts, "b", err }
func (s *source) Named() (int, error)                { return s.One() }
func (s *source) SeveralNamed() (int, string, error) { return s.Several() }
func (s *source) BlankNamed() (int, string, error)   { return s.Several() }
func (s *source) Aliased() (int, results.Failure)    { return s.One() }
func (s *source) TwoErrors() (error, error)          { return errData, s.attempt() }
func (s *source) ThreeErrors() (int, error, error)   { n, err := s.One(); return n, errData, err }
func (s *source) ErrorFirst() (error, int)           { return s.attempt(), s.attempts }
func (s *source) Concrete() *results.NotError        { _ = s.attempt(); return noError }
func (s *source) Nothing()                           { _ = s.attempt() }
func (s *source) Value() int                         { _ = s.attempt(); return s.attempts }

// A shape is a method. Its func returns the results and the error.
type shape struct {
	name string
	call func(results.Results) ([]any, error)
	want []any // nil stands for the number of the attempt
}

func shapes() []shape {
	number := any(nil)
	return []shape{
		{"OnlyError", func(r results.Results) ([]any, error) { return nil, r.OnlyError() }, nil},
		{"One", func(r results.Results) ([]any, error) { a, err := r.One(); return []any{a}, err }, []any{number}},
		{"Several", func(r results.Results) ([]any, error) { a, b, err := r.Several(); return []any{a, b}, err }, []any{number, "b"}},
		{"Named", func(r results.Results) ([]any, error) { a, err := r.Named(); return []any{a}, err }, []any{number}},
		{"SeveralNamed", func(r results.Results) ([]any, error) { a, b, err := r.SeveralNamed(); return []any{a, b}, err }, []any{number, "b"}},
		{"BlankNamed", func(r results.Results) ([]any, error) { a, b, err := r.BlankNamed(); return []any{a, b}, err }, []any{number, "b"}},
		{"Aliased", func(r results.Results) ([]any, error) { a, err := r.Aliased(); return []any{a}, err }, []any{number}},
		{"TwoErrors", func(r results.Results) ([]any, error) { a, err := r.TwoErrors(); return []any{a}, err }, []any{errData}},
		{"ThreeErrors", func(r results.Results) ([]any, error) { a, b, err := r.ThreeErrors(); return []any{a, b}, err }, []any{number, errData}},
	}
}

// results returns the results of an attempt.
func (s shape) results(attempt int) []any {
	var want []any
	for _, w := range s.want {
		if w == nil {
			w = attempt
		}
		want = append(want, w)
	}
	return want
}

func TestResultsOfTheLastAttempt(t *testing.T) {
	outcomes := []struct {
		name     string
		failures int
		attempts int
		reason   string
	}{
		{"at once", 0, 1, "a success as it is"},
		{"third time", 2, 3, "a success after failures"},
		{"never", 3, 3, "results beside an error are results"},
	}
	for _, shape := range shapes() {
		for _, tt := range outcomes {
			t.Run(shape.name+" "+tt.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					start := time.Now()
					next := &source{failures: tt.failures}
					got, err := shape.call(results.NewResilientResults(next, nil))
					assert.Equal(t, tt.attempts, next.attempts)
					assert.Equal(t, shape.results(tt.attempts), got, tt.reason)
					assert.Equal(t, time.Duration(tt.attempts-1)*10*time.Millisecond, time.Since(start))
					if tt.failures < tt.attempts {
						assert.NoError(t, err)
						return
					}
					gaveUp, ok := errors.AsType[*retry.Error](err)
					require.True(t, ok)
					assert.Equal(t, "Results."+shape.name, gaveUp.Method)
					assert.Equal(t, tt.attempts, gaveUp.Attempts)
					assert.Same(t, errDown, gaveUp.Last)
					assert.Equal(t, retry.ErrExhausted, gaveUp.Cause)
				})
			})
		}
	}
}

// Without an error as the last result, nothing tells that an attempt failed.
func TestPassesThrough(t *testing.T) {
	next := &source{failures: 9}
	client := results.NewResilientResults(next, nil)
	err, n := client.ErrorFirst()
	assert.Same(t, errDown, err)
	assert.Equal(t, 1, n)
	assert.Same(t, noError, client.Concrete(), "implements error, but is data")
	client.Nothing()
	assert.Equal(t, 4, client.Value())
	assert.Same(t, next, client.Unwrap())
}

func TestSuccessAllocatesNothing(t *testing.T) {
	client := results.NewResilientResults(new(source), nil)
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = client.OnlyError() }), "none beside the error")
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = client.One() }), "one")
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _, _ = client.Several() }), "several, held by the closure")
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = client.TwoErrors() }), "two errors")
}
