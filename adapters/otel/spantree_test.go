package otelretry_test

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/retrygen/retrygen/adapters/otel"
	retry "github.com/retrygen/retrygen/runtime"
)

// A recorder keeps the spans of its provider.
type recorder struct {
	*sdktrace.TracerProvider
	spans *tracetest.SpanRecorder
}

func newRecorder() *recorder {
	spans := tracetest.NewSpanRecorder()
	return &recorder{sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)), spans}
}

// options returns options that report traces only.
func (r *recorder) options(t *testing.T, spans bool) *retry.Options {
	t.Helper()
	opts := &retry.Options{}
	require.NoError(t, otelretry.Instrument(opts, otelretry.Config{
		MeterProvider: noop.NewMeterProvider(), TracerProvider: r, Spans: spans,
	}))
	return opts
}

// span returns the only span of that name, and fails unless there is one that has ended.
func (r *recorder) span(t *testing.T, name string) sdktrace.ReadOnlySpan {
	t.Helper()
	var found []sdktrace.ReadOnlySpan
	for _, span := range r.spans.Ended() {
		if span.Name() == name {
			found = append(found, span)
		}
	}
	require.Len(t, found, 1, name)
	return found[0]
}

// tree draws the spans that have ended as they lie in each other, with their events.
func (r *recorder) tree() string {
	children := make(map[trace.SpanID][]sdktrace.ReadOnlySpan)
	for _, span := range r.spans.Ended() {
		children[span.Parent().SpanID()] = append(children[span.Parent().SpanID()], span)
	}
	for _, spans := range children {
		slices.SortStableFunc(spans, func(a, b sdktrace.ReadOnlySpan) int {
			return cmp.Or(a.StartTime().Compare(b.StartTime()), strings.Compare(words(a.Attributes()), words(b.Attributes())))
		})
	}
	var text strings.Builder
	var draw func(parent trace.SpanID, indent string)
	draw = func(parent trace.SpanID, indent string) {
		for i, span := range children[parent] {
			branch, below := "├─ ", "│  "
			if i == len(children[parent])-1 {
				branch, below = "└─ ", "   "
			}
			if !parent.IsValid() {
				branch, below = "", ""
			}
			fmt.Fprintf(&text, "%s%s%s\n", indent, branch, line(span))
			for _, event := range span.Events() {
				mark := "   "
				if len(children[span.SpanContext().SpanID()]) > 0 {
					mark = "│  "
				}
				fmt.Fprintf(&text, "%s%s%s* %s %s\n", indent, below, mark, event.Name, words(event.Attributes))
			}
			draw(span.SpanContext().SpanID(), indent+below)
		}
	}
	draw(trace.SpanID{}, "")
	return text.String()
}

// line describes a span. It leaves out what every span of a method has.
func line(span sdktrace.ReadOnlySpan) string {
	text := span.Name()
	if w := words(span.Attributes()); w != "" {
		text += "  " + w
	}
	if span.Status().Code == codes.Error {
		text += "  ERROR"
	}
	return text
}

// words joins attributes. It leaves out the method, which is in the name, and what differs
// from run to run.
func words(attributes []attribute.KeyValue) string {
	var list []string
	for _, kv := range attributes {
		key := strings.TrimPrefix(string(kv.Key), "retrygen.")
		if key == "method" || slices.Contains([]string{"server.address", "server.port", "url.full", "network.protocol.version", "http.request.method"}, key) {
			continue
		}
		list = append(list, key+"="+kv.Value.String())
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

// assertDocumented checks that docs/tracing.md shows a tree of spans.
func assertDocumented(t *testing.T, tree string) {
	t.Helper()
	page, err := os.ReadFile("../../docs/tracing.md")
	require.NoError(t, err)
	assert.Contains(t, string(page), "```text\n"+tree+"```\n", "docs/tracing.md shows what a test has seen")
}
