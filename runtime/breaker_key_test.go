package retry_test

import (
	"context"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// keyed makes a method whose calls have a key.
func keyed(t *testing.T, text string, opts *retry.Options) *retry.Method {
	t.Helper()
	p, err := policy.Parse(text)
	require.NoError(t, err)
	return retry.NewWrapper("Client", policy.Policy{}, opts).Method("Get", retry.MethodSpec{Policy: p, Keyed: true})
}

func TestEachKeyHasItsBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := keyed(t, "simple attempts=2 delay=1s; breaker failures=2 cooldown=10s", nil)
		begin := time.Now()
		require.ErrorIs(t, m.For("a").Do(t.Context(), fail(errDown)), errDown)
		assert.Equal(t, time.Second, time.Since(begin), "the second failure opens, the first waits")
		require.ErrorIs(t, m.For("a").Do(t.Context(), succeed), breaker.ErrOpen)
		require.NoError(t, m.For("b").Do(t.Context(), succeed))
		require.ErrorIs(t, m.ForNumber(7).Do(t.Context(), fail(errDown)), errDown)
		require.ErrorIs(t, m.ForNumber(7).Do(t.Context(), succeed), breaker.ErrOpen)
		require.NoError(t, m.ForNumber(8).Do(t.Context(), succeed))
		require.NoError(t, m.For("7").Do(t.Context(), succeed))
		require.NoError(t, m.Do(t.Context(), succeed), "no key is a key of its own")
		require.ErrorIs(t, m.For("").Do(t.Context(), fail(errDown)), errDown)
		require.ErrorIs(t, m.For("").Do(t.Context(), succeed), breaker.ErrOpen)
		require.NoError(t, m.ForNumber(0).Do(t.Context(), succeed), "nor is zero an empty text")
		time.Sleep(10 * time.Second)
		require.NoError(t, m.For("a").Do(t.Context(), succeed), "the probe")
	})
}

// A failure that opens the breaker of its key ends the call at once, without a wait
// for an attempt that would be refused.
func TestKeyThatOpensIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := keyed(t, "simple attempts=3 delay=1s; breaker failures=1 cooldown=10s", nil)
		begin := time.Now()
		err := m.ForNumber(5).Do(t.Context(), fail(errDown))
		assert.ErrorIs(t, err, breaker.ErrOpen)
		assert.ErrorIs(t, err, errDown)
		assert.Zero(t, time.Since(begin))
	})
}

// The group's breaker is the switch of all keys.
func TestBreakerOfTheGroupGovernsAllKeys(t *testing.T) {
	group := new(retry.Group)
	shared := policy.Policy{Breaker: policy.Breaker{Failures: 1, Cooldown: time.Hour}}
	m := retry.NewWrapper("Client", shared, &retry.Options{Group: group}).
		Method("Get", retry.MethodSpec{Keyed: true, SharedBreaker: true})
	require.ErrorIs(t, m.For("a").Do(t.Context(), fail(errDown)), errDown)
	require.Same(t, group.Breaker(), group.MethodBreaker("Client.Get"))

	group.Breaker().SetMode(breaker.Off)
	assert.NoError(t, m.For("a").Do(t.Context(), succeed))
	group.Breaker().SetMode(breaker.On)
	assert.ErrorIs(t, m.For("a").Do(t.Context(), succeed), breaker.ErrOpen)
	group.Breaker().ForceOpen()
	assert.ErrorIs(t, m.For("b").Do(t.Context(), succeed), breaker.ErrOpen)
}

func TestBreakerKeysBoundsTheKeys(t *testing.T) {
	group := new(retry.Group)
	m := keyed(t, "breaker failures=1", &retry.Options{Group: group, BreakerKeys: 2})
	for i := range 10 {
		key := "tenant " + strconv.Itoa(i)
		_ = m.For(key).Do(t.Context(), fail(errDown))
		require.ErrorIs(t, m.For(key).Do(t.Context(), succeed), breaker.ErrOpen)
	}
	keys := group.Snapshot().Methods[0].Keys
	require.NotNil(t, keys)
	assert.Equal(t, 2, keys.Keys)
	assert.Nil(t, group.Snapshot().Methods[0].Breaker)
	assert.Nil(t, group.Breaker())
}

// The first wrapper of a group decides, for the breakers that two interfaces share and
// for those of a method.
func TestBreakerKeysOfTheFirstWrapper(t *testing.T) {
	declared := policy.Policy{Breaker: policy.Breaker{Failures: 1}}
	tests := []struct {
		name        string
		second      string // interface
		shared, own policy.Policy
	}{
		{"shared", "Other", declared, policy.Policy{}},
		{"own", "Client", policy.Policy{}, declared},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			group := new(retry.Group)
			method := func(name string, most int) *retry.Method {
				w := retry.NewWrapper(name, tt.shared, &retry.Options{Group: group, BreakerKeys: most})
				return w.Method("Get", retry.MethodSpec{Policy: tt.own, SharedBreaker: true, Keyed: true})
			}
			method("Client", 2)
			second := method(tt.second, 5)
			for number := range uint64(10) {
				_ = second.ForNumber(number).Do(t.Context(), fail(errDown))
			}
			for _, m := range group.Snapshot().Methods {
				assert.Equal(t, 2, m.Keys.Keys, m.Method)
			}
		})
	}
}

func TestSharedKeysOfAGroup(t *testing.T) {
	group := new(retry.Group)
	shared := policy.Policy{Breaker: policy.Breaker{Failures: 1, Cooldown: time.Minute}}
	method := func(name string, isKeyed bool) *retry.Method {
		return retry.NewWrapper(name, shared, &retry.Options{Group: group}).
			Method("Get", retry.MethodSpec{SharedBreaker: true, Keyed: isKeyed})
	}
	users, orders, plain := method("Users", true), method("Orders", true), method("Plain", false)
	require.Equal(t, errDown, users.For("a").Do(t.Context(), fail(errDown)))
	assert.ErrorIs(t, orders.For("a").Do(t.Context(), succeed), breaker.ErrOpen)
	assert.NoError(t, orders.For("b").Do(t.Context(), succeed))
	assert.NoError(t, plain.Do(t.Context(), succeed), "calls without a key have one breaker, beside those of the keys")
	group.Breaker().ForceOpen()
	assert.ErrorIs(t, plain.Do(t.Context(), succeed), breaker.ErrOpen)
	assert.NoError(t, orders.For("b").Do(t.Context(), succeed))
}

// A key goes with the call through a hedge, and through a policy that is put into
// force while the program runs.
func TestKeyOfAHedgedCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		m := keyed(t, "hedge after=1s; breaker failures=2", &retry.Options{Group: group})
		late := func(ctx context.Context) (int, error) {
			time.Sleep(2 * time.Second)
			return 0, errDown
		}
		_, err := retry.Hedge(t.Context(), m.For("a"), late)
		require.ErrorIs(t, err, errDown)
		_, err = retry.Hedge(t.Context(), m.For("a"), late)
		require.ErrorIs(t, err, breaker.ErrOpen, "two copies have failed")
		_, err = retry.Hedge(t.Context(), m.For("b"), func(context.Context) (int, error) { return 1, nil })
		require.NoError(t, err)

		p, err := policy.Parse("breaker failures=5")
		require.NoError(t, err)
		require.NoError(t, group.SetPolicy("Client.Get", p.Patch()))
		require.NoError(t, m.For("a").Do(t.Context(), succeed), "another breaker knows nothing yet")
		for range 5 {
			require.Equal(t, errDown, m.For("a").Do(t.Context(), fail(errDown)))
		}
		require.ErrorIs(t, m.For("a").Do(t.Context(), succeed), breaker.ErrOpen)
		require.NoError(t, m.For("b").Do(t.Context(), succeed))
	})
}
