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

// spanHooks returns hooks that give each call and each attempt a span. The context of a Done
// hook is the one that its Start has returned, so the current span is the one to end.
func spanHooks(provider trace.TracerProvider, types *bounded.Set) retry.Hooks {
	s := &spans{tracer: provider.Tracer(scope), types: types}
	return retry.Hooks{CallStart: s.callStart, CallDone: s.callDone, AttemptStart: s.attemptStart, AttemptDone: s.attemptDone}
}

type spans struct {
	tracer trace.Tracer
	types  *bounded.Set
	starts cache[subject, *starts]
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
