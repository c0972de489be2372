// Guide is the program of docs/guides.md about metrics with Prometheus.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	promretry "github.com/retrygen/retrygen/adapters/prometheus"
	retry "github.com/retrygen/retrygen/runtime"
)

func main() {
	metrics := promretry.New(prometheus.DefaultRegisterer)
	opts := &retry.Options{}
	metrics.Instrument(opts)
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
	scrape()
}

// scrape prints some lines of what Prometheus gets.
func scrape() {
	page := httptest.NewRecorder()
	promhttp.Handler().ServeHTTP(page, httptest.NewRequest("GET", "/metrics", nil))
	for lines := bufio.NewScanner(page.Body); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "retrygen_call_retries_sum") || strings.HasPrefix(line, "retrygen_budget_tokens") {
			fmt.Println(line)
		}
	}
}
