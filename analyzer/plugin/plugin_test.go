package plugin

import (
	"testing"

	"github.com/golangci/plugin-module-register/register"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/analyzer"
)

// golangci-lint finds the linter by its name, and gives it the settings of its file.
func TestRegistered(t *testing.T) {
	newPlugin, err := register.GetPlugin("retrygen")
	require.NoError(t, err)
	linter, err := newPlugin(nil)
	require.NoError(t, err)
	assert.Equal(t, register.LoadModeTypesInfo, linter.GetLoadMode())
	analyzers, err := linter.BuildAnalyzers()
	require.NoError(t, err)
	assert.Equal(t, analyzer.All(), analyzers)
}

func TestDisable(t *testing.T) {
	linter, err := New(map[string]any{"disable": []string{"handretry", "lostcontext"}})
	require.NoError(t, err)
	analyzers, err := linter.BuildAnalyzers()
	require.NoError(t, err)
	require.Len(t, analyzers, len(analyzer.All())-2)
	for _, a := range analyzers {
		assert.NotContains(t, []string{"handretry", "lostcontext"}, a.Name)
	}
}

func TestWrongSettings(t *testing.T) {
	_, err := New(map[string]any{"disable": []string{"handretri"}})
	assert.EqualError(t, err, "retrygen: disable: unknown analyzer \"handretri\"\n\thint: the analyzers are perrequest, lostcontext, handretry, doubleretry")
	_, err = New(map[string]any{"enable": []string{"handretry"}})
	assert.ErrorContains(t, err, `unknown field "enable"`)
}
