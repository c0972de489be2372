package retry_test

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

func TestForceOneKeyOfAMethod(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		m := keyed(t, "breaker failures=2", &retry.Options{Group: group})
		require.NoError(t, group.KeyBreaker("Client.Get", "a").ForceOpen())
		require.ErrorIs(t, m.For("a").Do(t.Context(), succeed), breaker.ErrOpen)
		require.NoError(t, m.For("b").Do(t.Context(), succeed))
		group.KeyBreaker("Client.Get", "a").Reset()
		require.NoError(t, m.For("a").Do(t.Context(), succeed))
		assert.Empty(t, group.Keys("Client.Get"))

		require.Error(t, m.ForNumber(7).Do(t.Context(), fail(errDown)))
		require.NoError(t, group.KeyBreaker("Client.Get", 8).ForceClose())
		keys := group.Keys("Client.Get")
		assert.ElementsMatch(t, []any{uint64(7), uint64(8)}, []any{keys[0].Key, keys[1].Key})
		for _, k := range keys {
			assert.Equal(t, group.KeyBreaker("Client.Get", k.Key).Snapshot(), k.Breaker)
		}
	})
}

// A key has the Go type that the method's parameter has.
func TestKeyOfEachType(t *testing.T) {
	type tenant string
	type shard int32
	type live bool
	type weight float32
	group := new(retry.Group)
	m := keyed(t, "breaker failures=9", &retry.Options{Group: group})
	for _, tt := range []struct {
		key  any
		call *retry.Method
	}{
		{"a", m.For("a")},
		{tenant("a"), m.For("a")},
		{7, m.ForNumber(7)},
		{shard(-7), m.ForNumber(1<<64 - 7)},
		{uint8(7), m.ForNumber(7)},
		{uintptr(7), m.ForNumber(7)},
		{live(true), m.For("true")},
		{weight(0.1), m.For("0.1")},
		{0.1, m.For("0.1")},
		{complex64(1), m.For("(1+0i)")},
		{1i, m.For("(0+1i)")},
		{nil, m.For("")},
		{[]int{1}, m.For("[1]")},
	} {
		b := group.KeyBreaker("Client.Get", tt.key)
		require.NoError(t, b.ForceOpen())
		assert.ErrorIs(t, tt.call.Do(t.Context(), succeed), breaker.ErrOpen, "%T %v", tt.key, tt.key)
		b.Reset()
		assert.NoError(t, tt.call.Do(t.Context(), succeed))
	}
}

func TestKeysOfAMethodWithoutKeys(t *testing.T) {
	m := setup{own: policy.Policy{Breaker: policy.Breaker{Failures: 1}}}.method(succeed)
	for _, method := range []string{"Client.Get", "Client.Put"} {
		assert.Nil(t, m.group.Keys(method))
		assert.Zero(t, m.group.KeyBreaker(method, "a"))
		assert.NoError(t, m.group.KeyBreaker(method, "a").ForceOpen())
	}
	assert.NoError(t, m.do(t.Context()))
}

// Methods that share a breaker share those of its keys.
func TestMethodsShareTheirKeys(t *testing.T) {
	group := new(retry.Group)
	w := retry.NewWrapper("Client", policy.Policy{Breaker: policy.Breaker{Failures: 1}}, &retry.Options{Group: group})
	spec := retry.MethodSpec{SharedBreaker: true, Keyed: true}
	_, put := w.Method("Get", spec), w.Method("Put", spec)
	require.NoError(t, group.KeyBreaker("Client.Get", "a").ForceOpen())
	assert.ErrorIs(t, put.For("a").Do(t.Context(), succeed), breaker.ErrOpen)
	require.NotNil(t, group.Snapshot().Keys)
	assert.Equal(t, 1, group.Snapshot().Keys.ForcedOpen)
}

func TestKeysAreShownOnlyWhereTheProgramSaysSo(t *testing.T) {
	for _, show := range []bool{false, true} {
		var log bytes.Buffer
		var told []string
		m := keyed(t, "breaker failures=1 cooldown=1h", &retry.Options{
			ShowKeys: show,
			Logger:   slog.New(slog.NewTextHandler(&log, nil)),
			Hooks:    retry.Hooks{BreakerChange: func(c breaker.Change) { told = append(told, c.Key) }},
		})
		require.Error(t, m.For("acme").Do(t.Context(), fail(errDown)))
		require.Error(t, m.ForNumber(4711).Do(t.Context(), fail(errDown)))
		open, _ := errors.AsType[*breaker.OpenError](m.For("acme").Do(t.Context(), succeed))
		require.NotNil(t, open)
		if show {
			assert.Equal(t, []string{"acme", "4711"}, told)
			assert.Equal(t, "acme", open.Key())
			assert.Contains(t, log.String(), "key=acme")
			assert.Contains(t, log.String(), "key=4711")
		} else {
			assert.Equal(t, []string{"", ""}, told)
			assert.NotContains(t, log.String()+open.Error(), "acme")
			assert.NotContains(t, log.String(), "key=")
		}
	}
}
