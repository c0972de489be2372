package otelretry

import (
	"errors"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace"

	"github.com/retrygen/retrygen/internal/bounded"
	retry "github.com/retrygen/retrygen/runtime"
)

// scope is the name of the instrumentation scope of all metrics and spans.
const scope = "github.com/retrygen/retrygen/adapters/otel"

// mostErrorTypes is how many values error.type can have. OpenTelemetry's conventions ask for
// few. A server chooses its codes, so there could be any number.
const mostErrorTypes = 100

// Config says where to report to. The zero Config uses the global providers.
type Config struct {
	// MeterProvider receives the metrics. Nil means otel.GetMeterProvider. With a
	// noop.MeterProvider there are no metrics, and they cost nothing.
	MeterProvider metric.MeterProvider

	// TracerProvider makes the spans if Spans is true. Nil means otel.GetTracerProvider.
	TracerProvider trace.TracerProvider

	// Spans says whether each call and each attempt has a span. The spans that a client
	// library starts are then children of their attempts. False: there are none.
	//
	// Retries, hedges, refusals and failures of calls are events of the current span in any
	// case: that of the call, or without Spans the caller's.
	Spans bool
}

// Instrument adds hooks to opts that report to OpenTelemetry. Those in opts.Hooks are called
// as well, inside the spans of Instrument. Call it once for opts, before you make the first
// wrapper with them.
//
// Wrappers with the same name and the same instance share their series, even if they were
// instrumented with different options: what they count is added up. Give each an
// Options.Name to tell them apart. The gauges of a wrapper disappear when it is collected.
//
// The error says which instruments the MeterProvider has refused. In that case opts do not
// change.
func Instrument(opts *retry.Options, config Config) error {
	if opts == nil {
		return errors.New("otelretry: nil options have no hooks to add to")
	}
	if config.MeterProvider == nil {
		config.MeterProvider = otel.GetMeterProvider()
	}
	if config.TracerProvider == nil {
		config.TracerProvider = otel.GetTracerProvider()
	}
	types := bounded.New(mostErrorTypes)
	var hooks retry.Hooks
	if _, off := config.MeterProvider.(noop.MeterProvider); !off {
		m, err := meterOf(config.MeterProvider)
		if err != nil {
			return err
		}
		types = m.types
		newRecorder(m).addTo(&hooks)
	}
	(&events{types}).addTo(&hooks)
	if config.Spans {
		newSpans(config.TracerProvider, types).addTo(&hooks)
	}
	opts.Hooks = retry.JoinHooks(hooks, opts.Hooks)
	return nil
}
