package otelretry_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/retrygen/retrygen/adapters/otel"
	retry "github.com/retrygen/retrygen/runtime"
)

// A meter is a MeterProvider whose metrics a test reads.
type meter struct {
	*metric.MeterProvider
	reader *metric.ManualReader
}

func newMeter() *meter {
	reader := metric.NewManualReader()
	return &meter{metric.NewMeterProvider(metric.WithReader(reader)), reader}
}

// options returns options that report metrics only.
func (m *meter) options(t *testing.T) *retry.Options {
	t.Helper()
	opts := &retry.Options{}
	require.NoError(t, otelretry.Instrument(opts, otelretry.Config{MeterProvider: m}))
	return opts
}

// metrics collects all metrics, by name.
func (m *meter) metrics(t *testing.T) map[string]metricdata.Metrics {
	t.Helper()
	var all metricdata.ResourceMetrics
	require.NoError(t, m.reader.Collect(t.Context(), &all))
	byName := make(map[string]metricdata.Metrics)
	for _, scope := range all.ScopeMetrics {
		require.Equal(t, "github.com/retrygen/retrygen/adapters/otel", scope.Scope.Name)
		for _, one := range scope.Metrics {
			byName[one.Name] = one
		}
	}
	return byName
}

// A point is the state of a series.
type point struct {
	attributes string  // without the prefix retrygen
	times      uint64  // measurements of a histogram; 0 for other metrics
	value      float64 // of a histogram, the sum
}

// points returns the series of a metric.
func (m *meter) points(t *testing.T, name string) []point {
	t.Helper()
	var points []point
	add := func(set attribute.Set, times uint64, value float64) {
		var words []string
		for _, kv := range set.ToSlice() {
			words = append(words, strings.TrimPrefix(string(kv.Key), "retrygen.")+"="+kv.Value.String())
		}
		points = append(points, point{strings.Join(words, " "), times, value})
	}
	switch data := m.metrics(t)[name].Data.(type) {
	case metricdata.Histogram[float64]:
		for _, p := range data.DataPoints {
			add(p.Attributes, p.Count, p.Sum)
		}
	case metricdata.Histogram[int64]:
		for _, p := range data.DataPoints {
			add(p.Attributes, p.Count, float64(p.Sum))
		}
	case metricdata.Sum[int64]:
		for _, p := range data.DataPoints {
			add(p.Attributes, 0, float64(p.Value))
		}
	case metricdata.Gauge[int64]:
		for _, p := range data.DataPoints {
			add(p.Attributes, 0, float64(p.Value))
		}
	case metricdata.Gauge[float64]:
		for _, p := range data.DataPoints {
			add(p.Attributes, 0, p.Value)
		}
	}
	return points
}

// series returns the series of a metric as text. That of a histogram is "COUNT times, SUM".
func (m *meter) series(t *testing.T, name string) map[string]string {
	t.Helper()
	values := make(map[string]string)
	for _, p := range m.points(t, name) {
		require.NotContains(t, values, p.attributes)
		values[p.attributes] = fmt.Sprintf("%.4g", p.value)
		if p.times > 0 {
			values[p.attributes] = fmt.Sprintf("%d times, %.4g", p.times, p.value)
		}
	}
	return values
}

// total adds up the series of a metric whose attributes contain a text.
func (m *meter) total(t *testing.T, name, text string) (sum point) {
	t.Helper()
	for _, p := range m.points(t, name) {
		if strings.Contains(p.attributes, text) {
			sum.times += p.times
			sum.value += p.value
		}
	}
	return sum
}

// shape describes the kind, unit and boundaries of a metric.
func shape(m metricdata.Metrics) string {
	switch data := m.Data.(type) {
	case metricdata.Histogram[float64]:
		return fmt.Sprintf("histogram %s %v", m.Unit, data.DataPoints[0].Bounds)
	case metricdata.Histogram[int64]:
		return fmt.Sprintf("histogram %s %v", m.Unit, data.DataPoints[0].Bounds)
	case metricdata.Sum[int64]:
		if data.IsMonotonic {
			return "counter " + m.Unit
		}
		return "updowncounter " + m.Unit
	case metricdata.Gauge[int64], metricdata.Gauge[float64]:
		return "gauge " + m.Unit
	}
	return fmt.Sprintf("%T", m.Data)
}
