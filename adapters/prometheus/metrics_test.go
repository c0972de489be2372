package promretry_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	promretry "github.com/retrygen/retrygen/adapters/prometheus"
	retry "github.com/retrygen/retrygen/runtime"
)

func TestRegisteringTwicePanics(t *testing.T) {
	registry := prometheus.NewRegistry()
	shop := func(name string) prometheus.Registerer {
		return prometheus.WrapRegistererWith(prometheus.Labels{"shop": name}, registry)
	}
	promretry.New(shop("a"))
	assert.PanicsWithError(t, "duplicate metrics collector registration attempted", func() { promretry.New(shop("a")) })
	assert.NotPanics(t, func() { promretry.New(shop("b")) }, "a label tells them apart")
}

func TestWithoutARegistryNobodySees(t *testing.T) {
	opts := &retry.Options{}
	promretry.New(nil).Instrument(opts)
	f, err := retry.NewFunc("Maps.Geocode", "simple attempts=2 delay=0s", opts)
	require.NoError(t, err)
	assert.NoError(t, f.Do(t.Context(), func(context.Context) error { return nil }))
}

func TestTheMetricsAreLintFree(t *testing.T) {
	r := newRig(t)
	exercise(t, r)
	problems, err := testutil.GatherAndLint(r.registry)
	require.NoError(t, err)
	assert.Empty(t, problems)
}

type sqlError string

func (e sqlError) Error() string    { return "sql: " + string(e) }
func (e sqlError) SQLState() string { return string(e) }

type statusError int

func (e statusError) Error() string       { return fmt.Sprintf("status %d", int(e)) }
func (e statusError) HTTPStatusCode() int { return int(e) }

// An Err can be embedded in structs that reflect makes.
type Err interface{ error }

// hostile returns an error that is different from that of every other number in its text,
// and in its code or its type.
func hostile(n int) error {
	text := errors.New("failure number " + strconv.Itoa(n))
	switch n % 4 {
	case 0: // many SQLSTATEs
		code := strings.ToUpper(strconv.FormatInt(int64(n), 36))
		return sqlError(strings.Repeat("0", 5-len(code)) + code)
	case 1: // many types
		made := reflect.New(reflect.StructOf([]reflect.StructField{{
			Name: "Err", Type: reflect.TypeFor[Err](), Anonymous: true, Tag: reflect.StructTag(fmt.Sprintf("n:%q", strconv.Itoa(n))),
		}})).Elem()
		made.Field(0).Set(reflect.ValueOf(text))
		return made.Interface().(error)
	case 2: // many statuses
		return statusError(100 + n%1000)
	}
	return fmt.Errorf("no code at all: \xff%w", text)
}

func TestErrorTypesAreBounded(t *testing.T) {
	r := newRig(t)
	f, err := retry.NewFunc("Maps.Geocode", "simple attempts=1", r.opts)
	require.NoError(t, err)
	const errs = 10_000
	kinds := make(map[string]bool)
	for n := range errs {
		kinds[retry.ErrorType(hostile(n))] = true
		require.Error(t, f.Do(t.Context(), func(context.Context) error { return hostile(n) }))
	}
	assert.Greater(t, len(kinds), errs/2, "the test brings many kinds")

	values, attempts := make(map[string]bool), 0
	families, err := r.registry.Gather()
	require.NoError(t, err)
	for _, family := range families {
		for _, m := range family.GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetName() == "error_type" && l.GetValue() != "" {
					values[l.GetValue()] = true
				}
			}
			if family.GetName() == "retrygen_attempt_duration_seconds" {
				attempts += int(m.GetHistogram().GetSampleCount())
			}
		}
	}
	assert.Len(t, values, 101, "a hundred and _OTHER")
	assert.True(t, values["_OTHER"])
	assert.Equal(t, errs, attempts)
}

// Methods whose names are alike do not get into each other's series, and telling them apart
// does not allocate.
func TestMethodsWithSimilarNames(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	names := []string{"A.Get", "B.Get", "C.Get", "A.Got"}
	ask := func(context.Context) (int, error) { return 1, nil }
	var funcs []*retry.Func
	for _, name := range names {
		f, err := retry.NewFunc(name, "simple attempts=2", r.opts)
		require.NoError(t, err)
		funcs = append(funcs, f)
	}
	assert.Zero(t, testing.AllocsPerRun(9, func() { // which makes one run more
		for _, f := range funcs {
			_, _ = retry.DoValue(ctx, f, ask)
		}
	}))
	got := r.counted(t)
	for _, name := range names {
		assert.Equal(t, 10.0, got["call_duration_seconds_count{method="+name+" outcome=success}"])
		assert.Equal(t, 10.0, got["attempt_duration_seconds_count{method="+name+" ruling=success}"])
	}
}
