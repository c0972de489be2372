package promretry_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/adapters/prometheus/internal/shop"
	"github.com/retrygen/retrygen/breaker"
	retry "github.com/retrygen/retrygen/runtime"
)

// Each case makes calls in virtual time and compares all that was counted, the durations
// included, with what the server saw.
func TestValues(t *testing.T) {
	unavailable := shop.Answer{Status: 503, After: 5 * time.Millisecond}
	fine := shop.Answer{Status: 200, After: 5 * time.Millisecond}
	for _, tt := range []struct {
		name     string
		path     string
		answers  []shop.Answer
		calls    func(t *testing.T, r *rig)
		answered map[int]int // by the server, by status
		want     map[string]float64
	}{
		{
			name: "a call that succeeds at once", path: "/pay", answers: []shop.Answer{fine},
			calls:    func(t *testing.T, r *rig) { pay(t, r, nil) },
			answered: map[int]int{200: 1},
			want: map[string]float64{
				"call_duration_seconds_count{method=Client.Pay outcome=success}":   1,
				"call_duration_seconds_sum{method=Client.Pay outcome=success}":     0.005,
				"attempt_duration_seconds_count{method=Client.Pay ruling=success}": 1,
				"attempt_duration_seconds_sum{method=Client.Pay ruling=success}":   0.005,
			},
		},
		{
			name: "two retries with waits of 20 and 40 ms", path: "/pay", answers: []shop.Answer{unavailable, unavailable, fine},
			calls:    func(t *testing.T, r *rig) { pay(t, r, nil) },
			answered: map[int]int{503: 2, 200: 1},
			want: map[string]float64{
				"call_duration_seconds_count{method=Client.Pay outcome=success}":                                1,
				"call_duration_seconds_sum{method=Client.Pay outcome=success}":                                  0.075,
				"call_retries_count{method=Client.Pay outcome=success}":                                         1,
				"call_retries_sum{method=Client.Pay outcome=success}":                                           2,
				"call_retry_delay_seconds_count{method=Client.Pay}":                                             1,
				"call_retry_delay_seconds_sum{method=Client.Pay}":                                               0.06,
				"attempt_duration_seconds_count{class=transient error_type=503 method=Client.Pay ruling=retry}": 2,
				"attempt_duration_seconds_sum{class=transient error_type=503 method=Client.Pay ruling=retry}":   0.01,
				"attempt_duration_seconds_count{method=Client.Pay ruling=success}":                              1,
				"attempt_duration_seconds_sum{method=Client.Pay ruling=success}":                                0.005,
			},
		},
		{
			name: "three attempts that fail", path: "/pay", answers: []shop.Answer{unavailable, unavailable, unavailable},
			calls:    func(t *testing.T, r *rig) { pay(t, r, retry.ErrExhausted) },
			answered: map[int]int{503: 3},
			want: map[string]float64{
				"call_duration_seconds_count{class=transient error_type=503 method=Client.Pay outcome=exhausted}": 1,
				"call_duration_seconds_sum{class=transient error_type=503 method=Client.Pay outcome=exhausted}":   0.075,
				"call_retries_count{method=Client.Pay outcome=exhausted}":                                         1,
				"call_retries_sum{method=Client.Pay outcome=exhausted}":                                           2,
				"call_retry_delay_seconds_count{method=Client.Pay}":                                               1,
				"call_retry_delay_seconds_sum{method=Client.Pay}":                                                 0.06,
				"attempt_duration_seconds_count{class=transient error_type=503 method=Client.Pay ruling=retry}":   3,
				"attempt_duration_seconds_sum{class=transient error_type=503 method=Client.Pay ruling=retry}":     0.015,
			},
		},
		{
			name: "an answer", path: "/pay", answers: []shop.Answer{{Status: 404}},
			calls: func(t *testing.T, r *rig) {
				_, err := r.client.Pay(t.Context(), "order")
				assert.ErrorContains(t, err, "404")
			},
			answered: map[int]int{404: 1},
			want: map[string]float64{
				"call_duration_seconds_count{class=answer error_type=404 method=Client.Pay outcome=answer}":   1,
				"attempt_duration_seconds_count{class=answer error_type=404 method=Client.Pay ruling=answer}": 1,
			},
		},
		{
			name: "six failures open the breaker, and a probe closes it", path: "/pay",
			answers: []shop.Answer{{Status: 503}, {Status: 503}, {Status: 503}, {Status: 503}, {Status: 503}, {Status: 503}, {Status: 200}},
			calls: func(t *testing.T, r *rig) {
				pay(t, r, retry.ErrExhausted)
				pay(t, r, retry.ErrExhausted)
				pay(t, r, breaker.ErrOpen)
				time.Sleep(time.Second)
				pay(t, r, nil)
			},
			answered: map[int]int{503: 6, 200: 1},
			want: map[string]float64{
				"call_duration_seconds_count{class=transient error_type=503 method=Client.Pay outcome=exhausted}":              2,
				"call_duration_seconds_sum{class=transient error_type=503 method=Client.Pay outcome=exhausted}":                0.12,
				"call_duration_seconds_count{class=unclassified error_type=*breaker.OpenError method=Client.Pay outcome=open}": 1,
				"call_duration_seconds_count{method=Client.Pay outcome=success}":                                               1,
				"call_retries_count{method=Client.Pay outcome=exhausted}":                                                      2,
				"call_retries_sum{method=Client.Pay outcome=exhausted}":                                                        4,
				"call_retry_delay_seconds_count{method=Client.Pay}":                                                            2,
				"call_retry_delay_seconds_sum{method=Client.Pay}":                                                              0.12,
				"attempt_duration_seconds_count{class=transient error_type=503 method=Client.Pay ruling=retry}":                6,
				"attempt_duration_seconds_count{method=Client.Pay ruling=success}":                                             1,
				"rejections_total{method=Client.Pay reason=breaker_open}":                                                      1,
				"breaker_transitions_total{from=closed name=Client source=own to=open}":                                        1,
				"breaker_transitions_total{from=open name=Client source=own to=half-open}":                                     1,
				"breaker_transitions_total{from=half-open name=Client source=own to=closed}":                                   1,
			},
		},
		{
			name: "a budget of ten retries", path: "/pay",
			answers: slices.Concat(slices.Repeat([]shop.Answer{{Status: 503}, {Status: 503}, {Status: 200}}, 5), []shop.Answer{{Status: 503}}),
			calls: func(t *testing.T, r *rig) {
				for range 5 {
					pay(t, r, nil)
				}
				pay(t, r, retry.ErrBudget)
				assert.InDelta(t, 0.5, r.gauges(t)["budget_tokens{name=Client}"], 1e-9)
			},
			answered: map[int]int{503: 11, 200: 5},
			want: map[string]float64{
				"call_duration_seconds_count{method=Client.Pay outcome=success}":                                5,
				"call_duration_seconds_sum{method=Client.Pay outcome=success}":                                  0.3,
				"call_duration_seconds_count{class=transient error_type=503 method=Client.Pay outcome=budget}":  1,
				"call_retries_count{method=Client.Pay outcome=success}":                                         5,
				"call_retries_sum{method=Client.Pay outcome=success}":                                           10,
				"call_retry_delay_seconds_count{method=Client.Pay}":                                             5,
				"call_retry_delay_seconds_sum{method=Client.Pay}":                                               0.3,
				"attempt_duration_seconds_count{class=transient error_type=503 method=Client.Pay ruling=retry}": 11,
				"attempt_duration_seconds_count{method=Client.Pay ruling=success}":                              5,
				"rejections_total{method=Client.Pay reason=budget}":                                             1,
			},
		},
		{
			name: "a limit of one at a time", path: "/print", answers: []shop.Answer{{Status: 200, After: 100 * time.Millisecond}},
			calls: func(t *testing.T, r *rig) {
				go func() { _, _ = r.client.Print(t.Context(), "first") }()
				synctest.Wait()
				assert.Equal(t, 1.0, r.gauges(t)["limit_active{name=Client.Print}"])
				_, err := r.client.Print(t.Context(), "second")
				assert.ErrorIs(t, err, retry.ErrLimited)
				time.Sleep(100 * time.Millisecond)
				synctest.Wait()
				assert.NotContains(t, r.gauges(t), "limit_active{name=Client.Print}")
			},
			answered: map[int]int{200: 1},
			want: map[string]float64{
				"call_duration_seconds_count{method=Client.Print outcome=success}":                                                 1,
				"call_duration_seconds_sum{method=Client.Print outcome=success}":                                                   0.1,
				"call_duration_seconds_count{class=unclassified error_type=*retry.LimitError method=Client.Print outcome=limited}": 1,
				"attempt_duration_seconds_count{method=Client.Print ruling=success}":                                               1,
				"attempt_duration_seconds_sum{method=Client.Print ruling=success}":                                                 0.1,
				"rejections_total{method=Client.Print reason=limit}":                                                               1,
			},
		},
		{
			name: "a server that asks for too long a wait", path: "/pay", answers: []shop.Answer{{Status: 429, RetryAfter: 5 * time.Second}},
			calls:    func(t *testing.T, r *rig) { pay(t, r, retry.ErrRetryAfter) },
			answered: map[int]int{429: 1},
			want: map[string]float64{
				"call_duration_seconds_count{class=throttled error_type=429 method=Client.Pay outcome=retry-after}": 1,
				"attempt_duration_seconds_count{class=throttled error_type=429 method=Client.Pay ruling=retry}":     1,
				"rejections_total{method=Client.Pay reason=retry_after}":                                            1,
			},
		},
		{
			name: "no time for a retry", path: "/pay", answers: []shop.Answer{unavailable},
			calls: func(t *testing.T, r *rig) {
				ctx, cancel := context.WithTimeout(t.Context(), 15*time.Millisecond)
				defer cancel()
				_, err := r.client.Pay(ctx, "order")
				assert.ErrorIs(t, err, retry.ErrDeadline)
			},
			answered: map[int]int{503: 1},
			want: map[string]float64{
				"call_duration_seconds_count{class=transient error_type=503 method=Client.Pay outcome=deadline}": 1,
				"call_duration_seconds_sum{class=transient error_type=503 method=Client.Pay outcome=deadline}":   0.005,
				"attempt_duration_seconds_count{class=transient error_type=503 method=Client.Pay ruling=retry}":  1,
				"attempt_duration_seconds_sum{class=transient error_type=503 method=Client.Pay ruling=retry}":    0.005,
				"rejections_total{method=Client.Pay reason=deadline}":                                            1,
			},
		},
		{
			name: "a caller that cancels during the attempt", path: "/pay", answers: []shop.Answer{{Status: 200, After: time.Second}},
			calls: func(t *testing.T, r *rig) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(10*time.Millisecond, cancel)
				_, err := r.client.Pay(ctx, "order")
				assert.ErrorIs(t, err, context.Canceled)
			},
			answered: map[int]int{0: 1},
			want: map[string]float64{
				"call_duration_seconds_count{class=unclassified error_type=*errors.errorString method=Client.Pay outcome=cancelled}":   1,
				"call_duration_seconds_sum{class=unclassified error_type=*errors.errorString method=Client.Pay outcome=cancelled}":     0.01,
				"attempt_duration_seconds_count{class=unclassified error_type=*errors.errorString method=Client.Pay ruling=cancelled}": 1,
				"attempt_duration_seconds_sum{class=unclassified error_type=*errors.errorString method=Client.Pay ruling=cancelled}":   0.01,
			},
		},
		{
			name: "a copy that wins", path: "/price", answers: []shop.Answer{{Status: 200, After: time.Second}, fine},
			calls: func(t *testing.T, r *rig) {
				_, err := r.client.Price(t.Context(), "item")
				assert.NoError(t, err)
				synctest.Wait() // for the attempt that has lost
			},
			answered: map[int]int{200: 1, 0: 1},
			want: map[string]float64{
				"call_duration_seconds_count{method=Client.Price outcome=success}":                                                  1,
				"call_duration_seconds_sum{method=Client.Price outcome=success}":                                                    0.055,
				"call_hedges_count{method=Client.Price}":                                                                            1,
				"call_hedges_sum{method=Client.Price}":                                                                              1,
				"attempt_duration_seconds_count{method=Client.Price ruling=success}":                                                1,
				"attempt_duration_seconds_sum{method=Client.Price ruling=success}":                                                  0.005,
				"attempt_duration_seconds_count{class=unclassified error_type=*errors.errorString method=Client.Price ruling=lost}": 1,
				"attempt_duration_seconds_sum{class=unclassified error_type=*errors.errorString method=Client.Price ruling=lost}":   0.055,
			},
		},
		{
			name: "a fallback", path: "/offers", answers: []shop.Answer{unavailable, unavailable, unavailable},
			calls: func(t *testing.T, r *rig) {
				offers, err := r.client.Offers(t.Context(), "en")
				assert.NoError(t, err)
				assert.Equal(t, "none", offers)
			},
			answered: map[int]int{503: 3},
			want: map[string]float64{
				"call_duration_seconds_count{method=Client.Offers outcome=exhausted}":                              1,
				"call_duration_seconds_sum{method=Client.Offers outcome=exhausted}":                                0.075,
				"call_retries_count{method=Client.Offers outcome=exhausted}":                                       1,
				"call_retries_sum{method=Client.Offers outcome=exhausted}":                                         2,
				"call_retry_delay_seconds_count{method=Client.Offers}":                                             1,
				"call_retry_delay_seconds_sum{method=Client.Offers}":                                               0.06,
				"attempt_duration_seconds_count{class=transient error_type=503 method=Client.Offers ruling=retry}": 3,
				"attempt_duration_seconds_sum{class=transient error_type=503 method=Client.Offers ruling=retry}":   0.015,
				"fallbacks_total{class=transient error_type=503 method=Client.Offers}":                             1,
			},
		},
		{
			name: "a breaker for each shelf", path: "/stock", answers: []shop.Answer{{Status: 503}, {Status: 200}},
			calls: func(t *testing.T, r *rig) {
				_, err := r.client.Stock(t.Context(), "a")
				assert.ErrorIs(t, err, breaker.ErrOpen)
				_, err = r.client.Stock(t.Context(), "b")
				assert.NoError(t, err)
				assert.Equal(t, 1.0, r.gauges(t)["breaker_keys{name=Client.Stock state=open}"])
				assert.Equal(t, 1.0, r.gauges(t)["breaker_state{name=Client.Stock state=closed}"], "that of the keys without room")
			},
			answered: map[int]int{503: 1, 200: 1},
			want: map[string]float64{
				"call_duration_seconds_count{class=transient error_type=503 method=Client.Stock outcome=open}":    1,
				"call_duration_seconds_count{method=Client.Stock outcome=success}":                                1,
				"attempt_duration_seconds_count{class=transient error_type=503 method=Client.Stock ruling=retry}": 1,
				"attempt_duration_seconds_count{method=Client.Stock ruling=success}":                              1,
				"rejections_total{method=Client.Stock reason=breaker_open}":                                       1,
				"breaker_transitions_total{from=closed name=Client.Stock source=own to=open}":                     1,
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				r.server.Plan(tt.path, tt.answers...)
				tt.calls(t, r)
				seen := 0
				for status, n := range tt.answered {
					assert.Equal(t, n, r.server.Answered(tt.path, status), "status %d", status)
					seen += n
				}
				assert.Equal(t, seen, r.server.Requests(tt.path))
				got := r.counted(t)
				assert.InDeltaMapValues(t, tt.want, got, 1e-9)
				assert.Equal(t, float64(seen), sumOf(got, "attempt_duration_seconds_count{"), "each attempt is a request")
			})
		})
	}
}

// pay makes a call whose error is to match want.
func pay(t *testing.T, r *rig, want error) {
	t.Helper()
	_, err := r.client.Pay(t.Context(), "order")
	require.ErrorIs(t, err, want)
}

// sumOf adds up the values whose names have the prefix.
func sumOf(values map[string]float64, prefix string) (sum float64) {
	for name, value := range values {
		if strings.HasPrefix(name, prefix) {
			sum += value
		}
	}
	return sum
}

func TestAPanicIsCounted(t *testing.T) {
	r := newRig(t)
	f, err := retry.NewFunc("Maps.Geocode", "simple attempts=3", r.opts)
	require.NoError(t, err)
	assert.Panics(t, func() { _ = f.Do(t.Context(), func(context.Context) error { panic("broken") }) })
	got := r.counted(t)
	assert.Equal(t, 1.0, got["call_duration_seconds_count{class=unclassified error_type=panic method=Maps.Geocode outcome=panic}"], got)
	assert.Equal(t, 1.0, got["attempt_duration_seconds_count{class=unclassified error_type=panic method=Maps.Geocode ruling=panic}"], got)
}

func TestForcedChangesAreCountedApart(t *testing.T) {
	r := newRig(t)
	b := r.client.Group().Breaker()
	b.ForceOpen()
	assert.Equal(t, 1.0, r.counted(t)["breaker_transitions_total{from=closed name=Client source=forced to=open}"])
	assert.Equal(t, 1.0, r.gauges(t)["breaker_state{name=Client state=open}"])
	b.SetMode(breaker.WatchOnly)
	assert.Equal(t, 1.0, r.gauges(t)["breaker_mode{mode=watch-only name=Client}"])
}

// Hooks that were in the Options are called as before.
func TestInstrumentKeepsHooks(t *testing.T) {
	r := newRig(t)
	called := 0
	opts := &retry.Options{Hooks: retry.Hooks{CallDone: func(context.Context, retry.CallEvent) { called++ }}}
	r.metrics.Instrument(opts)
	f, err := retry.NewFunc("Maps.Geocode", "simple attempts=3", opts)
	require.NoError(t, err)
	errFull := errors.New("full")
	assert.ErrorIs(t, f.Do(t.Context(), func(context.Context) error { return retry.Permanent(errFull) }), errFull)
	assert.Equal(t, 1, called)
}
