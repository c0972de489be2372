package otelretry

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"github.com/retrygen/retrygen/fleet"
)

// Fleet adds the metrics of a fleet, of which this process is a member, to a MeterProvider.
// Nil means otel.GetMeterProvider:
//
//	err := otelretry.Fleet(f.Status, nil)
//
// They are read when the provider collects. Call it once for each provider, which keeps the
// fleet until it is shut down.
//
// The error says which instruments the provider has refused. In that case there are no metrics
// of the fleet.
func Fleet(status func() fleet.Status, provider metric.MeterProvider) error {
	if status == nil {
		return errors.New("otelretry: a fleet without a status has no metrics")
	}
	if provider == nil {
		provider = otel.GetMeterProvider()
	}
	meter := provider.Meter(scope)
	all, err := newFleetInstruments(meter)
	if err != nil {
		return err
	}
	_, err = meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		all.observe(o, status())
		return nil
	}, all.revision, all.sections, all.refused, all.alive, all.reachable, all.dropped)
	if err != nil {
		return fmt.Errorf("otelretry: the callback of the fleet: %w", err)
	}
	return nil
}

// fleetInstruments read the status of a fleet. What can be added up over processes is an
// updowncounter or a counter, and the rest are gauges.
type fleetInstruments struct {
	revision  metric.Int64ObservableGauge
	sections  metric.Int64ObservableGauge
	refused   metric.Int64ObservableUpDownCounter
	alive     metric.Int64ObservableGauge
	reachable metric.Int64ObservableUpDownCounter
	dropped   metric.Int64ObservableCounter
}

func newFleetInstruments(m metric.Meter) (*fleetInstruments, error) {
	f := factory{meter: m}
	i := &fleetInstruments{
		revision:  f.count("retrygen.fleet.document.revision", "{revision}", "The revision of the document that is in force; 0 for none."),
		sections:  f.count("retrygen.fleet.document.sections", "{section}", "How many sections of the document are in force."),
		refused:   f.level("retrygen.fleet.document.refused", "{process}", "1 if this process does not take the last document, and 0 otherwise."),
		alive:     f.count("retrygen.fleet.processes.alive", "{process}", "How many processes of the fleet are alive, this one included."),
		reachable: f.level("retrygen.fleet.engine.reachable", "{process}", "1 if this process can reach the engine, and 0 otherwise."),
		dropped:   f.total("retrygen.fleet.messages.dropped", "{message}", "Messages of other processes that could not be read or came too fast."),
	}
	return i, errors.Join(f.errs...)
}

// observe reports a status. What a process without a store or without a bus does not know is
// absent.
func (i *fleetInstruments) observe(o metric.Observer, s fleet.Status) {
	engine := func(name string, reachable bool) {
		o.ObserveInt64(i.reachable, int64(one(s.Running && reachable)), metric.WithAttributes(engineKey.String(name)))
	}
	if d := s.Control; d != nil {
		o.ObserveInt64(i.revision, int64(d.Revision))
		o.ObserveInt64(i.sections, int64(len(d.Sections)))
		o.ObserveInt64(i.refused, int64(one(d.Refused != nil)))
		engine(fleet.EngineStore, d.Store.Reachable)
	}
	if h := s.Hints; h != nil {
		o.ObserveInt64(i.alive, int64(h.Alive))
		o.ObserveInt64(i.dropped, h.Dropped)
		engine(fleet.EngineBus, h.Bus.Reachable)
	}
}
