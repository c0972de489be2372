package retrytest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	retry "github.com/retrygen/retrygen/runtime"
)

// A failing test keeps what it is told.
type failing struct{ texts []string }

func (f *failing) Helper() {}
func (f *failing) Errorf(format string, args ...any) {
	f.texts = append(f.texts, fmt.Sprintf(format, args...))
}

// A bubble finds what a call still holds, and nothing once the call has ended.
func TestBubble(t *testing.T) {
	Bubble(t, func(t *testing.T, group *retry.Group) {
		f, err := retry.NewFunc("Client.Get", "breaker failures=1 cooldown=1s; limit concurrent=3", &retry.Options{Group: group})
		require.NoError(t, err)
		require.Error(t, f.Do(t.Context(), func(context.Context) error { return errors.New("down") }))
		time.Sleep(time.Second)
		require.NoError(t, f.Do(t.Context(), func(context.Context) error {
			var test failing
			idle(&test, group)
			assert.Equal(t, []string{
				"Client.Get: the limit of Client.Get is still in use; attempts under way: 1, waiting: 0",
				"Client.Get: the breaker of Client.Get still waits for probes: 1",
			}, test.texts)
			return nil
		}))
	})
}
