package otelretry

import (
	"context"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/retrygen/retrygen/internal/bounded"
	retry "github.com/retrygen/retrygen/runtime"
)

// attemptSuffix is what the name of an attempt's span has after the name of the method.
const attemptSuffix = " attempt"

// spans give each call and each attempt a span. The context of a Done hook is the one that its
// Start has returned, so the current span is the one to end.
type spans struct {
	tracer trace.Tracer
	types  *bounded.Set
	starts cache[subject, *starts]
}

func newSpans(provider trace.TracerProvider, types *bounded.Set) *spans {
	return &spans{tracer: provider.Tracer(scope), types: types}
}

// addTo adds the hooks to those that record. It does not use retry.JoinHooks, whose contexts
// cost allocations, and which only hooks with different Starts need.
func (s *spans) addTo(hooks *retry.Hooks) {
	hooks.CallStart = s.callStart
	hooks.AttemptStart = s.attemptStart
	hooks.CallDone = before(hooks.CallDone, s.callDone)
	hooks.AttemptDone = before(hooks.AttemptDone, s.attemptDone)
}

// before returns a func that calls first and then end, even if first panics. First may be
// nil.
func before[E any](first, end func(context.Context, E)) func(context.Context, E) {
	if first == nil {
		return end
	}
	return func(ctx context.Context, e E) {
		defer end(ctx, e)
		first(ctx, e)
	}
}

// starts are what the spans of a method start with.
type starts struct {
	attempt string
	options []trace.SpanStartOption
}

func newStarts(s subject) *starts {
	return &starts{
		attempt: s.method + attemptSuffix,
		options: []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindInternal), trace.WithAttributes(s.attributes()...)},
	}
}

func (s *spans) callStart(ctx context.Context, e retry.CallStartEvent) context.Context {
	ctx, _ = s.tracer.Start(ctx, e.Method, s.starts.get(subject{e.Method, e.Instance}, newStarts).options...)
	return ctx
}

func (s *spans) attemptStart(ctx context.Context, e retry.AttemptStartEvent) context.Context {
	start := s.starts.get(subject{e.Method, e.Instance}, newStarts)
	ctx, span := s.tracer.Start(ctx, start.attempt, start.options...)
	if span.IsRecording() {
		span.SetAttributes(attemptKey.Int(e.Attempt))
		if e.Copy > 0 {
			span.SetAttributes(copyKey.Int(e.Copy))
		}
	}
	return ctx
}

func (s *spans) callDone(ctx context.Context, e retry.CallEvent) {
	span := trace.SpanFromContext(ctx)
	if span.IsRecording() {
		span.SetAttributes(outcomeKey.String(string(e.Outcome)), attemptsKey.Int(e.Attempts))
		if e.Copies > 0 {
			span.SetAttributes(copiesKey.Int(e.Copies))
		}
		if e.FallbackUsed {
			span.SetAttributes(fallbackKey.Bool(true))
		}
		fail(span, failureOf(e.Err, e.Class, e.Outcome == retry.OutcomePanic, s.types))
	}
	span.End()
}

// attemptDone ends the span of an attempt. One that has lost has not failed: its error comes
// from the call, which has cancelled it.
func (s *spans) attemptDone(ctx context.Context, e retry.AttemptEvent) {
	span := trace.SpanFromContext(ctx)
	if span.IsRecording() {
		span.SetAttributes(rulingKey.String(string(e.Ruling)))
		if e.Ruling != retry.RulingLost {
			fail(span, failureOf(e.Err, e.Class, e.Ruling == retry.RulingPanic, s.types))
		}
	}
	span.End()
}

// fail marks the span of what has failed, as OpenTelemetry's conventions for errors say. It
// gives no description, because the text of an error may contain secrets.
func fail(span trace.Span, f failure) {
	if f.failed() {
		span.SetAttributes(f.addTo(nil)...)
		span.SetStatus(codes.Error, "")
	}
}
