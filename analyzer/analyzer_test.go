package analyzer_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/retrygen/retrygen/analyzer"
)

// The packages below testdata/src have what is found and near misses. What stands in for the
// libraries there has the names that the module libraries checks against the real ones.

func TestPerRequest(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), analyzer.PerRequest, "perrequest")
}

func TestLostContext(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, analysistest.TestData(), analyzer.LostContext, "lostcontext")
}

func TestHandRetry(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), analyzer.HandRetry, "handretry")
}

func TestDoubleRetry(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), analyzer.DoubleRetry, "doubleretry")
}

func TestAnalyzersAreValid(t *testing.T) {
	require.NoError(t, analysis.Validate(analyzer.All()))
	for _, a := range analyzer.All() {
		assert.Contains(t, a.URL, "analyzer.md#"+a.Name)
	}
}
