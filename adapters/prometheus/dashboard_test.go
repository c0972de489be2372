package promretry_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	promretry "github.com/retrygen/retrygen/adapters/prometheus"
	"github.com/retrygen/retrygen/fleet"
)

// A dashboard is what the tests read of dashboard.json.
type dashboard struct {
	Title, UID string
	Templating struct {
		List []struct{ Name, Type, Definition string }
	}
	Panels []panel
}

type panel struct {
	ID          int
	Type, Title string
	Description string
	Datasource  struct{ UID string }
	GridPos     struct{ X, Y, W, H int }
	Targets     []struct{ Expr, LegendFormat string }
}

func readDashboard(t *testing.T) dashboard {
	t.Helper()
	content, err := os.ReadFile("dashboard.json")
	require.NoError(t, err)
	var d dashboard
	require.NoError(t, json.Unmarshal(content, &d))
	return d
}

func TestTheDashboardIsWhole(t *testing.T) {
	d := readDashboard(t)
	assert.NotEmpty(t, d.Title)
	assert.NotEmpty(t, d.UID)
	var variables []string
	for _, v := range d.Templating.List {
		variables = append(variables, v.Name)
	}
	assert.Equal(t, []string{"datasource", "job", "method", "instance_name"}, variables)

	ids := make(map[int]bool)
	taken := make(map[[2]int]string)
	var rows []string
	for _, p := range d.Panels {
		assert.False(t, ids[p.ID], "%s: the id %d is taken", p.Title, p.ID)
		ids[p.ID] = true
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				assert.Empty(t, taken[[2]int{x, y}], "%s overlaps", p.Title)
				taken[[2]int{x, y}] = p.Title
			}
		}
		assert.LessOrEqual(t, p.GridPos.X+p.GridPos.W, 24, p.Title)
		if p.Type == "row" {
			rows = append(rows, p.Title)
			continue
		}
		assert.NotEmpty(t, p.Description, p.Title)
		assert.Equal(t, "${datasource}", p.Datasource.UID, p.Title)
		assert.NotEmpty(t, p.Targets, p.Title)
	}
	assert.Equal(t, []string{"What is wrong now", "Traffic", "Latency", "Retries, waits and hedges", "Budget and limit"}, rows)
}

// The dashboard and the alerts name only metrics and labels that exist, and the dashboard
// leaves none out of those that New registers. Those of a fleet are in alerts only.
func TestWhatIsQueriedExists(t *testing.T) {
	known := described(t)
	dashboards, alerts := make(map[string]bool), make(map[string]bool)
	for _, p := range readDashboard(t).Panels {
		for _, target := range p.Targets {
			queriedExists(t, target.Expr, known, dashboards)
		}
	}
	for _, v := range readDashboard(t).Templating.List {
		queriedExists(t, v.Definition, known, dashboards)
	}
	content, err := os.ReadFile("alerts.yaml")
	require.NoError(t, err)
	queriedExists(t, string(content), describedWithFleet(t), alerts)
	for name := range known {
		assert.True(t, dashboards[name], "no panel shows %s", name)
	}
	assert.Greater(t, len(alerts), 5)
}

var (
	recorded   = regexp.MustCompile(`\bjob_method:retrygen_\w+:rate5m`) // by a rule of alerts.yaml
	metricName = regexp.MustCompile(`\bretrygen_\w+`)
	selector   = regexp.MustCompile(`\b(retrygen_\w+)\{([^}]*)\}`)
	labelName  = regexp.MustCompile(`(\w+)\s*(?:=~|!~|!=|=)`)
)

// queriedExists checks the metrics in a text and the labels of their selectors. It notes the
// metrics.
func queriedExists(t *testing.T, text string, known map[string][]string, queried map[string]bool) {
	t.Helper()
	base := func(name string) string {
		for _, suffix := range []string{"_count", "_sum", "_bucket"} {
			if cut, ok := strings.CutSuffix(name, suffix); ok && known[cut] != nil {
				return cut
			}
		}
		return name
	}
	for _, name := range metricName.FindAllString(recorded.ReplaceAllString(text, ""), -1) {
		assert.Contains(t, known, base(name))
		queried[base(name)] = true
	}
	for _, m := range selector.FindAllStringSubmatch(text, -1) {
		for _, label := range labelName.FindAllStringSubmatch(m[2], -1) {
			if label[1] != "job" && known[base(m[1])] != nil {
				assert.Contains(t, known[base(m[1])], label[1], m[0])
			}
		}
	}
}

// described returns the names of the metrics of New with their labels, as they are registered.
func described(t *testing.T) map[string][]string {
	t.Helper()
	recorder := &descRecorder{t: t, found: make(map[string][]string)}
	promretry.New(recorder)
	require.Len(t, recorder.found, 21)
	return recorder.found
}

// describedWithFleet returns those of a fleet as well.
func describedWithFleet(t *testing.T) map[string][]string {
	t.Helper()
	recorder := &descRecorder{t: t, found: make(map[string][]string)}
	promretry.New(recorder).Fleet(func() fleet.Status { return fleet.Status{} })
	require.Len(t, recorder.found, 27)
	return recorder.found
}

// A descRecorder is a Registerer that reads descriptions.
type descRecorder struct {
	prometheus.Registerer
	t     *testing.T
	found map[string][]string
}

var descText = regexp.MustCompile(`fqName: "(\w+)".*variableLabels: \{([\w,]*)\}`)

func (r *descRecorder) MustRegister(collectors ...prometheus.Collector) {
	descs := make(chan *prometheus.Desc, 100)
	for _, c := range collectors {
		c.Describe(descs)
	}
	close(descs)
	for desc := range descs {
		m := descText.FindStringSubmatch(desc.String())
		require.NotNil(r.t, m, desc.String())
		r.found[m[1]] = strings.Split(m[2], ",")
	}
}

// promtool parses every expression.
func TestExpressionsParse(t *testing.T) {
	var rules strings.Builder
	rules.WriteString("groups:\n  - name: dashboard\n    rules:\n")
	n := 0
	for _, p := range readDashboard(t).Panels {
		for _, target := range p.Targets {
			n++
			fmt.Fprintf(&rules, "      - record: panel:%d\n        expr: %q\n", n, substituted(target.Expr))
		}
	}
	require.Greater(t, n, 15)
	file := filepath.Join(t.TempDir(), "rules.yaml")
	require.NoError(t, os.WriteFile(file, []byte(rules.String()), 0o600))
	promtool(t, "check", "rules", file)
}

// substituted returns an expression with values for Grafana's variables. The interval is
// longer than the tests take.
func substituted(expr string) string {
	return strings.NewReplacer(
		"$__rate_interval", "5m", "$job", ".*", "$method", ".*", "$instance_name", ".*",
	).Replace(expr)
}

func promtool(t *testing.T, args ...string) {
	t.Helper()
	out, err := exec.Command(installed(t, "promtool"), args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}
