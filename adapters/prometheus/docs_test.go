package promretry_test

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	promretry "github.com/retrygen/retrygen/adapters/prometheus"
	"github.com/retrygen/retrygen/golden/payment"
	retry "github.com/retrygen/retrygen/runtime"
)

var NewResilientPaymentClient = payment.NewResilientPaymentClient

// inMetricsPage has the code of docs/metrics.md. It is compiled and not called, because it
// changes what the program has only once.
func inMetricsPage(next payment.PaymentClient) payment.PaymentClient {
	metrics := promretry.New(prometheus.DefaultRegisterer) // once

	opts := &retry.Options{Name: "eu-west"} // the name is needed only where there are several instances
	metrics.Instrument(opts)
	client := NewResilientPaymentClient(next, opts)

	http.Handle("/metrics", promhttp.Handler())
	return client
}

var _ = inMetricsPage
