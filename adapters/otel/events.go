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

// events add events to the current span. A call that succeeds at once has none. No event has
// the text of an error, which may contain secrets.
type events struct{ types *bounded.Set }

func (v *events) addTo(hooks *retry.Hooks) {
	hooks.Retry = v.retry
	hooks.HedgeStarted = v.hedgeStarted
	hooks.GiveUp = v.giveUp
}

func (v *events) retry(ctx context.Context, e retry.RetryEvent) {
	if span := trace.SpanFromContext(ctx); span.IsRecording() {
		attributes := append(subject{e.Method, e.Instance}.attributes(),
			attemptKey.Int(e.Attempt), delayKey.Float64(e.Delay.Seconds()))
		addEvent(span, retryEvent, failureOf(e.Err, e.Class, false, v.types).addTo(attributes))
	}
}

func (v *events) hedgeStarted(ctx context.Context, e retry.HedgeEvent) {
	if span := trace.SpanFromContext(ctx); span.IsRecording() {
		addEvent(span, hedgeEvent, append(subject{e.Method, e.Instance}.attributes(),
			attemptKey.Int(e.Attempt), copyKey.Int(e.Copy)))
	}
}

// giveUp adds the event of a call that has failed: a rejection if it got no further attempt
// for one of the reasons that are counted as such.
func (v *events) giveUp(ctx context.Context, e retry.GiveUpEvent) {
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
	addEvent(span, name, failureOf(e.Err, e.Class, false, v.types).addTo(attributes))
}

func addEvent(span trace.Span, name string, attributes []attribute.KeyValue) {
	span.AddEvent(name, trace.WithAttributes(attributes...))
}
