package retrytest_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
	"github.com/retrygen/retrygen/retrytest"
	retry "github.com/retrygen/retrygen/runtime"
)

func fails(context.Context) error    { return errBusy }
func succeeds(context.Context) error { return nil }

// left returns what Idle says about a group.
func left(group *retry.Group) string {
	var f failing
	retrytest.Idle(&f, group)
	return f.text
}

// A bubble finds what a call still holds, and nothing once the call has ended.
func TestIdleSeesPlacesAndProbes(t *testing.T) {
	retrytest.Bubble(t, func(t *testing.T, group *retry.Group) {
		f, err := retry.NewFunc("Client.Get", "breaker failures=1 cooldown=1s; limit concurrent=3", &retry.Options{Group: group})
		require.NoError(t, err)
		require.Error(t, f.Do(t.Context(), fails))
		assert.Empty(t, left(group), "an open breaker holds nothing")
		time.Sleep(time.Second)
		require.NoError(t, f.Do(t.Context(), func(context.Context) error {
			assert.Equal(t, `the calls have left something behind:
  the limit of Client.Get is in use; attempts under way: 1, waiting: 0
  the breaker of Client.Get waits for probes: 1`, left(group))
			return nil
		}))
	})
}

// Guards that methods share are named once.
func TestIdleSeesForcedBreakers(t *testing.T) {
	retrytest.Bubble(t, func(t *testing.T, group *retry.Group) {
		p, err := policy.Parse("breaker failures=1")
		require.NoError(t, err)
		w := retry.NewWrapper("Client", p, &retry.Options{Group: group, Name: "eu"})
		for _, name := range []string{"Get", "Put"} {
			w.Method(name, retry.MethodSpec{SharedBreaker: true})
		}
		group.Breaker().ForceOpen()
		assert.Equal(t, `the calls have left something behind:
  the breaker of Client (eu) is still forced open`, left(group))
		group.Breaker().Reset()
	})
}

func TestIdleSeesBreakersOfKeys(t *testing.T) {
	retrytest.Bubble(t, func(t *testing.T, group *retry.Group) {
		p, err := policy.Parse("breaker failures=1 cooldown=1s")
		require.NoError(t, err)
		m := retry.NewWrapper("Client", policy.Policy{}, &retry.Options{Group: group}).
			Method("Get", retry.MethodSpec{Policy: p, Keyed: true})
		require.Error(t, m.For("eu").Do(t.Context(), fails))
		assert.Empty(t, left(group))
		group.KeyBreaker("Client.Get", "us").ForceOpen()
		time.Sleep(time.Second)
		require.NoError(t, m.For("eu").Do(t.Context(), func(context.Context) error {
			assert.ElementsMatch(t, []string{
				"the calls have left something behind:",
				"  the breaker of Client.Get for the key eu waits for probes: 1",
				"  the breaker of Client.Get for the key us is still forced open",
			}, strings.Split(left(group), "\n"))
			return nil
		}))
		group.KeyBreaker("Client.Get", "us").Reset()
	})
}

func TestIdleSeesOpenResults(t *testing.T) {
	retrytest.Bubble(t, func(t *testing.T, group *retry.Group) {
		p, err := policy.Parse("timeout total=1s")
		require.NoError(t, err)
		m := retry.NewWrapper("Client", policy.Policy{}, &retry.Options{Group: group}).
			Method("Get", retry.MethodSpec{Policy: p, Lends: true})
		body, err := retry.Call(t.Context(), m, func(ctx context.Context) (io.ReadCloser, error) {
			return retry.KeepReadCloser(ctx, io.NopCloser(strings.NewReader("tea"))), nil
		})
		require.NoError(t, err)
		assert.Equal(t, "the calls have left something behind:\n  results of Client.Get are not closed: 1", left(group))
		require.NoError(t, body.Close())
	})
}

// Retries, hedges and calls that end during a wait leave a budget that can be explained.
func TestIdleKnowsWhereTokensAre(t *testing.T) {
	retrytest.Bubble(t, func(t *testing.T, group *retry.Group) {
		f, err := retry.NewFunc("Client.Get", "simple attempts=3 delay=1s; budget ratio=10% burst=9", &retry.Options{Group: group})
		require.NoError(t, err)
		require.ErrorIs(t, f.Do(t.Context(), fails), retry.ErrExhausted)
		ctx, cancel := context.WithTimeoutCause(t.Context(), 1500*time.Millisecond, errors.New("no time"))
		defer cancel()
		require.Error(t, f.Do(ctx, fails))
		require.NoError(t, f.Do(t.Context(), succeeds))
		require.NoError(t, group.SetPolicy("Client.Get", patch(t, "attempts=2; budget burst=5")))
		require.Error(t, f.Do(t.Context(), fails))
		require.NoError(t, group.ResetPolicy("Client.Get"))
	})
}

// Tokens that nobody counted look like lost ones.
func TestIdleSeesLostTokens(t *testing.T) {
	group := new(retry.Group)
	f, err := retry.NewFunc("Client.Get", "simple attempts=3; budget ratio=10% burst=9", &retry.Options{Group: group})
	require.NoError(t, err)
	require.Error(t, f.Do(t.Context(), fails))
	assert.Empty(t, left(group), "the group does not count")
	group.SetCounting(true)
	require.Error(t, f.Do(t.Context(), fails))
	assert.Equal(t, `the calls have left something behind:
  the budget of Client.Get has 5 tokens of 9 after 2 retries and copies; missing: 2`, left(group))
}
