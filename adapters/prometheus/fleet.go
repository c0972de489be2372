package promretry

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/retrygen/retrygen/fleet"
)

// Metrics of a fleet.
var (
	fleetRevision  = gauge("fleet_document_revision", "The revision of the document that is in force; 0 for none.")
	fleetSections  = gauge("fleet_document_sections", "How many sections of the document are in force.")
	fleetRefused   = gauge("fleet_document_refused", "1 if this process does not take the last document.")
	fleetAlive     = gauge("fleet_processes_alive", "How many processes of the fleet are alive, this one included.")
	fleetReachable = gauge("fleet_engine_reachable", "1 if the engine can be reached.", labelEngine)
	fleetDropped   = prometheus.NewDesc("retrygen_fleet_messages_dropped_total", "Messages of other processes that could not be read or came too fast.", nil, nil)
)

// Fleet adds the metrics of a fleet, of which this process is a member:
//
//	metrics.Fleet(f.Status)
//
// They are read when Prometheus scrapes. Call it once; it panics if the registry of New has
// such metrics already. With a nil Registerer it does nothing.
func (m *Metrics) Fleet(status func() fleet.Status) {
	if m.registerer != nil {
		m.registerer.MustRegister(fleetCollector(status))
	}
}

// A fleetCollector reads the status of a fleet.
type fleetCollector func() fleet.Status

// Describe implements prometheus.Collector.
func (fleetCollector) Describe(descs chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{fleetRevision, fleetSections, fleetRefused, fleetAlive, fleetReachable, fleetDropped} {
		descs <- desc
	}
}

// Collect implements prometheus.Collector. What a process without a store or without a bus does
// not know is absent.
func (c fleetCollector) Collect(metrics chan<- prometheus.Metric) {
	add := func(desc *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(desc, kind, value, labels...)
	}
	s := c()
	if d := s.Control; d != nil {
		add(fleetRevision, prometheus.GaugeValue, float64(d.Revision))
		add(fleetSections, prometheus.GaugeValue, float64(len(d.Sections)))
		add(fleetRefused, prometheus.GaugeValue, one(d.Refused != nil))
		add(fleetReachable, prometheus.GaugeValue, one(s.Running && d.Store.Reachable), fleet.EngineStore)
	}
	if h := s.Hints; h != nil {
		add(fleetAlive, prometheus.GaugeValue, float64(h.Alive))
		add(fleetDropped, prometheus.CounterValue, float64(h.Dropped))
		add(fleetReachable, prometheus.GaugeValue, one(s.Running && h.Bus.Reachable), fleet.EngineBus)
	}
}
