package payment_test

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/golden/payment"
	retry "github.com/retrygen/retrygen/runtime"
)

const ms = time.Millisecond

var errDown = errors.New("down")

// bank is a PaymentClient that fails with the errors of its script, one for each call, and
// then succeeds.
type bank struct {
	script []error
	takes  time.Duration // duration of an attempt, unless its context ends first
	deaf   bool          // it ignores the context

	times    []time.Time // when each attempt began
	keys     []string
	contexts []string // what each attempt read from its context
	requests []*payment.ChargeRequest
	accounts []string
	closed   int
}

type callerKey struct{}

func (b *bank) attempt(ctx context.Context) error {
	b.times = append(b.times, time.Now())
	b.keys = append(b.keys, retry.IdempotencyKey(ctx))
	b.contexts = append(b.contexts, fmt.Sprint(ctx.Value(callerKey{}), retry.Attempt(ctx)))
	switch {
	case b.deaf:
		time.Sleep(b.takes)
	case b.takes > 0:
		select {
		case <-time.After(b.takes):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if len(b.script) == 0 {
		return nil
	}
	err := b.script[0]
	b.script = b.script[1:]
	return err
}

func (b *bank) Charge(ctx context.Context, req *payment.ChargeRequest) (*payment.Receipt, error) {
	b.requests = append(b.requests, req)
	if err := b.attempt(ctx); err != nil {
		return nil, err
	}
	return &payment.Receipt{ID: "r1"}, nil
}

func (b *bank) Balance(ctx context.Context, account string) (payment.Money, error) {
	b.accounts = append(b.accounts, account)
	return payment.Money{Cents: 700 + len(b.accounts)}, b.attempt(ctx)
}

func (b *bank) Close() error {
	b.closed++
	return b.attempt(context.Background())
}

// waits returns the times between the attempts, if attempts take no time.
func (b *bank) waits() []time.Duration {
	var waits []time.Duration
	for i := 1; i < len(b.times); i++ {
		waits = append(waits, b.times[i].Sub(b.times[i-1]))
	}
	return waits
}

func down(n int) []error {
	var script []error
	for range n {
		script = append(script, errDown)
	}
	return script
}

func TestChargeWaitsWithFullJitter(t *testing.T) {
	most := []time.Duration{100 * ms, 200 * ms, 400 * ms}
	longest := make([]time.Duration, len(most))
	for range 100 {
		synctest.Test(t, func(t *testing.T) {
			next := &bank{script: down(3)}
			client := payment.NewResilientPaymentClient(next, nil)
			req := &payment.ChargeRequest{Cents: 5}
			receipt, err := client.Charge(context.WithValue(t.Context(), callerKey{}, "me "), req)
			require.NoError(t, err)
			assert.Equal(t, []string{"me 1", "me 2", "me 3", "me 4"}, next.contexts)
			assert.Equal(t, &payment.Receipt{ID: "r1"}, receipt)
			require.Len(t, next.requests, 4)
			for _, got := range next.requests {
				assert.Same(t, req, got)
			}
			for i, wait := range next.waits() {
				assert.LessOrEqual(t, wait, most[i])
				longest[i] = max(longest[i], wait)
			}
		})
	}
	for i, got := range longest {
		assert.Greater(t, got, most[i]*3/4, "a hundred draws from 0 to %v", most[i])
	}
}

func TestKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &bank{script: append(down(2), nil, payment.ErrNotReady)}
		client := payment.NewResilientPaymentClient(next, nil)
		for _, ctx := range []context.Context{t.Context(), t.Context(), retry.WithIdempotencyKey(t.Context(), "mine")} {
			_, err := client.Charge(ctx, nil)
			require.NoError(t, err)
		}
		_, err := client.Balance(t.Context(), "a")
		require.NoError(t, err)

		require.Len(t, next.keys, 7)
		first, second := next.keys[0], next.keys[3]
		assert.NotEmpty(t, first)
		assert.NotEqual(t, first, second, "each call has its own")
		assert.Equal(t, []string{first, first, first, second, second, "mine", ""}, next.keys,
			"one for all attempts, the caller's if there is one, and none for Balance")
	})
}

func charge(c payment.PaymentClient) error {
	_, err := c.Charge(context.Background(), &payment.ChargeRequest{Cents: 1})
	return err
}

func balance(c payment.PaymentClient) error {
	_, err := c.Balance(context.Background(), "a")
	return err
}

func TestWhatIsRetried(t *testing.T) {
	declined := fmt.Errorf("card 1: %w", payment.ErrDeclined)
	tests := []struct {
		name   string
		call   func(payment.PaymentClient) error
		err    error
		want   int
		reason string
	}{
		{"charge, unknown", charge, errDown, 2, "without on, whatever is no answer"},
		{"charge, declined", charge, declined, 1, "not matches what is wrapped"},
		{"charge, not ready", charge, payment.ErrNotReady, 2, "the other method's on is not Charge's"},
		{"balance, not ready", balance, payment.ErrNotReady, 2, "in on"},
		{"balance, reset", balance, syscall.ECONNRESET, 2, "transient"},
		{"balance, unknown", balance, errDown, 1, "not in on"},
		{"balance, declined", balance, declined, 1, "not in on"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &bank{script: []error{tt.err}}
				err := tt.call(payment.NewResilientPaymentClient(next, nil))
				assert.Len(t, next.times, tt.want, tt.reason)
				if tt.want == 1 {
					assert.Same(t, tt.err, err, "as it is")
				} else {
					assert.NoError(t, err)
				}
			})
		})
	}
}

func TestBalanceWaitsLinearly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &bank{script: []error{payment.ErrNotReady, payment.ErrNotReady, payment.ErrNotReady}}
		ctx := context.WithValue(t.Context(), callerKey{}, "me ")
		money, err := payment.NewResilientPaymentClient(next, nil).Balance(ctx, "a7")
		assert.Equal(t, []time.Duration{50 * ms, 100 * ms}, next.waits())
		assert.Equal(t, []string{"a7", "a7", "a7"}, next.accounts)
		assert.Equal(t, []string{"me 1", "me 2", "me 3"}, next.contexts)
		assert.Equal(t, payment.Money{Cents: 703}, money, "of the last attempt")
		gaveUp, ok := errors.AsType[*retry.Error](err)
		require.True(t, ok)
		assert.Equal(t, retry.Error{
			Method: "PaymentClient.Balance", Attempts: 3, Elapsed: 150 * ms,
			Cause: retry.ErrExhausted, Last: payment.ErrNotReady,
		}, *gaveUp)
	})
}

func TestCloseAndUnwrap(t *testing.T) {
	next := &bank{script: down(1)}
	client := payment.NewResilientPaymentClient(next, nil)
	assert.Same(t, errDown, client.Close())
	assert.Equal(t, 1, next.closed)
	assert.Same(t, next, client.Unwrap())
}
