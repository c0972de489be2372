package promretry_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAlerts(t *testing.T) {
	promtool(t, "check", "rules", "--lint-fatal", "alerts.yaml")
	promtool(t, "test", "rules", "alerts_test.yaml")
}

// Each alert says what is wrong and what to do, and the tests of the rules make it fire and
// come close to firing.
func TestEachAlertIsDescribedAndTested(t *testing.T) {
	alerts, tests := read(t, "alerts.yaml"), read(t, "alerts_test.yaml")
	blocks := strings.Split(alerts, "- alert: ")[1:]
	require.Len(t, blocks, 13)
	fires := regexp.MustCompile(`(?m)alertname: (\w+)\n +exp_alerts:$`)
	silent := regexp.MustCompile(`(?m)alertname: (\w+)\n +exp_alerts: \[\]$`)
	metrics, operating := read(t, "../../docs/metrics.md"), read(t, "../../docs/operating.md")
	for _, block := range blocks {
		name, _, _ := strings.Cut(block, "\n")
		for _, key := range []string{"severity: ", "summary: ", "description: "} {
			assert.Contains(t, block, key, name)
		}
		assert.Contains(t, block, "runbook_url: https://github.com/retrygen/retrygen/blob/main/docs/operating.md#"+strings.ToLower(name)+"\n")
		assert.True(t, names(fires, tests)[name], "no test makes %s fire", name)
		assert.True(t, names(silent, tests)[name], "no test has %s silent", name)
		assert.Contains(t, metrics, "\n| `"+name+"` |")
		assert.Contains(t, operating, "\n### "+name+"\n", "the place to which runbook_url leads")
	}
}

func names(pattern *regexp.Regexp, text string) map[string]bool {
	found := make(map[string]bool)
	for _, m := range pattern.FindAllStringSubmatch(text, -1) {
		found[m[1]] = true
	}
	return found
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(content)
}
