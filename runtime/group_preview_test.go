package retry_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
)

// A preview is what SetPolicy puts into force, and it changes nothing.
func TestPreviewPolicy(t *testing.T) {
	group, _ := live()
	before := group.Snapshot()
	over := patch(t, "simple attempts=2 delay=0s; timeout total=1s")
	after, err := group.PreviewPolicy("Client.Get", over)
	require.NoError(t, err)
	assert.Equal(t, before, group.Snapshot())
	require.NoError(t, group.SetPolicy("Client.Get", over))
	assert.Equal(t, []policy.Policy{group.Snapshot().Methods[0].Policy}, after)

	again, err := group.PreviewPolicy("Client", patch(t, "attempts=4"))
	require.NoError(t, err)
	assert.Equal(t, 4, again[0].Retry.Attempts)
	assert.Equal(t, time.Second, again[0].Timeout.Total, "what is in force stays")
}

func TestPreviewOfAPolicyThatSetPolicyRefuses(t *testing.T) {
	group, _ := live()
	for method, text := range map[string]string{
		"Client.Put": "",
		"Client.Get": "simple attempts=unlimited",
	} {
		_, err := group.PreviewPolicy(method, patch(t, text))
		assert.Equal(t, group.SetPolicy(method, patch(t, text)), err)
		assert.Error(t, err)
	}
}
