package otelretry

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/retrygen/retrygen/internal/bounded"
	retry "github.com/retrygen/retrygen/runtime"
)

// The names of the events of a span.
const (
	retryEvent    = "retrygen.retry"
	hedgeEvent    = "retrygen.hedge"
	rejectedEvent = "retrygen.rejected"
	giveUpEvent   = "retrygen.give_up"
)

// eventHooks returns hooks that add events to the current span. A call that succeeds at once
// calls none of them. No event has the text of an error, which may contain secrets.
func eventHooks(types *bounded.Set) retry.Hooks {
	return retry.Hooks{
		Retry: func(ctx context.Context, e retry.RetryEvent) {
			if span := trace.SpanFromContext(ctx); span.IsRecording() {
				attributes := append(subject{e.Method, e.Instance}.attributes(),
					attemptKey.Int(e.Attempt), delayKey.Float64(e.Delay.Seconds()))
				addEvent(span, retryEvent, failureOf(e.Err, e.Class, false, types).addTo(attributes))
			}
		},
		HedgeStarted: func(ctx context.Context, e retry.HedgeEvent) {
			if span := trace.SpanFromContext(ctx); span.IsRecording() {
				addEvent(span, hedgeEvent, append(subject{e.Method, e.Instance}.attributes(),
					attemptKey.Int(e.Attempt), copyKey.Int(e.Copy)))
			}
		},
		GiveUp: func(ctx context.Context, e retry.GiveUpEvent) {
			span := trace.SpanFromContext(ctx)
			if !span.IsRecording() {
				return
			}
			name := giveUpEvent
			attributes := append(subject{e.Method, e.Instance}.attributes(),
				outcomeKey.String(string(e.Outcome)), attemptsKey.Int(e.Attempts))
			if reason := reasonOf(e.Outcome); reason != "" {
				name = rejectedEvent
				attributes = append(attributes, reasonKey.String(reason))
			}
			addEvent(span, name, failureOf(e.Err, e.Class, false, types).addTo(attributes))
		},
	}
}

func addEvent(span trace.Span, name string, attributes []attribute.KeyValue) {
	span.AddEvent(name, trace.WithAttributes(attributes...))
}
