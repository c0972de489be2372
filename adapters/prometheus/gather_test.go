package promretry_test

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/require"

	promretry "github.com/retrygen/retrygen/adapters/prometheus"
	"github.com/retrygen/retrygen/adapters/prometheus/internal/shop"
	retry "github.com/retrygen/retrygen/runtime"
)

// A rig is a client of a shop whose calls are counted at both ends.
type rig struct {
	metrics  *promretry.Metrics
	server   *shop.Server
	registry *prometheus.Registry
	opts     *retry.Options
	client   *shop.ResilientClient
}

// newRig returns a rig without a network between client and server.
func newRig(t *testing.T) *rig {
	server := new(shop.Server)
	return rigOf(t, server, &shop.HTTP{URL: "http://shop", Client: &http.Client{Transport: server}})
}

// newHTTPRig returns a rig whose client calls the server over a socket.
func newHTTPRig(t *testing.T) *rig {
	server := new(shop.Server)
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	return rigOf(t, server, &shop.HTTP{URL: listening.URL, Client: listening.Client()})
}

func rigOf(t *testing.T, server *shop.Server, client shop.Client) *rig {
	r := &rig{server: server, registry: prometheus.NewRegistry(), opts: &retry.Options{Name: "eu"}}
	r.metrics = promretry.New(r.registry)
	r.metrics.Instrument(r.opts)
	r.client = shop.NewResilientClient(client, r.opts)
	t.Cleanup(func() { runtime.KeepAlive(r.client) }) // the metrics do not
	return r
}

// counted returns the values of all counters and histograms that are not zero, by the names
// that nameOf gives them.
func (r *rig) counted(t *testing.T) map[string]float64 {
	t.Helper()
	values := gather(t, r.registry)
	for name, value := range values {
		if value == 0 || isGauge(name) {
			delete(values, name)
		}
	}
	return values
}

// gauges returns the values of all gauges that are not zero.
func (r *rig) gauges(t *testing.T) map[string]float64 {
	t.Helper()
	values := gather(t, r.registry)
	for name, value := range values {
		if value == 0 || !isGauge(name) {
			delete(values, name)
		}
	}
	return values
}

func isGauge(name string) bool {
	for _, prefix := range []string{"breaker_state", "breaker_mode", "breaker_source", "breaker_pressure", "breaker_keys", "budget_", "limit_", "policy_", "chaos_active"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// gather returns the values of all series, without the buckets of histograms.
func gather(t *testing.T, from prometheus.Gatherer) map[string]float64 {
	t.Helper()
	families, err := from.Gather()
	require.NoError(t, err)
	values := make(map[string]float64)
	for _, family := range families {
		for _, m := range family.GetMetric() {
			switch family.GetType() {
			case dto.MetricType_HISTOGRAM:
				values[nameOf(family.GetName()+"_count", m)] = float64(m.GetHistogram().GetSampleCount())
				values[nameOf(family.GetName()+"_sum", m)] = m.GetHistogram().GetSampleSum()
			case dto.MetricType_COUNTER:
				values[nameOf(family.GetName(), m)] = m.GetCounter().GetValue()
			case dto.MetricType_GAUGE:
				values[nameOf(family.GetName(), m)] = m.GetGauge().GetValue()
			default:
				require.Fail(t, "a metric of an unexpected type", family.GetType())
			}
		}
	}
	return values
}

// nameOf returns a short name of a series: without the prefix retrygen_, without labels that
// are empty, and without the instance of a rig.
func nameOf(name string, m *dto.Metric) string {
	var labels []string
	for _, l := range m.GetLabel() {
		if l.GetValue() != "" && l.GetValue() != "eu" {
			labels = append(labels, l.GetName()+"="+l.GetValue())
		}
	}
	slices.Sort(labels)
	return strings.TrimPrefix(name, "retrygen_") + "{" + strings.Join(labels, " ") + "}"
}
