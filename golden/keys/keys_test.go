package keys_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/golden/keys"
	retry "github.com/retrygen/retrygen/runtime"
)

var errDown = errors.New("down")

// down is a Keys, a Kinds and a Hosts that fails for the named keys.
type down map[any]bool

func (d down) fails(key any) error {
	if d[key] {
		return errDown
	}
	return nil
}

func (d down) Get(_ context.Context, tenant string) (int, error) { return 1, d.fails(tenant) }
func (d down) Put(_ context.Context, tenant keys.TenantID, _ int) error {
	return d.fails(string(tenant))
}
func (d down) Ping(context.Context) error                  { return d.fails("ping") }
func (d down) Drop(_ context.Context, tenant string) error { return d.fails(tenant) }
func (d down) Move(_ context.Context, shard keys.Shard, _ string) (int, int, error) {
	return 1, 2, d.fails(shard)
}
func (d down) Number(number uint64) error                                 { return d.fails(number) }
func (d down) Bool(which bool) error                                      { return d.fails(which) }
func (d down) Flag(flag keys.Flag, _ string) error                        { return d.fails(bool(flag)) }
func (d down) Share(share keys.Share) error                               { return d.fails(float64(share)) }
func (d down) Float(_ context.Context, ratio float64) (int, error)        { return 1, d.fails(ratio) }
func (d down) Func(_ context.Context, bucket, name string) error          { return d.fails(bucket + "/" + name) }
func (d down) Variadic(_ context.Context, path string, _ ...string) error { return d.fails(path) }
func (d down) Joined(_ context.Context, path string, names ...string) error {
	return d.fails(path + "/" + strings.Join(names, "/"))
}
func (d down) Shadow(tenant keys.TenantID, _ keys.Shard) error  { return d.fails(tenant) }
func (d down) Shadowed(_ keys.TenantID, shard keys.Shard) error { return d.fails(shard) }
func (d down) Do(req *http.Request) (int, error)                { return 1, d.fails(req.URL.Host) }

// If a tenant is down, all methods with the shared breaker refuse it, and they refuse no
// other tenant.
func TestKeyIsSharedByMethods(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := keys.NewResilientKeys(down{"acme": true}, nil)
		_, err := client.Get(t.Context(), "acme")
		require.ErrorIs(t, err, errDown)
		require.ErrorIs(t, client.Put(t.Context(), "acme", 1), breaker.ErrOpen)
		require.NoError(t, client.Put(t.Context(), "other", 1))
		_, err = client.Get(t.Context(), "other")
		require.NoError(t, err)

		moved, left, err := client.Move(t.Context(), 1, "acme")
		require.NoError(t, err, "another key, and a breaker of its own")
		assert.Equal(t, []int{1, 2}, []int{moved, left})
		for range 3 {
			require.ErrorIs(t, client.Drop(t.Context(), "acme"), errDown)
		}
	})
}

func TestMethodWithoutTheKeyHasNoBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := keys.NewResilientKeys(down{"ping": true}, nil)
		for range 10 {
			require.ErrorIs(t, client.Ping(t.Context()), errDown)
		}
	})
}

// For every kind of key, the breaker opens only for the value that fails.
func TestKindsOfKeys(t *testing.T) {
	get, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://a.example/", nil)
	require.NoError(t, err)
	other, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://b.example/", nil)
	require.NoError(t, err)
	tests := []struct {
		name    string
		fails   any
		bad, ok func(context.Context, *keys.ResilientKinds, *keys.ResilientHosts) error
	}{
		{"number", uint64(1 << 63),
			func(_ context.Context, k *keys.ResilientKinds, _ *keys.ResilientHosts) error {
				return k.Number(1 << 63)
			},
			func(_ context.Context, k *keys.ResilientKinds, _ *keys.ResilientHosts) error { return k.Number(0) }},
		{"bool", true,
			func(_ context.Context, k *keys.ResilientKinds, _ *keys.ResilientHosts) error { return k.Bool(true) },
			func(_ context.Context, k *keys.ResilientKinds, _ *keys.ResilientHosts) error { return k.Bool(false) }},
		{"float, hedged", 0.5,
			func(ctx context.Context, k *keys.ResilientKinds, _ *keys.ResilientHosts) error {
				_, err := k.Float(ctx, 0.5)
				return err
			},
			func(ctx context.Context, k *keys.ResilientKinds, _ *keys.ResilientHosts) error {
				_, err := k.Float(ctx, 0.25)
				return err
			}},
		{"bool with a method String", true,
			func(_ context.Context, k *keys.ResilientKinds, _ *keys.ResilientHosts) error { return k.Flag(true, "") },
			func(_ context.Context, k *keys.ResilientKinds, _ *keys.ResilientHosts) error {
				return k.Flag(false, "")
			}},
		{"float with a method Format", 0.5,
			func(_ context.Context, k *keys.ResilientKinds, _ *keys.ResilientHosts) error { return k.Share(0.5) },
			func(_ context.Context, k *keys.ResilientKinds, _ *keys.ResilientHosts) error { return k.Share(0.25) }},
		{"func", "b/n",
			func(ctx context.Context, k *keys.ResilientKinds, _ *keys.ResilientHosts) error {
				return k.Func(ctx, "b", "n")
			},
			func(ctx context.Context, k *keys.ResilientKinds, _ *keys.ResilientHosts) error {
				return k.Func(ctx, "b", "m")
			}},
		{"variadic func", "p/a/b",
			func(ctx context.Context, k *keys.ResilientKinds, _ *keys.ResilientHosts) error {
				return k.Joined(ctx, "p", "a", "b")
			},
			func(ctx context.Context, k *keys.ResilientKinds, _ *keys.ResilientHosts) error {
				return k.Joined(ctx, "p", "a")
			}},
		{"named like a type", keys.TenantID("x"),
			func(_ context.Context, k *keys.ResilientKinds, _ *keys.ResilientHosts) error { return k.Shadow("x", 1) },
			func(_ context.Context, k *keys.ResilientKinds, _ *keys.ResilientHosts) error { return k.Shadow("y", 1) }},
		{"negative number", keys.Shard(-1),
			func(_ context.Context, k *keys.ResilientKinds, _ *keys.ResilientHosts) error {
				return k.Shadowed("x", -1)
			},
			func(_ context.Context, k *keys.ResilientKinds, _ *keys.ResilientHosts) error {
				return k.Shadowed("x", 1)
			}},
		{"of a request", "a.example",
			func(_ context.Context, _ *keys.ResilientKinds, h *keys.ResilientHosts) error {
				_, err := h.Do(get)
				return err
			},
			func(_ context.Context, _ *keys.ResilientKinds, h *keys.ResilientHosts) error {
				_, err := h.Do(other)
				return err
			}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := down{tt.fails: true}
				kinds, hosts := keys.NewResilientKinds(next, nil), keys.NewResilientHosts(next, nil)
				for range 2 {
					require.Error(t, tt.bad(t.Context(), kinds, hosts))
				}
				require.ErrorIs(t, tt.bad(t.Context(), kinds, hosts), breaker.ErrOpen)
				require.NoError(t, tt.ok(t.Context(), kinds, hosts))
			})
		})
	}
}

// The fallback is also called for a refused key.
func TestFallbackOfAKeyedMethod(t *testing.T) {
	client := keys.NewResilientKinds(down{"p": true}, nil)
	for range 3 {
		require.NoError(t, client.Variadic(t.Context(), "p", "n"))
	}
}

func TestSnapshotCountsKeys(t *testing.T) {
	group := new(retry.Group)
	client := keys.NewResilientKinds(down{uint64(7): true}, &retry.Options{Group: group})
	require.Error(t, client.Number(7))
	require.NoError(t, client.Number(8))
	for _, m := range group.Snapshot().Methods {
		if m.Method == "Kinds.Number" {
			require.NotNil(t, m.Keys)
			assert.Equal(t, 1, m.Keys.Keys, "only those that failed")
		}
	}
	assert.NotNil(t, group.MethodBreaker("Kinds.Number"), "the switch of all keys")
}

// A Group finds the breaker of a key by the value that a caller passes, whatever its type.
func TestForceEachKindOfKey(t *testing.T) {
	group := new(retry.Group)
	opts := &retry.Options{Group: group}
	client, kinds := keys.NewResilientKeys(down{}, opts), keys.NewResilientKinds(down{}, opts)
	for _, tt := range []struct {
		method string
		key    any
		call   func(ctx context.Context) error
	}{
		{"Keys.Put", keys.TenantID("acme"), func(ctx context.Context) error { return client.Put(ctx, "acme", 1) }},
		{"Keys.Move", keys.Shard(-3), func(ctx context.Context) error { _, _, err := client.Move(ctx, -3, ""); return err }},
		{"Kinds.Number", uint64(7), func(context.Context) error { return kinds.Number(7) }},
		{"Kinds.Bool", true, func(context.Context) error { return kinds.Bool(true) }},
		{"Kinds.Float", 0.25, func(ctx context.Context) error { _, err := kinds.Float(ctx, 0.25); return err }},
		{"Kinds.Flag", keys.Flag(true), func(context.Context) error { return kinds.Flag(true, "") }},
		{"Kinds.Share", keys.Share(0.1), func(context.Context) error { return kinds.Share(0.1) }},
		{"Kinds.Func", "b/n", func(ctx context.Context) error { return kinds.Func(ctx, "b", "n") }},
	} {
		t.Run(tt.method, func(t *testing.T) {
			require.NoError(t, group.KeyBreaker(tt.method, tt.key).ForceOpen())
			require.ErrorIs(t, tt.call(t.Context()), breaker.ErrOpen)
			listed := group.Keys(tt.method)
			require.Len(t, listed, 1)
			group.KeyBreaker(tt.method, listed[0].Key).Reset()
			require.NoError(t, tt.call(t.Context()))
		})
	}
}

func TestUnwrap(t *testing.T) {
	next := down{}
	assert.Equal(t, next, keys.NewResilientKeys(next, nil).Unwrap())
	assert.Equal(t, next, keys.NewResilientKinds(next, nil).Unwrap())
	assert.Equal(t, next, keys.NewResilientHosts(next, nil).Unwrap())
}
