package otelretry_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	goruntime "runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/golden/keys"
	"github.com/retrygen/retrygen/golden/request"
	retry "github.com/retrygen/retrygen/runtime"
)

// A statusError is what a server answers.
type statusError int

func (e statusError) Error() string       { return http.StatusText(int(e)) }
func (e statusError) HTTPStatusCode() int { return int(e) }

// A busyError is what a server with too much to do answers.
type busyError struct{ after time.Duration }

func (busyError) Error() string               { return "busy" }
func (busyError) HTTPStatusCode() int         { return http.StatusServiceUnavailable }
func (e busyError) RetryAfter() time.Duration { return e.after }

// A dependency answers in order, and counts its calls. After the last answer it succeeds.
type dependency struct {
	takes   time.Duration
	answers []error
	calls   int
}

func (d *dependency) do(ctx context.Context) error {
	d.calls++
	select {
	case <-time.After(d.takes):
	case <-ctx.Done():
		return ctx.Err()
	}
	if len(d.answers) == 0 {
		return nil
	}
	answer := d.answers[0]
	d.answers = d.answers[1:]
	return answer
}

func newFunc(t *testing.T, policy string, opts *retry.Options) *retry.Func {
	t.Helper()
	f, err := retry.NewFunc("Payment.Charge", policy, opts)
	require.NoError(t, err)
	return f
}

// What is recorded is what the dependency has seen, and how long it took.
func TestCallsAndAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMeter()
		opts := m.options(t)
		opts.Name = "eu"
		f := newFunc(t, "simple attempts=3 delay=100ms", opts)
		declined := statusError(http.StatusNotFound)
		d := &dependency{takes: 50 * time.Millisecond, answers: []error{nil, busyError{}, busyError{}, nil, declined}}
		require.NoError(t, f.Do(t.Context(), d.do))
		require.NoError(t, f.Do(t.Context(), d.do))
		require.ErrorIs(t, f.Do(t.Context(), d.do), declined)
		d.answers = []error{busyError{}, busyError{}, busyError{}}
		require.ErrorIs(t, f.Do(t.Context(), d.do), retry.ErrExhausted)
		assert.Equal(t, 8, d.calls)

		assert.Equal(t, map[string]string{
			"instance=eu method=Payment.Charge outcome=success":                                  "2 times, 0.4",
			"error.type=404 class=answer instance=eu method=Payment.Charge outcome=answer":       "1 times, 0.05",
			"error.type=503 class=transient instance=eu method=Payment.Charge outcome=exhausted": "1 times, 0.35",
		}, m.series(t, "retrygen.call.duration"))
		assert.Equal(t, map[string]string{
			"instance=eu method=Payment.Charge outcome=success":   "1 times, 2",
			"instance=eu method=Payment.Charge outcome=exhausted": "1 times, 2",
		}, m.series(t, "retrygen.call.retries"))
		assert.Equal(t, map[string]string{"instance=eu method=Payment.Charge": "2 times, 0.4"}, m.series(t, "retrygen.call.retry_delay"))
		assert.Equal(t, map[string]string{
			"instance=eu method=Payment.Charge ruling=success":                              "2 times, 0.1",
			"error.type=503 class=transient instance=eu method=Payment.Charge ruling=retry": "5 times, 0.25",
			"error.type=404 class=answer instance=eu method=Payment.Charge ruling=answer":   "1 times, 0.05",
		}, m.series(t, "retrygen.attempt.duration"))
		assert.Empty(t, m.series(t, "retrygen.rejections"))
		assert.Empty(t, m.series(t, "retrygen.call.hedges"))
	})
}

// Each reason for which a call gets no further attempt is counted once for the call.
func TestRejections(t *testing.T) {
	tests := []struct {
		reason, policy string
		takes          time.Duration
		answers        []error
		calls          int // that the dependency sees
	}{
		{reason: "breaker_open", policy: "breaker failures=1; simple attempts=3", answers: []error{busyError{}}, calls: 1},
		{reason: "limit", policy: "limit concurrent=1", calls: 1},
		{reason: "budget", policy: "simple attempts=9 delay=1ms; budget burst=1", answers: []error{busyError{}, busyError{}, busyError{}}, calls: 2},
		{reason: "deadline", policy: "simple attempts=3 delay=200ms; timeout total=500ms", takes: 400 * time.Millisecond, answers: []error{busyError{}}, calls: 1},
		{reason: "retry_after", policy: "simple attempts=3 max=1s", answers: []error{busyError{after: time.Hour}}, calls: 1},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMeter()
				f := newFunc(t, tt.policy, m.options(t))
				d := &dependency{takes: tt.takes, answers: tt.answers}
				err := f.Do(t.Context(), func(ctx context.Context) error {
					if tt.reason == "limit" { // the place is taken
						require.ErrorIs(t, f.Do(ctx, d.do), retry.ErrLimited)
					}
					return d.do(ctx)
				})
				assert.Equal(t, tt.reason == "limit", err == nil)
				assert.Equal(t, tt.calls, d.calls)
				assert.Equal(t, map[string]string{"method=Payment.Charge reason=" + tt.reason: "1"}, m.series(t, "retrygen.rejections"))
			})
		})
	}
}

func TestHedges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMeter()
		f := newFunc(t, "hedge after=10ms max=2", m.options(t))
		err := f.Do(t.Context(), func(ctx context.Context) error {
			if retry.Copy(ctx) == 2 {
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		})
		require.NoError(t, err)
		synctest.Wait() // for those that have lost
		assert.Equal(t, map[string]string{"method=Payment.Charge": "1 times, 2"}, m.series(t, "retrygen.call.hedges"))
		assert.Equal(t, map[string]string{"method=Payment.Charge outcome=success": "1 times, 0.02"}, m.series(t, "retrygen.call.duration"))
		attempts := m.series(t, "retrygen.attempt.duration")
		assert.Equal(t, "1 times, 0", attempts["method=Payment.Charge ruling=success"])
		delete(attempts, "method=Payment.Charge ruling=success")
		require.Len(t, attempts, 1)
		for attributes, value := range attempts {
			assert.Contains(t, attributes, "ruling=lost")
			assert.Equal(t, "2 times, 0.03", value)
		}
	})
}

// A panic is not an error, but it has failed.
func TestPanics(t *testing.T) {
	m := newMeter()
	f := newFunc(t, "simple attempts=3", m.options(t))
	assert.Panics(t, func() { _ = f.Do(t.Context(), func(context.Context) error { panic("no") }) })
	for name, word := range map[string]string{"retrygen.call.duration": "outcome", "retrygen.attempt.duration": "ruling"} {
		series := m.series(t, name)
		require.Len(t, series, 1)
		assert.Contains(t, series, "error.type=panic class=unclassified method=Payment.Charge "+word+"=panic")
	}
}

// A mirror fails for all requests.
type mirror struct{ err error }

func (m mirror) First(*http.Request) (*http.Response, error)  { return nil, m.err }
func (m mirror) Second(*http.Request) (*http.Response, error) { return nil, m.err }
func (m mirror) Put(string, *http.Request) (string, error)    { return "", m.err }

// A call whose fallback has succeeded counts as what it was, without an error.
func TestFallbacks(t *testing.T) {
	m := newMeter()
	client := request.NewResilientMirrored(mirror{busyError{}}, m.options(t))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://example.com/", nil)
	require.NoError(t, err)
	_, err = client.Put("/none", req)
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"error.type=503 class=transient method=Mirrored.Put": "1"}, m.series(t, "retrygen.fallbacks"))
	calls := m.series(t, "retrygen.call.duration")
	require.Len(t, calls, 1)
	assert.Contains(t, calls, "method=Mirrored.Put outcome=exhausted")
}

// An sqlError has any code that a server likes.
type sqlError struct{ code string }

func (e sqlError) Error() string    { return "error " + e.code }
func (e sqlError) SQLState() string { return e.code }

// A server that makes up codes and texts makes no more than a hundred values of error.type,
// all metrics together.
func TestHostileErrors(t *testing.T) {
	m := newMeter()
	f := newFunc(t, "simple attempts=1", m.options(t))
	const calls = 10_000
	for i := range calls {
		err := error(sqlError{fmt.Sprintf("%05d", i)})
		if i%2 == 0 {
			err = fmt.Errorf("text %d", i)
		}
		_ = f.Do(t.Context(), func(context.Context) error { return err })
	}
	types := make(map[string]bool)
	for _, name := range []string{"retrygen.call.duration", "retrygen.attempt.duration"} {
		for _, p := range m.points(t, name) {
			types[strings.Fields(p.attributes)[0]] = true
		}
		assert.EqualValues(t, calls/2-99, m.total(t, name, "error.type=_OTHER ").times)
	}
	assert.Len(t, types, 101, "with _OTHER")
}

// Each metric has the kind, unit and boundaries of the documentation.
func TestShapes(t *testing.T) {
	m := newMeter()
	opts := m.options(t)
	retried, hedged := newFunc(t, everything, opts), newFunc(t, "hedge after=1ms", opts)
	d := &dependency{takes: 5 * time.Millisecond, answers: []error{busyError{}, nil, busyError{}, busyError{}}}
	require.NoError(t, retried.Do(t.Context(), d.do))
	require.ErrorIs(t, retried.Do(t.Context(), d.do), breaker.ErrOpen)
	require.NoError(t, hedged.Do(t.Context(), func(ctx context.Context) error {
		if retry.Copy(ctx) == 0 {
			<-ctx.Done() // until the copy has succeeded
		}
		return ctx.Err()
	}))
	chaotic := m.options(t)
	chaotic.Chaos = &retry.Chaos{Acts: []retry.ChaosAct{{Kind: retry.ChaosFailure, Share: 1}}}
	require.Error(t, newFunc(t, "simple attempts=1", chaotic).Do(t.Context(), func(context.Context) error { return nil }))
	keyed := keys.NewResilientHosts(nil, opts)
	mirrored := request.NewResilientMirrored(mirror{busyError{}}, opts)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://example.com/", nil)
	require.NoError(t, err)
	_, _ = mirrored.Put("/none", req)

	const seconds = "histogram s [0.005 0.01 0.025 0.05 0.075 0.1 0.25 0.5 0.75 1 2.5 5 7.5 10]"
	page, err := os.ReadFile("../../docs/metrics.md")
	require.NoError(t, err)
	shapes := make(map[string]string)
	for name, metric := range m.metrics(t) {
		shapes[name] = shape(metric)
		assert.NotEmpty(t, metric.Description, name)
		assert.Contains(t, string(page), "| `"+name+"`, ")
	}
	assert.Equal(t, map[string]string{
		"retrygen.call.duration":       seconds,
		"retrygen.call.retries":        "histogram {retry} [1 2 3 4 5 10]",
		"retrygen.call.hedges":         "histogram {hedge} [1 2 3 4 5]",
		"retrygen.call.retry_delay":    seconds,
		"retrygen.attempt.duration":    seconds,
		"retrygen.rejections":          "counter {rejection}",
		"retrygen.fallbacks":           "counter {fallback}",
		"retrygen.breaker.state":       "updowncounter 1",
		"retrygen.breaker.mode":        "updowncounter 1",
		"retrygen.breaker.source":      "updowncounter 1",
		"retrygen.breaker.pressure":    "gauge 1",
		"retrygen.breaker.transitions": "counter {transition}",
		"retrygen.breaker.keys":        "updowncounter {breaker}",
		"retrygen.budget.tokens":       "gauge {token}",
		"retrygen.limit.active":        "updowncounter {attempt}",
		"retrygen.limit.waiting":       "updowncounter {attempt}",
		"retrygen.limit.capacity":      "updowncounter {attempt}",
		"retrygen.policy.layers":       "updowncounter {method}",
		"retrygen.policy.refused":      "updowncounter {method}",
		"retrygen.chaos.active":        "updowncounter {method}",
		"retrygen.chaos.disturbances":  "counter {disturbance}",
	}, shapes)
	for _, used := range []any{keyed, mirrored, retried, hedged} {
		goruntime.KeepAlive(used)
	}
}
