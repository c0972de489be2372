package otelretry_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/embedded"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/retrygen/retrygen/adapters/otel"
	"github.com/retrygen/retrygen/fleet"
)

func TestFleet(t *testing.T) {
	m := newMeter()
	status := fleet.Status{
		Running: true,
		Control: &fleet.ControlStatus{
			Store: fleet.EngineStatus{Reachable: true}, Revision: 7, Sections: []fleet.SectionStatus{{Author: "anna", Left: time.Minute}},
			Refused: &fleet.Refusal{Revision: 8},
		},
		Hints: &fleet.HintsStatus{Alive: 12, Dropped: 3},
	}
	require.NoError(t, otelretry.Fleet(func() fleet.Status { return status }, m))
	for name, want := range map[string]map[string]string{
		"retrygen.fleet.document.revision": {"": "7"},
		"retrygen.fleet.document.sections": {"": "1"},
		"retrygen.fleet.document.refused":  {"": "1"},
		"retrygen.fleet.engine.reachable":  {"engine=store": "1", "engine=bus": "0"},
		"retrygen.fleet.processes.alive":   {"": "12"},
		"retrygen.fleet.messages.dropped":  {"": "3"},
	} {
		assert.Equal(t, want, m.series(t, name), name)
	}

	page, err := os.ReadFile("../../docs/metrics.md")
	require.NoError(t, err)
	shapes := make(map[string]string)
	for name, metric := range m.metrics(t) {
		shapes[name] = shape(metric)
		assert.NotEmpty(t, metric.Description, name)
		assert.Contains(t, string(page), "| `"+name+"`, ")
	}
	assert.Equal(t, map[string]string{
		"retrygen.fleet.document.revision": "gauge {revision}",
		"retrygen.fleet.document.sections": "gauge {section}",
		"retrygen.fleet.document.refused":  "updowncounter {process}",
		"retrygen.fleet.engine.reachable":  "updowncounter {process}",
		"retrygen.fleet.processes.alive":   "gauge {process}",
		"retrygen.fleet.messages.dropped":  "counter {message}",
	}, shapes)

	status.Hints, status.Running = nil, false
	assert.Empty(t, m.series(t, "retrygen.fleet.processes.alive"), "there is no bus")
	assert.Equal(t, map[string]string{"engine=store": "0"}, m.series(t, "retrygen.fleet.engine.reachable"), "Run is not under way")
}

// A fleetRefuser refuses the callback, and one instrument if it is to.
type fleetRefuser struct {
	embedded.MeterProvider
	instrument bool
}

type fleetRefusing struct {
	noop.Meter
	instrument bool
}

func (r fleetRefuser) Meter(string, ...metric.MeterOption) metric.Meter {
	return fleetRefusing{instrument: r.instrument}
}

func (r fleetRefusing) Int64ObservableCounter(string, ...metric.Int64ObservableCounterOption) (metric.Int64ObservableCounter, error) {
	if r.instrument {
		return noop.Int64ObservableCounter{}, errRefused
	}
	return noop.Int64ObservableCounter{}, nil
}

func (fleetRefusing) RegisterCallback(metric.Callback, ...metric.Observable) (metric.Registration, error) {
	return nil, errRefused
}

// An error names what the provider has refused.
func TestRefusedFleet(t *testing.T) {
	status := func() fleet.Status { return fleet.Status{} }
	err := otelretry.Fleet(status, fleetRefuser{instrument: true})
	require.ErrorIs(t, err, errRefused)
	assert.EqualError(t, err, "otelretry: retrygen.fleet.messages.dropped: "+errRefused.Error())
	err = otelretry.Fleet(status, fleetRefuser{})
	require.ErrorIs(t, err, errRefused)
	assert.ErrorContains(t, err, "callback")
	require.Error(t, otelretry.Fleet(nil, nil))
	require.NoError(t, otelretry.Fleet(status, noop.NewMeterProvider()))
}

// Nil is the global provider.
func TestFleetOfTheGlobalProvider(t *testing.T) {
	m, before := newMeter(), otel.GetMeterProvider()
	otel.SetMeterProvider(m)
	defer otel.SetMeterProvider(before)
	hints := func() fleet.Status { return fleet.Status{Hints: &fleet.HintsStatus{Alive: 4}} }
	require.NoError(t, otelretry.Fleet(hints, nil))
	assert.Equal(t, map[string]string{"": "4"}, m.series(t, "retrygen.fleet.processes.alive"))
}
