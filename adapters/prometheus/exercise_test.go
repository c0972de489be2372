package promretry_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/adapters/prometheus/internal/shop"
	"github.com/retrygen/retrygen/breaker"
	retry "github.com/retrygen/retrygen/runtime"
)

// exercise makes calls that give every metric a value: successes, retries, a hedge, a
// fallback, delays by chaos, and refusals by the limit and by two breakers, one of which closes again. It
// takes a bit more than a second.
func exercise(t *testing.T, r *rig) {
	t.Helper()
	ctx := t.Context()
	failing := shop.Answer{Status: http.StatusServiceUnavailable}

	for range 5 {
		_, err := r.client.Pay(ctx, "order")
		require.NoError(t, err)
	}
	r.server.Plan("/pay", failing, failing)
	_, err := r.client.Pay(ctx, "retried")
	require.NoError(t, err)

	r.server.Plan("/price", shop.Answer{Status: http.StatusOK, After: time.Minute})
	_, err = r.client.Price(ctx, "hedged")
	require.NoError(t, err)

	r.server.Plan("/offers", failing, failing, failing)
	_, err = r.client.Offers(ctx, "en")
	require.NoError(t, err)
	_, err = r.client.Pay(ctx, "a success in between")
	require.NoError(t, err)

	r.server.Plan("/stock", failing)
	_, err = r.client.Stock(ctx, "a")
	require.ErrorIs(t, err, breaker.ErrOpen)

	require.NoError(t, r.client.Group().SetChaos("Client.Print", &retry.Chaos{Acts: []retry.ChaosAct{{Kind: retry.ChaosDelay, Delay: time.Millisecond, Share: 1}}}))
	printed := make(chan struct{})
	r.server.Plan("/print", shop.Answer{Status: http.StatusOK, Until: printed})
	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := r.client.Print(ctx, "label")
		assert.NoError(t, err)
	})
	require.Eventually(t, func() bool { return r.gauges(t)["limit_active{name=Client.Print}"] == 1 }, 10*time.Second, time.Millisecond)
	_, err = r.client.Print(ctx, "one too many")
	close(printed)
	wg.Wait()
	require.ErrorIs(t, err, retry.ErrLimited)

	r.server.Plan("/pay", failing, failing, failing, failing, failing, failing)
	for range 2 {
		_, err = r.client.Pay(ctx, "exhausted")
		require.Error(t, err)
	}
	_, err = r.client.Pay(ctx, "refused")
	require.ErrorIs(t, err, breaker.ErrOpen)
	time.Sleep(time.Second)
	_, err = r.client.Pay(ctx, "probe")
	require.NoError(t, err)
}
