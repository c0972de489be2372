package single

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/migrate/fake"
)

func TestGuarded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fake.Prices{Failures: 2}
		price, err := guarded(p.Price)
		require.NoError(t, err)
		got, err := price(t.Context(), "tea")
		require.NoError(t, err)
		assert.Equal(t, 7, got)
		assert.Equal(t, []time.Duration{100 * time.Millisecond, 200 * time.Millisecond}, p.Waits())
	})
}
