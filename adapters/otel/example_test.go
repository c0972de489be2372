package otelretry_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/retrygen/retrygen/adapters/otel"
	"github.com/retrygen/retrygen/golden/request"
	retry "github.com/retrygen/retrygen/runtime"
)

// An HTTP client whose calls, attempts and requests have spans, and whose retries are
// counted. The program sets the global providers once.
func ExampleInstrument() {
	reader := metric.NewManualReader() // a program has an exporter here
	meters := metric.NewMeterProvider(metric.WithReader(reader))

	opts := &retry.Options{Name: "eu-west"}
	if err := otelretry.Instrument(opts, otelretry.Config{MeterProvider: meters, Spans: true}); err != nil {
		fmt.Println(err)
		return
	}
	traced := otelhttp.NewTransport(otelretry.Transport(http.DefaultTransport))
	client := &http.Client{Transport: request.NewResilientTransport(traced, opts)}

	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests++; requests < 3 {
			http.Error(w, "busy", http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	resp, err := client.Get(server.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	resp.Body.Close()

	var collected metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &collected); err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range collected.ScopeMetrics[0].Metrics {
		if m.Name == "retrygen.call.retries" {
			for _, p := range m.Data.(metricdata.Histogram[int64]).DataPoints {
				fmt.Println(p.Sum, "retries in", p.Count, "call")
				for _, kv := range p.Attributes.ToSlice() {
					fmt.Printf("  %s = %s\n", kv.Key, kv.Value.String())
				}
			}
		}
	}
	// Output:
	// 2 retries in 1 call
	//   retrygen.instance = eu-west
	//   retrygen.method = Transport.RoundTrip
	//   retrygen.outcome = success
}
