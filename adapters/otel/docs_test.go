package otelretry_test

import (
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"github.com/retrygen/retrygen/adapters/otel"
	"github.com/retrygen/retrygen/golden/payment"
	"github.com/retrygen/retrygen/golden/request"
	retry "github.com/retrygen/retrygen/runtime"
)

var (
	NewResilientPaymentClient = payment.NewResilientPaymentClient
	NewResilientTransport     = request.NewResilientTransport
)

// inMetricsPage has the code of docs/metrics.md. It is compiled and not called, because it
// uses the global providers.
func inMetricsPage(next payment.PaymentClient, use func(payment.PaymentClient)) error {
	opts := &retry.Options{Name: "eu-west"}
	if err := otelretry.Instrument(opts, otelretry.Config{}); err != nil { // the global MeterProvider, or that of the Config
		return err
	}
	client := NewResilientPaymentClient(next, opts)
	use(client)
	return nil
}

// inTracingPage has the code of docs/tracing.md.
func inTracingPage(use func(*http.Client)) error {
	opts := &retry.Options{Name: "eu-west"} // the name is needed only where there are several instances
	if err := otelretry.Instrument(opts, otelretry.Config{Spans: true}); err != nil {
		return err
	}
	traced := otelhttp.NewTransport(otelretry.Transport(http.DefaultTransport))
	client := &http.Client{Transport: NewResilientTransport(traced, opts)}
	use(client)
	return nil
}

var _, _ = inMetricsPage, inTracingPage
