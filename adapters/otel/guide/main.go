// Guide is the program of docs/guides.md about metrics with OpenTelemetry.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	otelretry "github.com/retrygen/retrygen/adapters/otel"
	retry "github.com/retrygen/retrygen/runtime"
)

func main() {
	reader := metric.NewManualReader() // your program has an exporter here
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(reader)))
	opts := &retry.Options{}
	if err := otelretry.Instrument(opts, otelretry.Config{}); err != nil {
		log.Fatal(err)
	}
	prices, err := retry.NewFunc("Prices.Get", "simple attempts=3 delay=1ms", opts) // or NewResilientPrices(next, opts)
	if err != nil {
		log.Fatal(err)
	}
	err = prices.Do(context.Background(), func(ctx context.Context) error {
		if retry.Attempt(ctx) < 3 {
			return errors.New("busy")
		}
		return nil
	})
	fmt.Println(err)
	show(reader)
}

// show prints a metric of what an exporter would send.
func show(reader metric.Reader) {
	var sent metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &sent); err != nil {
		log.Fatal(err)
	}
	for _, scope := range sent.ScopeMetrics {
		for _, m := range scope.Metrics {
			if retries, ok := m.Data.(metricdata.Histogram[int64]); ok && m.Name == "retrygen.call.retries" {
				fmt.Println(m.Name, retries.DataPoints[0].Sum)
			}
		}
	}
}
