package retry_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// named makes a method of a wrapper in a group, under a shared breaker and limit.
func named(opts *retry.Options, wrapper string) *retry.Method {
	w := retry.NewWrapper(wrapper, policy.Policy{
		Breaker: policy.Breaker{Failures: 1, Cooldown: time.Second},
		Limit:   policy.Limit{Concurrent: 1},
	}, opts)
	return w.Method("Get", retry.MethodSpec{SharedBreaker: true, SharedLimit: true})
}

// What the wrappers share has the name of their group, in errors, logs and events. A method's
// own breaker keeps the method's.
func TestGroupName(t *testing.T) {
	for _, tt := range []struct{ name, want string }{{"bank", "bank"}, {"", "Users"}} {
		t.Run("name "+tt.want, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				var told []string
				group := &retry.Group{}
				assert.Nil(t, group.Breaker(), "before the group has its name")
				group.Name = tt.name
				opts := &retry.Options{
					Group:  group,
					Logger: slog.New(slog.NewTextHandler(&log, nil)),
					Hooks:  retry.Hooks{BreakerChange: func(c breaker.Change) { told = append(told, c.Name) }},
				}
				users, orders := named(opts, "Users"), named(opts, "Orders")
				err := users.Do(t.Context(), func(ctx context.Context) error {
					return orders.Do(ctx, succeed)
				})
				require.EqualError(t, err, tt.want+": limit reached: concurrent=1")

				require.Error(t, orders.Do(t.Context(), fail(errDown)))
				refusal, _ := errors.AsType[*breaker.OpenError](users.Do(t.Context(), succeed))
				require.NotNil(t, refusal)
				assert.Equal(t, tt.want, refusal.Name())
				assert.Equal(t, []string{tt.want}, told)
				assert.Contains(t, log.String(), "breaker="+tt.want)
				snapshot := group.Snapshot()
				assert.Equal(t, tt.name, snapshot.Name)
				assert.Equal(t, tt.want, snapshot.Breaker.Name)

				w := retry.NewWrapper("Items", policy.Policy{}, opts)
				w.Method("Get", retry.MethodSpec{Policy: parse(t, "breaker failures=2")})
				assert.Equal(t, "Items.Get", group.MethodBreaker("Items.Get").Snapshot().Name)
			})
		})
	}
}

func TestConflictInAGroupWithAName(t *testing.T) {
	opts := &retry.Options{Group: &retry.Group{Name: "bank"}}
	retry.NewWrapper("Users", policy.Policy{Limit: policy.Limit{Concurrent: 1}}, opts)
	assert.PanicsWithValue(t,
		`retry: Group "bank" cannot hold both "limit concurrent=1" of Users and "limit concurrent=2" of Orders: declare the same for both, best by one preset`,
		func() { retry.NewWrapper("Orders", policy.Policy{Limit: policy.Limit{Concurrent: 2}}, opts) })
}

// An operator who forces, switches or resets the breaker of a group without one changes
// nothing, and crashes nothing.
func TestGroupWithoutABreaker(t *testing.T) {
	m := setup{}.method(succeed)
	for _, b := range []*breaker.Breaker{m.group.Breaker(), m.group.MethodBreaker("Client.Get"), m.group.MethodBreaker("Client.Put")} {
		assert.Nil(t, b)
		b.SetMode(breaker.WatchOnly)
		b.ForceOpen()
		assert.Equal(t, breaker.Closed, b.State())
		assert.NoError(t, m.do(t.Context()))
		b.ForceClose()
		b.Reset()
	}
}
