// Package otelretry reports what the wrappers of retrygen do to OpenTelemetry: metrics of
// calls, attempts, breakers, budgets and limits, and traces. [Fleet] adds the metrics of a fleet.
//
// Instrument the options before you make the wrapper:
//
//	opts := &retry.Options{Name: "eu-west"}
//	if err := otelretry.Instrument(opts, otelretry.Config{Spans: true}); err != nil {
//		return err
//	}
//	client := NewResilientPaymentClient(payhttp.NewClient(url), opts)
//
// The pages docs/metrics.md and docs/tracing.md in the repository of retrygen list the
// metrics with their attributes, and show what a trace looks like.
package otelretry
