package promretry_test

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	promretry "github.com/retrygen/retrygen/adapters/prometheus"
	"github.com/retrygen/retrygen/fleet"
)

func TestFleet(t *testing.T) {
	registry := prometheus.NewRegistry()
	metrics := promretry.New(registry)
	status := fleet.Status{
		Running: true,
		Control: &fleet.ControlStatus{
			Store: fleet.EngineStatus{Reachable: true}, Revision: 7, Sections: []fleet.SectionStatus{{Author: "anna", Left: time.Minute}},
			Refused: &fleet.Refusal{Revision: 8},
		},
		Hints: &fleet.HintsStatus{Alive: 12, Dropped: 3},
	}
	metrics.Fleet(func() fleet.Status { return status })
	fleetOf := func() map[string]float64 { return gather(t, registry) }
	assert.Equal(t, map[string]float64{
		"fleet_document_revision{}":            7,
		"fleet_document_sections{}":            1,
		"fleet_document_refused{}":             1,
		"fleet_engine_reachable{engine=store}": 1,
		"fleet_engine_reachable{engine=bus}":   0,
		"fleet_processes_alive{}":              12,
		"fleet_messages_dropped_total{}":       3,
	}, fleetOf())
	problems, err := testutil.GatherAndLint(registry)
	require.NoError(t, err)
	assert.Empty(t, problems)

	status.Hints, status.Running = nil, false
	assert.NotContains(t, fleetOf(), "fleet_processes_alive{}", "there is no bus")
	assert.Zero(t, fleetOf()["fleet_engine_reachable{engine=store}"], "Run is not under way")
	assert.Panics(t, func() { metrics.Fleet(func() fleet.Status { return status }) })
	promretry.New(nil).Fleet(nil)
}
