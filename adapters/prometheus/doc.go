// Package promretry exports what retrygen's wrappers do as metrics for Prometheus. Make one
// Metrics for each registry, and instrument the Options of each wrapper before you make it:
//
//	metrics := promretry.New(prometheus.DefaultRegisterer)
//
//	opts := &retry.Options{Name: "eu-west"}
//	metrics.Instrument(opts)
//	client := NewResilientPaymentClient(next, opts)
//
// docs/metrics.md in the repository lists the metrics with their labels and meanings. Beside
// this file are a dashboard for Grafana (dashboard.json) and alerts (alerts.yaml).
//
// A call that succeeds at once updates two histograms, without a lock or an allocation.
package promretry
