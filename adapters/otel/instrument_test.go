package otelretry_test

import (
	"context"
	"errors"
	goruntime "runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/embedded"
	"go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/trace"

	"github.com/retrygen/retrygen/adapters/otel"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

func TestInstrumentNeedsOptions(t *testing.T) {
	assert.ErrorContains(t, otelretry.Instrument(nil, otelretry.Config{}), "nil options")
}

// The zero Config uses the global providers.
func TestGlobalProviders(t *testing.T) {
	m, r := newMeter(), newRecorder()
	meters, tracers := otel.GetMeterProvider(), otel.GetTracerProvider()
	otel.SetMeterProvider(m)
	otel.SetTracerProvider(r)
	defer otel.SetTracerProvider(tracers)
	defer otel.SetMeterProvider(meters)
	opts := &retry.Options{}
	require.NoError(t, otelretry.Instrument(opts, otelretry.Config{Spans: true}))
	require.NoError(t, newFunc(t, "simple attempts=2", opts).Do(t.Context(), func(context.Context) error { return nil }))
	assert.Len(t, m.series(t, "retrygen.call.duration"), 1)
	r.span(t, "Payment.Charge")
}

// A refuser is a provider whose meters have no histograms. It cannot be compared.
type refuser struct {
	embedded.MeterProvider
	_ []int
}

var errRefused = errors.New("refused")

func (refuser) Meter(string, ...metric.MeterOption) metric.Meter { return refusing{} }

type refusing struct{ noop.Meter }

func (refusing) Float64Histogram(string, ...metric.Float64HistogramOption) (metric.Float64Histogram, error) {
	return noop.Float64Histogram{}, errRefused
}

func (refusing) RegisterCallback(metric.Callback, ...metric.Observable) (metric.Registration, error) {
	return nil, errRefused
}

// An error names the instruments that the provider has refused, and opts stay as they are.
func TestRefusedInstruments(t *testing.T) {
	opts := &retry.Options{}
	err := otelretry.Instrument(opts, otelretry.Config{MeterProvider: refuser{}})
	require.ErrorIs(t, err, errRefused)
	assert.ErrorContains(t, err, "retrygen.call.duration")
	assert.ErrorContains(t, err, "retrygen.attempt.duration")
	assert.NotContains(t, err.Error(), "retrygen.rejections")
	assert.Equal(t, &retry.Options{}, opts)
}

// A value provider cannot be compared, and works nevertheless.
type valueProvider struct {
	metric.MeterProvider
	_ []int
}

func TestProviderThatCannotBeCompared(t *testing.T) {
	m := newMeter()
	opts := &retry.Options{}
	require.NoError(t, otelretry.Instrument(opts, otelretry.Config{MeterProvider: valueProvider{MeterProvider: m}}))
	f := newFunc(t, everything, opts)
	require.NoError(t, f.Do(t.Context(), func(context.Context) error { return nil }))
	assert.Len(t, m.series(t, "retrygen.budget.tokens"), 1)
	goruntime.KeepAlive(f)
}

// A cancelled call is counted as well.
func TestCancelledCalls(t *testing.T) {
	m := newMeter()
	f := newFunc(t, "simple attempts=2", m.options(t))
	ctx, cancel := context.WithCancel(t.Context())
	require.ErrorIs(t, f.Do(ctx, func(ctx context.Context) error {
		cancel()
		return ctx.Err()
	}), context.Canceled)
	assert.EqualValues(t, 1, m.total(t, "retrygen.call.duration", "outcome=cancelled").times)
	assert.EqualValues(t, 1, m.total(t, "retrygen.attempt.duration", "ruling=cancelled").times)
}

// A measurement has the span of its call or attempt as an exemplar.
func TestExemplars(t *testing.T) {
	m, r := newMeter(), newRecorder()
	opts := &retry.Options{}
	require.NoError(t, otelretry.Instrument(opts, otelretry.Config{MeterProvider: m, TracerProvider: r, Spans: true}))
	var attempt trace.SpanContext
	require.NoError(t, newFunc(t, "simple attempts=2", opts).Do(t.Context(), func(ctx context.Context) error {
		attempt = trace.SpanContextFromContext(ctx)
		return nil
	}))
	call := r.span(t, "Payment.Charge").SpanContext()
	for name, span := range map[string]trace.SpanContext{"retrygen.call.duration": call, "retrygen.attempt.duration": attempt} {
		histogram, ok := m.metrics(t)[name].Data.(metricdata.Histogram[float64])
		require.True(t, ok)
		require.Len(t, histogram.DataPoints[0].Exemplars, 1, name)
		want := span.SpanID()
		assert.Equal(t, want[:], histogram.DataPoints[0].Exemplars[0].SpanID, name)
	}
}

// A view of the program can change the boundaries.
func TestViews(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	m := &meter{sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader), sdkmetric.WithView(sdkmetric.NewView(
		sdkmetric.Instrument{Name: "retrygen.call.duration"},
		sdkmetric.Stream{Aggregation: sdkmetric.AggregationExplicitBucketHistogram{Boundaries: []float64{1}}},
	))), reader}
	require.NoError(t, newFunc(t, "simple attempts=2", m.options(t)).Do(t.Context(), func(context.Context) error { return nil }))
	assert.Equal(t, "histogram s [1]", shape(m.metrics(t)["retrygen.call.duration"]))
}

// Recording a success allocates nothing.
func TestSuccessAllocatesNothing(t *testing.T) {
	m := newMeter()
	p, err := policy.Parse("simple attempts=3; breaker; budget")
	require.NoError(t, err)
	method := retry.NewWrapper("Payment", policy.Policy{}, m.options(t)).Method("Charge", retry.MethodSpec{Policy: p})
	ctx := t.Context()
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = method.Do(ctx, succeed) }))
	assert.EqualValues(t, 101, m.total(t, "retrygen.attempt.duration", "ruling=success").times)
}
