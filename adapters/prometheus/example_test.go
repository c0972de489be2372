package promretry_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	promretry "github.com/retrygen/retrygen/adapters/prometheus"
	retry "github.com/retrygen/retrygen/runtime"
)

// A program makes one Metrics for its registry, and instruments the Options of each wrapper.
// A Func is instrumented like a wrapper.
func Example() {
	registry := prometheus.NewRegistry()
	metrics := promretry.New(registry)

	opts := &retry.Options{Name: "eu-west"}
	metrics.Instrument(opts)
	geocode, err := retry.NewFunc("Maps.Geocode", "simple attempts=3 delay=10ms; breaker failures=5", opts)
	if err != nil {
		panic(err)
	}

	attempts := 0
	err = geocode.Do(context.Background(), func(context.Context) error {
		if attempts++; attempts < 3 {
			return errors.New("the server is busy")
		}
		return nil
	})
	fmt.Println(attempts, "attempts, error:", err)

	families, err := registry.Gather() // promhttp.HandlerFor does that for each scrape
	if err != nil {
		panic(err)
	}
	var text strings.Builder
	for _, family := range families {
		if _, err := expfmt.MetricFamilyToText(&text, family); err != nil {
			panic(err)
		}
	}
	for line := range strings.Lines(text.String()) {
		if strings.Contains(line, "_count{") {
			fmt.Print(line)
		}
	}
	// Output:
	// 3 attempts, error: <nil>
	// retrygen_attempt_duration_seconds_count{class="",error_type="",instance_name="eu-west",method="Maps.Geocode",ruling="success"} 1
	// retrygen_attempt_duration_seconds_count{class="unclassified",error_type="*errors.errorString",instance_name="eu-west",method="Maps.Geocode",ruling="retry"} 2
	// retrygen_call_duration_seconds_count{class="",error_type="",instance_name="eu-west",method="Maps.Geocode",outcome="success"} 1
	// retrygen_call_retries_count{instance_name="eu-west",method="Maps.Geocode",outcome="success"} 1
	// retrygen_call_retry_delay_seconds_count{instance_name="eu-west",method="Maps.Geocode"} 1
}
