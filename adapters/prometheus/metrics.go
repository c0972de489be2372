package promretry

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/internal/bounded"
)

// mostErrorTypes is the most values of the label error_type, all metrics together. The
// errors of other types have the value _OTHER.
const mostErrorTypes = 100

// Buckets of the histograms. Those of times are what OpenTelemetry advises for the durations
// of HTTP requests (https://opentelemetry.io/docs/specs/semconv/http/http-metrics).
var (
	seconds = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}
	retries = []float64{1, 2, 3, 4, 5, 10}
	hedges  = []float64{1, 2, 3, 4, 5}
)

// Metrics collects the metrics of any number of wrappers. It is safe for concurrent use. It
// keeps no wrapper and no Group alive.
type Metrics struct {
	callDuration    *prometheus.HistogramVec
	callRetries     *prometheus.HistogramVec
	callHedges      *prometheus.HistogramVec
	callRetryDelay  *prometheus.HistogramVec
	attemptDuration *prometheus.HistogramVec
	rejections      *prometheus.CounterVec
	fallbacks       *prometheus.CounterVec
	transitions     *prometheus.CounterVec
	disturbances    *prometheus.CounterVec
	guards          guards

	registerer prometheus.Registerer // nil: nobody sees the metrics
	errorTypes *bounded.Set
	methods    methods
}

// New returns Metrics that are registered with reg. Nil: they are not registered, and nobody
// sees them, as with promauto.With(nil).
//
// New panics if reg has Metrics already, or another collector with a metric of the same
// name, as prometheus.MustRegister does. Share one Metrics between all wrappers whose
// metrics go to one registry.
func New(reg prometheus.Registerer) *Metrics {
	m := &Metrics{
		callDuration: histogram("call_duration_seconds", "How long calls took, with all their attempts and waits.",
			seconds, labelMethod, labelInstance, labelOutcome, labelErrorType, labelClass),
		callRetries: histogram("call_retries", "How many retries the calls that were retried made.",
			retries, labelMethod, labelInstance, labelOutcome),
		callHedges: histogram("call_hedges", "How many copies the calls that were hedged started.",
			hedges, labelMethod, labelInstance),
		callRetryDelay: histogram("call_retry_delay_seconds", "How long the calls that waited did so without an attempt under way.",
			seconds, labelMethod, labelInstance),
		attemptDuration: histogram("attempt_duration_seconds", "How long attempts took, and what became of them.",
			seconds, labelMethod, labelInstance, labelRuling, labelErrorType, labelClass),
		rejections: counter("rejections_total", "Calls that got no further attempt because it was refused.",
			labelMethod, labelInstance, labelReason),
		fallbacks: counter("fallbacks_total", "Calls whose fallback was called.",
			labelMethod, labelInstance, labelErrorType, labelClass),
		transitions: counter("breaker_transitions_total", "Changes of the state of breakers.",
			labelName, labelInstance, labelFrom, labelTo, labelSource),
		disturbances: counter("chaos_disturbances_total", "Attempts that chaos disturbed on purpose.",
			labelMethod, labelInstance, labelKind),
		registerer: reg,
		errorTypes: bounded.New(mostErrorTypes),
	}
	m.guards.found = m.breakerFound
	if reg != nil {
		reg.MustRegister((*collector)(m))
	}
	return m
}

// The names of the labels. The one for the instance is not "instance", because Prometheus
// gives each series a label of that name for the process that it scrapes.
const (
	labelMethod    = "method"
	labelInstance  = "instance_name"
	labelOutcome   = "outcome"
	labelRuling    = "ruling"
	labelErrorType = "error_type"
	labelClass     = "class"
	labelReason    = "reason"
	labelName      = "name"
	labelFrom      = "from"
	labelTo        = "to"
	labelSource    = "source"
	labelState     = "state"
	labelMode      = "mode"
	labelKind      = "kind"
	labelLayer     = "layer"
	labelEngine    = "engine"
)

const namespace = "retrygen"

func histogram(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: name, Help: help, Buckets: buckets}, labels)
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
}

// A collector is Metrics as one thing to register, so that a registry takes all or nothing.
type collector Metrics

func (c *collector) Describe(descs chan<- *prometheus.Desc) {
	for _, part := range c.parts() {
		part.Describe(descs)
	}
}

func (c *collector) Collect(metrics chan<- prometheus.Metric) {
	for _, part := range c.parts() {
		part.Collect(metrics)
	}
}

func (c *collector) parts() []prometheus.Collector {
	return []prometheus.Collector{
		&c.guards, // before transitions, to which it adds series
		c.callDuration, c.callRetries, c.callHedges, c.callRetryDelay, c.attemptDuration,
		c.rejections, c.fallbacks, c.transitions, c.disturbances,
	}
}

// breakerFound makes the series of the changes that a breaker usually goes through, so that
// they begin at zero. Prometheus cannot see the first increase of a series that begins at one.
func (m *Metrics) breakerFound(name, instance string) {
	for _, change := range [][2]breaker.State{
		{breaker.Closed, breaker.Open}, {breaker.Open, breaker.HalfOpen}, {breaker.HalfOpen, breaker.Closed}, {breaker.HalfOpen, breaker.Open},
	} {
		m.transition(name, instance, change[0], change[1], sourceOwn)
	}
}
