package payment

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/require"
)

// metrics reads what the wrapper has exported.
type metrics struct{ *prometheus.Registry }

// sum adds up the series of a metric that have all the labels, given as name and value in
// turn: the value of a counter or a gauge, and the sum of a histogram.
func (m metrics) sum(t *testing.T, name string, labels ...string) float64 {
	t.Helper()
	total := 0.0
	for _, s := range m.series(t, name, labels...) {
		total += s.GetCounter().GetValue() + s.GetGauge().GetValue() + s.GetHistogram().GetSampleSum()
	}
	return total
}

// count adds up the measurements in the series of a histogram.
func (m metrics) count(t *testing.T, name string, labels ...string) int {
	t.Helper()
	total := 0
	for _, s := range m.series(t, name, labels...) {
		total += int(s.GetHistogram().GetSampleCount())
	}
	return total
}

func (m metrics) series(t *testing.T, name string, labels ...string) (found []*dto.Metric) {
	t.Helper()
	families, err := m.Gather()
	require.NoError(t, err)
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, s := range family.GetMetric() {
			if has(s, labels) {
				found = append(found, s)
			}
		}
	}
	return found
}

func has(s *dto.Metric, labels []string) bool {
	for i := 0; i < len(labels); i += 2 {
		matches := false
		for _, l := range s.GetLabel() {
			matches = matches || l.GetName() == labels[i] && l.GetValue() == labels[i+1]
		}
		if !matches {
			return false
		}
	}
	return true
}
