package promretry_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// docs/metrics.md has a row for each metric, with its labels, and an explanation of each
// label.
func TestThePageNamesAllMetricsAndLabels(t *testing.T) {
	page := read(t, "../../docs/metrics.md")
	rows := regexp.MustCompile("(?m)^\\| `(retrygen_\\w+)` \\| \\w+ \\| [\\w ]+ \\| ([^|]*)\\|").FindAllStringSubmatch(page, -1)
	quoted := regexp.MustCompile("`(\\w+)`")
	got := make(map[string][]string)
	for _, row := range rows {
		var labels []string
		for _, m := range quoted.FindAllStringSubmatch(row[2], -1) {
			labels = append(labels, m[1])
		}
		got[row[1]] = labels
	}
	known := described(t)
	require.Len(t, got, len(known))
	_, explained, found := strings.Cut(page, "\n## Labels\n")
	require.True(t, found)
	for name, labels := range known {
		common := []string{"method", "instance_name"}
		if slices.Contains(labels, "name") {
			common = []string{"name", "instance_name"}
		}
		assert.Equal(t, labels, append(common, got[name]...), name)
		for _, label := range labels {
			assert.Regexp(t, "(?m)^\\| [^|]*`"+label+"`[^|]* \\|", explained)
		}
	}
}
