package payment_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/golden/payment"
	retry "github.com/retrygen/retrygen/runtime"
)

func TestTimeouts(t *testing.T) {
	notReady := []error{payment.ErrNotReady, payment.ErrNotReady, payment.ErrNotReady}
	tests := []struct {
		name        string
		call        func(payment.PaymentClient) error
		next        bank
		cause       error
		attempts    int
		least, most time.Duration
		reason      string
	}{
		{"charge hangs", charge, bank{takes: time.Hour}, retry.ErrExhausted, 4, 4 * time.Second, 4700 * ms, "four attempts of 1s, three waits of up to 700ms in all"},
		{"charge is deaf", charge, bank{takes: 3 * time.Second, deaf: true, script: down(4)}, retry.ErrDeadline, 2, 6 * time.Second, 6100 * ms, "5s end during the second attempt"},
		{"charge is slow", charge, bank{takes: 999 * ms}, nil, 1, 999 * ms, 999 * ms, "within the attempt's second"},
		{"charge is deaf, but does well", charge, bank{takes: 7 * time.Second, deaf: true}, nil, 1, 7 * time.Second, 7 * time.Second, "a success is a success"},
		{"balance hangs", balance, bank{takes: time.Hour}, retry.ErrExhausted, 3, 3150 * ms, 3150 * ms, "an attempt's timeout is transient, and so in on"},
		{"balance is deaf", balance, bank{takes: 3 * time.Second, deaf: true, script: notReady}, retry.ErrDeadline, 2, 6050 * ms, 6050 * ms, "the total timeout is the type's"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				err := tt.call(payment.NewResilientPaymentClient(&tt.next, nil))
				assert.Len(t, tt.next.times, tt.attempts, tt.reason)
				assert.ErrorIs(t, err, tt.cause)
				assert.GreaterOrEqual(t, time.Since(start), tt.least, tt.reason)
				assert.LessOrEqual(t, time.Since(start), tt.most, tt.reason)
			})
		})
	}
}

// Both methods take tokens from the interface's budget.
func TestBudgetIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		next := new(bank)
		client := payment.NewResilientPaymentClient(next, &retry.Options{Group: group})
		group.Breaker().ForceClose() // it would open long before
		spend := func(script error, call func(payment.PaymentClient) error, times int) {
			for range times {
				next.script = []error{script, script, script, script}
				require.ErrorIs(t, call(client), retry.ErrExhausted)
			}
		}
		spend(errDown, charge, 2)
		spend(payment.ErrNotReady, balance, 2)
		next.script, next.times = down(1), nil
		assert.ErrorIs(t, charge(client), retry.ErrBudget, "2·3 + 2·2 are the default burst of 10")
		next.script = []error{payment.ErrNotReady}
		assert.ErrorIs(t, balance(client), retry.ErrBudget)
		assert.Len(t, next.times, 2)
	})
}

func TestBreakerIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &bank{script: append(down(4), payment.ErrNotReady)}
		client := payment.NewResilientPaymentClient(next, nil)
		_, err := client.Charge(t.Context(), nil)
		require.ErrorIs(t, err, retry.ErrExhausted, "four failures leave it closed")
		_, err = client.Balance(t.Context(), "a")
		require.ErrorIs(t, err, breaker.ErrOpen, "the fifth failure opens it")
		require.ErrorIs(t, err, payment.ErrNotReady, "and is not lost")
		require.Len(t, next.times, 5)

		time.Sleep(30*time.Second - time.Nanosecond)
		_, err = client.Charge(t.Context(), nil)
		refused, ok := err.(*breaker.OpenError)
		require.True(t, ok, "refused before the first attempt: the OpenError itself")
		assert.Equal(t, time.Nanosecond, refused.RetryAfter())
		assert.Len(t, next.times, 5)
		assert.NoError(t, client.Close(), "none: no breaker either")

		time.Sleep(time.Nanosecond)
		_, err = client.Charge(t.Context(), nil)
		assert.NoError(t, err, "30s are over")
	})
}
