package promretry_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/adapters/prometheus/internal/shop"
)

// patience is how long Prometheus may take, on a machine that does other things as well.
const patience = time.Minute

// A real Prometheus scrapes a program that calls a real server, and its answers to queries
// are what that server has counted.
func TestPrometheusReturnsWhatTheServerSaw(t *testing.T) {
	prom := startPrometheus(t)
	r := newHTTPRig(t)
	prom.scrape(t, r.registry)
	began := time.Now()
	exercise(t, r)
	took := time.Since(began).Seconds()

	server := r.server
	hangsUp := func() bool { return server.Answered("/price", 0) == 1 }
	require.Eventually(t, hangsUp, patience, time.Millisecond, "the server hears that the hedge has won")
	fails := server.Answered("/pay", 503)
	require.Equal(t, 8, fails)
	for _, tt := range []struct {
		query string
		want  int
	}{
		{`sum(retrygen_attempt_duration_seconds_count{method="Client.Pay"})`, server.Requests("/pay")},
		{`sum(retrygen_attempt_duration_seconds_count{method="Client.Pay", error_type="503", class="transient"})`, fails},
		{`sum(retrygen_attempt_duration_seconds_count{method="Client.Pay", ruling="success"})`, server.Answered("/pay", 200)},
		{`sum(retrygen_attempt_duration_seconds_count{method="Client.Price"})`, 2},
		{`sum(retrygen_attempt_duration_seconds_count{method="Client.Price", ruling="lost"})`, server.Answered("/price", 0)},
		{`sum(retrygen_attempt_duration_seconds_count{method="Client.Offers"})`, server.Requests("/offers")},
		{`sum(retrygen_attempt_duration_seconds_count{method="Client.Stock"})`, server.Requests("/stock")},
		{`sum(retrygen_attempt_duration_seconds_count{method="Client.Print"})`, server.Requests("/print")},
		{`sum(retrygen_attempt_duration_seconds_count)`, server.Requests("/pay") + server.Requests("/offers") + server.Requests("/stock") + server.Requests("/print") + 2},
		{`sum(retrygen_call_duration_seconds_count{method="Client.Pay"})`, 11},
		{`sum(retrygen_call_duration_seconds_count{method="Client.Pay", outcome="success"})`, server.Answered("/pay", 200)},
		{`sum(retrygen_call_duration_seconds_count{method="Client.Pay", outcome="exhausted"})`, 2},
		{`retrygen_call_duration_seconds_count{method="Client.Pay", outcome="open"}`, 1},
		{`sum(retrygen_call_retries_sum{method="Client.Pay"})`, 6},
		{`retrygen_call_retry_delay_seconds_count{method="Client.Pay"}`, 3},
		{`sum(retrygen_call_hedges_sum)`, 1},
		{`sum(retrygen_fallbacks_total{error_type="503"})`, 1},
		{`retrygen_rejections_total{method="Client.Pay", reason="breaker_open"}`, 1},
		{`sum by (job) (retrygen_rejections_total{reason="limit"})`, 1},
		{`retrygen_breaker_transitions_total{name="Client", from="closed", to="open"}`, 1},
		{`retrygen_breaker_transitions_total{name="Client", from="half-open", to="closed"}`, 1},
		{`retrygen_breaker_state{job="shop", name="Client", instance_name="eu", state="closed"}`, 1},
		{`sum(retrygen_breaker_state{name="Client"})`, 1},
		{`retrygen_breaker_keys{name="Client.Stock", state="open"}`, 1},
		{`retrygen_limit_capacity{name="Client.Print"}`, 1},
	} {
		prom.returns(t, tt.query, float64(tt.want))
	}
	assert.EventuallyWithT(t, func(c *assert.CollectT) {
		waits := prom.query(c, `retrygen_call_retry_delay_seconds_sum{method="Client.Pay"}`)
		if assert.Len(c, waits, 1) {
			assert.GreaterOrEqual(c, waits[0], 3*0.06, "three calls waited 20 and 40 ms")
			assert.Less(c, waits[0], took)
		}
	}, patience, 50*time.Millisecond)
}

// Every panel of the dashboard shows something of such a program.
func TestEveryPanelHasData(t *testing.T) {
	prom := startPrometheus(t)
	r := newHTTPRig(t)
	prom.scrape(t, r.registry)
	exercise(t, r)
	// The delays have no series before the first one, and a rate needs two scrapes that differ.
	prom.returns(t, `retrygen_call_retry_delay_seconds_count{method="Client.Pay"}`, 3)
	r.server.Plan("/pay", shop.Answer{Status: http.StatusServiceUnavailable})
	_, err := r.client.Pay(t.Context(), "retried")
	require.NoError(t, err)
	for _, p := range readDashboard(t).Panels {
		for _, target := range p.Targets {
			assert.EventuallyWithT(t, func(c *assert.CollectT) {
				got := prom.query(c, substituted(target.Expr))
				assert.True(c, slices.ContainsFunc(got, func(v float64) bool { return v == v }), "%v", got)
			}, patience, 100*time.Millisecond, "%s: %s", p.Title, target.Expr)
		}
	}
}

// A prometheusServer is a running prometheus.
type prometheusServer struct {
	url, folder string
}

// startPrometheus starts a server on a free port, and stops it when the test ends. If
// Prometheus is not installed, it skips the test, or fails it with
// ADAPTERS_REQUIRE=prometheus.
func startPrometheus(t *testing.T) *prometheusServer {
	t.Helper()
	path := installed(t, "prometheus")
	rules, err := filepath.Abs("alerts.yaml")
	require.NoError(t, err)
	p := &prometheusServer{folder: t.TempDir()}
	config := filepath.Join(p.folder, "prometheus.yaml")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, `
global: {scrape_interval: 250ms, scrape_timeout: 250ms, evaluation_interval: 250ms}
rule_files: [%q]
scrape_configs:
  - job_name: shop
    file_sd_configs: [{files: [%q], refresh_interval: 100ms}]
`, rules, filepath.Join(p.folder, "targets.json")), 0o600))

	for range 3 { // another process may take the port before the server does
		if p.start(t, path, config) {
			return p
		}
	}
	require.Fail(t, "prometheus does not start")
	return nil
}

// start starts the server and reports whether it has become ready.
func (p *prometheusServer) start(t *testing.T, path, config string) bool {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	p.url = "http://" + address

	var log bytes.Buffer
	server := exec.Command(path, "--config.file", config, "--web.listen-address", address,
		"--storage.tsdb.path", filepath.Join(p.folder, "data"), "--log.level", "warn")
	server.Stdout, server.Stderr = &log, &log
	require.NoError(t, server.Start())
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = server.Wait() // the error only tells which signal ended it
	}()
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGTERM) // fails if the server has ended
		<-over
		if t.Failed() {
			t.Logf("prometheus:\n%s", &log)
		}
	})
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		select {
		case <-over:
			return false
		case <-time.After(50 * time.Millisecond):
		}
		if p.ready() {
			return true
		}
	}
	return false
}

func (p *prometheusServer) ready() bool {
	resp, err := http.Get(p.url + "/-/ready")
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// installed returns the path of a program of the package prometheus.
func installed(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil && os.Getenv("ADAPTERS_REQUIRE") != "prometheus" {
		t.Skipf("%v; ADAPTERS_REQUIRE=prometheus makes this a failure", err)
	}
	require.NoError(t, err)
	return path
}

// scrape serves a registry, and has the server scrape it.
func (p *prometheusServer) scrape(t *testing.T, registry *prometheus.Registry) {
	t.Helper()
	program := httptest.NewServer(promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	t.Cleanup(program.Close)
	targets, err := json.Marshal([]map[string][]string{{"targets": {strings.TrimPrefix(program.URL, "http://")}}})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(p.folder, "targets.json"), targets, 0o600))
	p.returns(t, `up{job="shop"}`, 1)
}

// returns waits until a query returns one value, and which.
func (p *prometheusServer) returns(t *testing.T, expr string, want float64) {
	t.Helper()
	assert.EventuallyWithT(t, func(c *assert.CollectT) {
		assert.Equal(c, []float64{want}, p.query(c, expr))
	}, patience, 50*time.Millisecond, expr)
}

// query returns the values of an instant query.
func (p *prometheusServer) query(t require.TestingT, expr string) (values []float64) {
	resp, err := http.Get(p.url + "/api/v1/query?query=" + url.QueryEscape(expr))
	require.NoError(t, err)
	defer resp.Body.Close()
	var answer struct {
		Error string
		Data  struct {
			Result []struct{ Value [2]any }
		}
	}
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&answer))
	require.Empty(t, answer.Error, expr)
	for _, r := range answer.Data.Result {
		text, _ := r.Value[1].(string)
		value, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err)
		values = append(values, value)
	}
	return values
}
