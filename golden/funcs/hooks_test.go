package funcs

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	retry "github.com/retrygen/retrygen/runtime"
)

type inCall struct{}

// A told notes what hooks hear of calls. Its CallStart marks the context.
type told struct {
	starts    int
	calls     []retry.CallEvent
	fallbacks []retry.FallbackEvent
}

func (n *told) options(t *testing.T) *retry.Options {
	return &retry.Options{Name: "eu", Hooks: retry.Hooks{
		CallStart: func(ctx context.Context, _ retry.CallStartEvent) context.Context {
			n.starts++
			return context.WithValue(ctx, inCall{}, true)
		},
		CallDone: func(ctx context.Context, e retry.CallEvent) {
			assert.Equal(t, true, ctx.Value(inCall{}), "the context of CallStart")
			n.calls = append(n.calls, e)
		},
		Fallback: func(ctx context.Context, e retry.FallbackEvent) {
			assert.Equal(t, true, ctx.Value(inCall{}))
			n.fallbacks = append(n.fallbacks, e)
		},
	}}
}

// marked is a reader whose fallback needs the mark of CallStart.
type marked struct {
	reader
	t      *testing.T
	leaves func() // what Cached does
}

func (m *marked) Cached(ctx context.Context, keys ...string) (string, error) {
	assert.Equal(m.t, true, ctx.Value(inCall{}), "the fallback runs in the context of the call")
	if m.leaves != nil {
		m.leaves()
	}
	return m.reader.Cached(ctx, keys...)
}

// A call and its fallback are one call for the hooks, from CallStart to CallDone.
func TestHooksOfAFallback(t *testing.T) {
	var n told
	client := NewResilientReader(&marked{t: t}, n.options(t))
	got, err := client.Get(t.Context(), "a")
	require.NoError(t, err)
	assert.Equal(t, "cached", got)
	require.Len(t, n.fallbacks, 1)
	assert.Equal(t, "Reader.Get", n.fallbacks[0].Method)
	assert.Equal(t, "eu", n.fallbacks[0].Instance)
	assert.ErrorIs(t, n.fallbacks[0].Err, errDown)
	require.Len(t, n.calls, 2, "Cached, which is a call of its own, and Get")
	assert.Equal(t, "Reader.Cached", n.calls[0].Method)
	assert.Equal(t, retry.OutcomeSuccess, n.calls[0].Outcome)
	get := n.calls[1]
	assert.Equal(t, "Reader.Get", get.Method)
	assert.Equal(t, retry.OutcomeExhausted, get.Outcome)
	assert.Equal(t, 2, get.Attempts)
	assert.True(t, get.FallbackUsed)
	assert.NoError(t, get.Err, "that of the fallback")

	assert.Same(t, errDown, client.Put(t.Context(), "value"))
	assert.Same(t, errDown, n.calls[2].Err)
	_, err = client.Get(cancelled(t), "a")
	require.ErrorIs(t, err, context.Canceled)
	assert.False(t, n.calls[3].FallbackUsed)
	assert.Equal(t, retry.OutcomeCancelled, n.calls[3].Outcome)
	assert.Len(t, n.calls, n.starts)
}

// A panic or Goexit in the fallback ends the call for the hooks, too.
func TestHooksOfAFallbackThatLeaves(t *testing.T) {
	for name, leaves := range map[string]func(){"panic": func() { panic("boom") }, "Goexit": runtime.Goexit} {
		t.Run(name, func(t *testing.T) {
			var n told
			client := NewResilientReader(&marked{t: t, leaves: leaves}, n.options(t))
			var wg sync.WaitGroup
			wg.Go(func() {
				defer func() { _ = recover() }()
				_, _ = client.Get(t.Context(), "a")
			})
			wg.Wait()
			require.Len(t, n.calls, 2)
			assert.Equal(t, "Reader.Get", n.calls[1].Method)
			assert.Equal(t, retry.OutcomePanic, n.calls[1].Outcome)
			assert.True(t, n.calls[1].FallbackUsed)
			assert.Len(t, n.calls, n.starts)
		})
	}
}

// A group that is switched off while it has a call under way still reports its end.
func TestHooksOfAGroupThatIsSwitchedOff(t *testing.T) {
	var n told
	opts := n.options(t)
	opts.Group = new(retry.Group)
	start := opts.Hooks.CallStart
	opts.Hooks.CallStart = func(ctx context.Context, e retry.CallStartEvent) context.Context {
		opts.Group.SetEnabled(false)
		return start(ctx, e)
	}
	client := NewResilientReader(&marked{t: t}, opts)
	_, err := client.Get(t.Context(), "a")
	require.Error(t, err, "there is no fallback while the group is off")
	require.Len(t, n.calls, 1)
	assert.False(t, n.calls[0].FallbackUsed)
	_, _ = client.Get(t.Context(), "a")
	assert.Equal(t, 1, n.starts)
	assert.Len(t, n.calls, 1)
}

// The hook hears of the wrapper with the methods that have a policy.
func TestWrapped(t *testing.T) {
	var made []retry.WrapperInfo
	client := NewResilientReader(new(reader), &retry.Options{Hooks: retry.Hooks{
		Wrapped: func(i retry.WrapperInfo) { made = append(made, i) },
	}})
	require.Len(t, made, 1)
	assert.Equal(t, "Reader", made[0].Name)
	assert.Equal(t, []string{"Reader.Get", "Reader.Cached", "Reader.Put", "Reader.Count"}, made[0].Methods)
	assert.Same(t, client.Group(), made[0].Group)
}
