package otelretry

import (
	"errors"
	"fmt"

	"go.opentelemetry.io/otel/metric"
)

// The boundaries of the histograms. Those of durations are the ones that OpenTelemetry's
// conventions give to http.client.request.duration.
var (
	seconds = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}
	retries = []float64{1, 2, 3, 4, 5, 10}
	hedges  = []float64{1, 2, 3, 4, 5}
)

// instruments are all that this package records with.
type instruments struct {
	callDuration    metric.Float64Histogram
	callRetries     metric.Int64Histogram
	callHedges      metric.Int64Histogram
	callRetryDelay  metric.Float64Histogram
	attemptDuration metric.Float64Histogram
	rejections      metric.Int64Counter
	fallbacks       metric.Int64Counter
	transitions     metric.Int64Counter
	disturbances    metric.Int64Counter

	gauges [gauges]metric.Observable
}

// A gauge is an instrument that reads snapshots.
type gauge int

const (
	breakerState gauge = iota
	breakerMode
	breakerSource
	breakerPressure
	breakerKeys
	budgetTokens
	limitActive
	limitWaiting
	limitCapacity
	policyLayers
	policyRefused
	chaosActive
	gauges // their number
)

// isOfMethods reports whether the gauge has a series for each method. The others have one for
// each breaker, budget or limit.
func (g gauge) isOfMethods() bool { return g >= policyLayers }

func newInstruments(m metric.Meter) (*instruments, error) {
	f := factory{meter: m}
	i := &instruments{
		callDuration:    f.duration("retrygen.call.duration", "Duration of calls, with all attempts, waits and the fallback."),
		callRetries:     f.numbers("retrygen.call.retries", "{retry}", "Retries of calls that made any.", retries),
		callHedges:      f.numbers("retrygen.call.hedges", "{hedge}", "Copies of attempts that hedges started, of calls with any.", hedges),
		callRetryDelay:  f.duration("retrygen.call.retry_delay", "Time without an attempt under way, of calls that waited 1 ms or longer."),
		attemptDuration: f.duration("retrygen.attempt.duration", "Duration of attempts."),
		rejections:      f.counter("retrygen.rejections", "{rejection}", "Calls that ended because another attempt was not allowed."),
		fallbacks:       f.counter("retrygen.fallbacks", "{fallback}", "Failed calls whose fallback began."),
		transitions:     f.counter("retrygen.breaker.transitions", "{transition}", "Changes of the states of breakers."),
		disturbances:    f.counter("retrygen.chaos.disturbances", "{disturbance}", "Attempts that chaos disturbed on purpose."),
		gauges: [gauges]metric.Observable{
			breakerState:    f.level("retrygen.breaker.state", "1", "1 for the state that the breaker is in, and 0 for the others."),
			breakerMode:     f.level("retrygen.breaker.mode", "1", "1 for the mode that the breaker is in, and 0 for the others."),
			breakerSource:   f.level("retrygen.breaker.source", "1", "1 for who decided the state that the breaker is in, and 0 for the others."),
			breakerPressure: f.amount("retrygen.breaker.pressure", "1", "How near a closed breaker is to opening, from 0 to 1."),
			breakerKeys:     f.level("retrygen.breaker.keys", "{breaker}", "Keys that have a breaker of their own."),
			budgetTokens:    f.amount("retrygen.budget.tokens", "{token}", "Retries that the budget allows now."),
			limitActive:     f.level("retrygen.limit.active", "{attempt}", "Attempts that hold a place under the limit."),
			limitWaiting:    f.level("retrygen.limit.waiting", "{attempt}", "Attempts that wait for a place under the limit."),
			limitCapacity:   f.level("retrygen.limit.capacity", "{attempt}", "Attempts that the limit allows at once."),
			policyLayers:    f.level("retrygen.policy.layers", "{method}", "1 for a layer that changes the policy of the method, and 0 for the others."),
			policyRefused:   f.level("retrygen.policy.refused", "{method}", "1 while the method leaves out a layer that it cannot have, and 0 otherwise."),
			chaosActive:     f.level("retrygen.chaos.active", "{method}", "1 while chaos is on for the method, and 0 otherwise."),
		},
	}
	return i, errors.Join(f.errs...)
}

// A factory makes instruments and collects what goes wrong.
type factory struct {
	meter metric.Meter
	errs  []error
}

func (f *factory) note(name string, err error) {
	if err != nil {
		f.errs = append(f.errs, fmt.Errorf("otelretry: %s: %w", name, err))
	}
}

func (f *factory) duration(name, description string) metric.Float64Histogram {
	h, err := f.meter.Float64Histogram(name, metric.WithUnit("s"), metric.WithDescription(description),
		metric.WithExplicitBucketBoundaries(seconds...))
	f.note(name, err)
	return h
}

func (f *factory) numbers(name, unit, description string, boundaries []float64) metric.Int64Histogram {
	h, err := f.meter.Int64Histogram(name, metric.WithUnit(unit), metric.WithDescription(description),
		metric.WithExplicitBucketBoundaries(boundaries...))
	f.note(name, err)
	return h
}

func (f *factory) counter(name, unit, description string) metric.Int64Counter {
	c, err := f.meter.Int64Counter(name, metric.WithUnit(unit), metric.WithDescription(description))
	f.note(name, err)
	return c
}

func (f *factory) level(name, unit, description string) metric.Int64ObservableUpDownCounter {
	c, err := f.meter.Int64ObservableUpDownCounter(name, metric.WithUnit(unit), metric.WithDescription(description))
	f.note(name, err)
	return c
}

func (f *factory) amount(name, unit, description string) metric.Float64ObservableGauge {
	g, err := f.meter.Float64ObservableGauge(name, metric.WithUnit(unit), metric.WithDescription(description))
	f.note(name, err)
	return g
}

func (f *factory) count(name, unit, description string) metric.Int64ObservableGauge {
	g, err := f.meter.Int64ObservableGauge(name, metric.WithUnit(unit), metric.WithDescription(description))
	f.note(name, err)
	return g
}

func (f *factory) total(name, unit, description string) metric.Int64ObservableCounter {
	c, err := f.meter.Int64ObservableCounter(name, metric.WithUnit(unit), metric.WithDescription(description))
	f.note(name, err)
	return c
}
