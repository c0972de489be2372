package retrytest_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	"github.com/retrygen/retrygen/retrytest"
	retry "github.com/retrygen/retrygen/runtime"
)

// shop returns a group with everything that a golden file shows.
func shop(t *testing.T) *retry.Group {
	t.Helper()
	parsed := func(text string) policy.Policy {
		p, err := policy.Parse(text)
		require.NoError(t, err)
		return p
	}
	override, err := retry.ParseOverrides("Shop.Buy: attempts=2; timeout total=1s\nShop.Ping: simple attempts=2")
	require.NoError(t, err)
	group := &retry.Group{Name: "eu"}
	shared := parsed("breaker failures=5; budget")
	w := retry.NewWrapper("Shop", shared, &retry.Options{Group: group, Override: override})
	for name, spec := range map[string]retry.MethodSpec{
		"Buy":    {Policy: parsed("exponential attempts=3"), SharedBreaker: true, SharedBudget: true},
		"List":   {Policy: parsed("limit concurrent=9; hedge after=1s")},
		"Close":  {},
		"Ping":   {},
		"Visits": {Policy: parsed("breaker failures=2"), Keyed: true},
	} {
		w.Method(name, spec)
	}
	require.NoError(t, group.SetPolicy("Shop.List", patch(t, "limit concurrent=2")))
	require.NoError(t, group.SetChaos("Shop.Visits", &retry.Chaos{Acts: []retry.ChaosAct{{Kind: retry.ChaosFailure, Share: 0.1}}}))
	return group
}

func TestGolden(t *testing.T) {
	retrytest.Golden(t, shop(t), "testdata/shop.golden")
}

// A failure shows the lines that differ, below the names of their methods.
func TestGoldenFails(t *testing.T) {
	group := shop(t)
	require.NoError(t, group.SetPolicy("Shop.Buy", patch(t, "attempts=4")))
	group.SetBreakerMode(breaker.WatchOnly)
	var f failing
	retrytest.Golden(&f, group, "testdata/shop.golden")
	assert.Equal(t, `the policies in force are not those of the file:
--- testdata/shop.golden
+++ in force
  Shop.Buy
-   exponential attempts=2 base=100ms factor=2 max=10s
+   exponential attempts=4 base=100ms factor=2 max=10s
-   breaker failures=5 cooldown=30s probes=1 successes=1, shared by eu
+   breaker failures=5 cooldown=30s probes=1 successes=1, shared by eu, mode watch-only
+   local: attempts=4
+     instead of: exponential attempts=2 base=100ms factor=2 max=10s
  Shop.Visits
-   breaker failures=2 cooldown=30s probes=1 successes=1, one for each key
+   breaker failures=2 cooldown=30s probes=1 successes=1, one for each key, mode watch-only
if they are right, run
  RETRYTEST_UPDATE=1 go test -run '^TestShop$/^policies$'`, f.text)
}

func TestGoldenIsMissing(t *testing.T) {
	var f failing
	path := filepath.Join(t.TempDir(), "goldens", "shop.golden")
	retrytest.Golden(&f, shop(t), path)
	assert.Equal(t, path+` does not exist; to write it, run
  RETRYTEST_UPDATE=1 go test -run '^TestShop$/^policies$'`, f.text)

	t.Setenv("RETRYTEST_UPDATE", "1")
	retrytest.Golden(t, shop(t), path)
	t.Setenv("RETRYTEST_UPDATE", "")
	retrytest.Golden(t, shop(t), path)

	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, []byte("\r\n"+string(content)), 0o600))
	f = failing{}
	retrytest.Golden(&f, shop(t), path)
	assert.Contains(t, f.text, "--- "+path+"\n+++ in force\n- \nif they are right")
}

// A group that is switched off says so first. Without wrappers there is nothing in the file.
func TestGoldenOfOtherGroups(t *testing.T) {
	t.Setenv("RETRYTEST_UPDATE", "1")
	path := filepath.Join(t.TempDir(), "group.golden")
	golden := func(group *retry.Group) string {
		retrytest.Golden(t, group, path)
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		return string(content)
	}
	group := new(retry.Group)
	assert.Empty(t, golden(group))
	f, err := retry.NewFunc("Get", "simple attempts=2", &retry.Options{Group: group})
	require.NoError(t, err)
	group.SetEnabled(false)
	require.NoError(t, f.Do(context.Background(), succeeds))
	assert.Equal(t, "switched off: calls go straight to the wrapped methods\n\nGet\n  simple attempts=2 delay=1s max=10s\n  budget ratio=10% burst=10\n", golden(group))
}
