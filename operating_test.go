package retrygen_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	alertName  = regexp.MustCompile(`(?m)^ +- alert: (\w+)$`)
	alertTitle = regexp.MustCompile(`(?m)^### (Retrygen\w+)$`)
	runbook    = regexp.MustCompile(`docs/operating\.md#(\w+)`)
)

// docs/operating.md has a section for each alert, in the order of the rules, and each alert
// refers to its own.
func TestOperatingHasEveryAlert(t *testing.T) {
	doc, err := os.ReadFile("docs/operating.md")
	require.NoError(t, err)
	rules, err := os.ReadFile("adapters/prometheus/alerts.yaml")
	require.NoError(t, err)
	names := matches(alertName, rules)
	require.NotEmpty(t, names)
	assert.Equal(t, names, matches(alertTitle, doc))
	var anchors []string
	for _, name := range names {
		anchors = append(anchors, strings.ToLower(name))
	}
	assert.Equal(t, anchors, matches(runbook, rules))
}

func matches(r *regexp.Regexp, text []byte) (found []string) {
	for _, m := range r.FindAllSubmatch(text, -1) {
		found = append(found, string(m[1]))
	}
	return found
}
