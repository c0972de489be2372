package main

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	retry "github.com/retrygen/retrygen/runtime"
)

// A keyless context hides the idempotency key of the call.
type keyless struct{ context.Context }

func (keyless) Value(any) any { return nil }

// A carelessClient sends no idempotency key.
type carelessClient struct{ *httpClient }

func (c carelessClient) Charge(ctx context.Context, charge *ChargeRequest) (*Receipt, error) {
	return c.httpClient.Charge(keyless{ctx}, charge)
}

// A charge whose answer is lost is repeated, which the key makes harmless. Chaos loses the
// answers, so the test also shows that a client without a key charges twice.
func TestLostAnswersChargeNobodyTwice(t *testing.T) {
	for _, tt := range []struct {
		name  string
		wrap  func(*httpClient) PaymentClient
		twice bool
	}{
		{"with the key", func(c *httpClient) PaymentClient { return c }, false},
		{"careless", func(c *httpClient) PaymentClient { return carelessClient{c} }, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				net := new(pipeNetwork).network()
				healthyAlways := newSchedule(seed)
				healthyAlways.plan = []phase{{0, healthy, 1}}
				server, err := startServer(net, healthyAlways)
				require.NoError(t, err)

				lost := 0
				client := NewResilientPaymentClient(tt.wrap(newHTTPClient(net, server.address)), &retry.Options{
					Chaos: &retry.Chaos{Seed: seed, Acts: []retry.ChaosAct{{Kind: retry.ChaosHalfDone, Share: 0.3}}},
					Hooks: retry.Hooks{Disturbed: func(context.Context, retry.ChaosEvent) { lost++ }},
				})
				for i := range 100 {
					order := fmt.Sprint("order ", i)
					_, _ = client.Charge(t.Context(), &ChargeRequest{Order: order, Card: "card", Cents: 100})
					assert.True(t, server.wasTaken(order))
				}
				assert.Greater(t, lost, 20, "about three of ten answers are lost")
				if tt.twice {
					assert.Greater(t, server.takenTwice(), 20)
				} else {
					assert.Zero(t, server.takenTwice())
					assert.Positive(t, server.droppedRepeats())
				}
				require.NoError(t, client.Close())
				require.NoError(t, server.stop())
			})
		})
	}
}
