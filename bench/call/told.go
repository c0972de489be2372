package call

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	otelretry "github.com/retrygen/retrygen/adapters/otel"
	promretry "github.com/retrygen/retrygen/adapters/prometheus"
	retry "github.com/retrygen/retrygen/runtime"
)

// Told lists the contenders for calls that succeed at once and are watched. Those that
// are not wrappers have what watching costs at least.
var Told = []Contender{
	straight,
	{Name: "one clock read", Wrap: clockReads(1)},
	{Name: "two clock reads", Wrap: clockReads(2)},
	{Name: "two clock reads and records of OpenTelemetry", Wrap: records},
	{Name: "retrygen", Wrap: wrap(NewResilientGuarded), Retries: true, Breaks: true},
	{Name: "retrygen between two clock reads", Wrap: func(next Service) Service {
		return clockReads(2)(wrap(NewResilientGuarded)(next))
	}, Retries: true, Breaks: true},
	{Name: "retrygen+CallDone+AttemptDone", Wrap: with(NewResilientGuarded, done), Retries: true, Breaks: true},
	{Name: "retrygen+every hook", Wrap: with(NewResilientGuarded, hooked), Retries: true, Breaks: true},
	{Name: "retrygen+Prometheus", Wrap: with(NewResilientGuarded, inPrometheus()), Retries: true, Breaks: true},
	{Name: "retrygen+OpenTelemetry metrics", Wrap: with(NewResilientGuarded, inOpenTelemetry(false)), Retries: true, Breaks: true},
	{Name: "retrygen+OpenTelemetry metrics and spans", Wrap: with(NewResilientGuarded, inOpenTelemetry(true)), Retries: true, Breaks: true},
}

// done has the two hooks that metrics need. They do nothing: what they would do with an
// event is not the wrapper's cost.
var done = &retry.Options{Hooks: retry.Hooks{
	CallDone:    func(context.Context, retry.CallEvent) {},
	AttemptDone: func(context.Context, retry.AttemptEvent) {},
}}

func inPrometheus() *retry.Options {
	opts := new(retry.Options)
	promretry.New(prometheus.NewRegistry()).Instrument(opts)
	return opts
}

// inOpenTelemetry returns options for the SDK. It never exports, and samples every span.
func inOpenTelemetry(spans bool) *retry.Options {
	opts := new(retry.Options)
	if err := otelretry.Instrument(opts, otelretry.Config{
		MeterProvider: meters(), TracerProvider: sdktrace.NewTracerProvider(), Spans: spans,
	}); err != nil {
		panic(err)
	}
	return opts
}

func meters() *sdkmetric.MeterProvider {
	return sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))
}

// A clocked service reads the clock before a call, and perhaps after it, by time.Now as a
// program would.
type clocked struct {
	next Service
	took time.Duration
	two  bool
}

func clockReads(n int) func(Service) Service {
	return func(next Service) Service { return &clocked{next: next, two: n == 2} }
}

func (c *clocked) Get(ctx context.Context, key string) (*Item, error) {
	start := time.Now()
	got, err := c.next.Get(ctx, key)
	took := time.Duration(start.Nanosecond())
	if c.two {
		end := time.Now()
		took = end.Sub(start)
	}
	if took > c.took { // so that the reading is used
		c.took = took
	}
	return got, err
}

// began is the time from which recorded services count, as the runtime does.
var began = time.Now()

// A recorded service measures a call with two histograms of the SDK, as a call and its
// attempt are measured.
type recorded struct {
	next          Service
	call, attempt metric.Float64Histogram
	with          [2][]metric.RecordOption
}

func records(next Service) Service {
	meter := meters().Meter("bench")
	bounds := metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
	r := &recorded{next: next}
	for i, h := range []*metric.Float64Histogram{&r.call, &r.attempt} {
		var err error
		if *h, err = meter.Float64Histogram([]string{"call", "attempt"}[i], bounds); err != nil {
			panic(err)
		}
		r.with[i] = []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(
			attribute.String("retrygen.method", "Service.Get"), attribute.String("retrygen.outcome", "success"),
		))}
	}
	return r
}

func (r *recorded) Get(ctx context.Context, key string) (*Item, error) {
	start := time.Since(began)
	got, err := r.next.Get(ctx, key)
	took := (time.Since(began) - start).Seconds()
	r.attempt.Record(ctx, took, r.with[1]...)
	r.call.Record(ctx, took, r.with[0]...)
	return got, err
}
