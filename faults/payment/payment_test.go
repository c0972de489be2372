package payment

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/faults/proxy"
	"github.com/retrygen/retrygen/faults/trial"
	retry "github.com/retrygen/retrygen/runtime"
)

const (
	workers = 16
	calls   = 1000
	phase   = 25 // calls after which the plan is drawn anew

	// total is what the directives of Client allow a call.
	total = time.Second

	// failures is at how many of them in a row they open the breaker.
	failures = 50

	// slack is how long a busy machine may take to run a goroutine that is ready. A
	// call that its timeout does not end takes as long as the fault does, for ever.
	slack = time.Second
)

// rest is the time from a call to the next. Without it all calls of a test would be over
// while the breaker is open for the first time.
const rest = 5 * time.Millisecond

// mix is what the plans are drawn from. An exchange is some 300 bytes each way, so faults
// hit fresh connections and kept ones, requests and answers, heads and bodies. The plan is
// drawn anew in each phase, because a pool fills with those connections that work.
var mix = proxy.Mix{
	Weights: map[proxy.Fault]int{
		proxy.None: 1, proxy.Refuse: 2, proxy.Reset: 4, proxy.Truncate: 4, proxy.Stall: 2, proxy.Delay: 2, proxy.Blackhole: 1,
	},
	MaxAfter: 800,
	MaxFor:   20 * time.Millisecond,
}

// A charge is a method that takes a payment.
type charge func(c Client, ctx context.Context, order string) (*Receipt, error)

// Under any faults, what was acknowledged was done once, and what was not, once at
// most.
func TestEveryAcknowledgedChargeIsTakenOnce(t *testing.T) {
	for _, test := range []struct {
		name   string
		charge charge
		repeat bool // the server sees requests again
	}{
		{"with a key everything is sent again", Client.Charge, true},
		{"without one only what was not sent", Client.ChargeWithoutKey, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			trial.LevelGoroutines(t)
			seed := trial.Seed(t)
			s := start(t, nil)
			results := trial.Load(workers, calls, rest, func(n int) error {
				if n%phase == 0 {
					s.proxy.Set(mix.Plan(seed + uint64(n)))
				}
				receipt, err := test.charge(s.client, t.Context(), order(n))
				if err == nil && receipt.Order != order(n) {
					return fmt.Errorf("%w: %s for %s", errWrongReceipt, receipt.Order, order(n))
				}
				return err
			})

			paid := s.bank.payments()
			for n, r := range results {
				require.NotErrorIs(t, r.Err, errWrongReceipt)
				if r.Err == nil {
					assert.Equal(t, 1, paid[order(n)], "%s: acknowledged", order(n))
				} else {
					assert.LessOrEqual(t, paid[order(n)], 1, "%s: failed with %v", order(n), r.Err)
				}
			}
			acknowledged := trial.Acknowledged(results)
			t.Logf("%d of %d acknowledged, %d retries, %d repetitions dropped, longest call %v, %s",
				acknowledged, calls, s.retries.Load(), s.bank.repetitions(), trial.Longest(results), s.struck())
			assert.Greater(t, acknowledged, calls/4, "too few to prove anything")
			assert.Positive(t, s.retries.Load(), "no call was retried")
			assert.Equal(t, test.repeat, s.bank.repetitions() > 0)
			assert.Less(t, trial.Longest(results), total+slack)
			for f, weight := range mix.Weights {
				assert.Equal(t, weight > 0 && f != proxy.None, s.proxy.Struck(f) > 0, "%v", f)
			}
		})
	}
}

var errWrongReceipt = errors.New("the receipt is another order's")

// A dependency that swallows everything costs the callers as many attempts as open
// the breaker. Then they are refused at once, and the dependency is left alone but for
// the probes, the first of which after its return closes the breaker.
func TestBlackholeOpensTheBreaker(t *testing.T) {
	trial.LevelGoroutines(t)
	s := start(t, nil)
	_, err := s.client.Charge(t.Context(), order(0))
	require.NoError(t, err)

	s.proxy.Set(proxy.Always(proxy.Fate{Fault: proxy.Blackhole}))
	results := trial.Load(workers, workers*4, 0, func(n int) error {
		_, err := s.client.Charge(t.Context(), order(1+n))
		return err
	})
	assert.Zero(t, trial.Acknowledged(results))
	assert.Less(t, trial.Longest(results), total+slack)
	refused := 0
	for _, r := range results {
		if open, ok := errors.AsType[*breaker.OpenError](r.Err); ok && open == r.Err {
			refused++
		}
	}
	assert.Positive(t, refused, "no call was refused before its first attempt")
	assert.NotEqual(t, breaker.Closed, s.group.Breaker().Snapshot().State)
	swallowed := s.proxy.Struck(proxy.Blackhole)
	assert.LessOrEqual(t, swallowed, failures+2*workers, "the failures, what was under way beside the last, and probes")
	t.Logf("%d of %d refused at once, %d connections swallowed", refused, len(results), swallowed)

	s.proxy.Set(nil)
	back := func() bool {
		_, err := s.client.Charge(t.Context(), order(0))
		return err == nil
	}
	require.Eventually(t, back, 10*time.Second, 10*time.Millisecond)
	assert.Equal(t, breaker.Closed, s.group.Breaker().Snapshot().State)
	results = trial.Load(workers, calls, 0, func(n int) error {
		_, err := s.client.Charge(t.Context(), order(1000+n))
		return err
	})
	assert.Equal(t, calls, trial.Acknowledged(results), "after the return no call fails")
}

// One caller alone does not open the breaker; its call ends with the total timeout, though
// there are attempts left.
func TestTotalTimeoutEndsACall(t *testing.T) {
	trial.LevelGoroutines(t)
	s := start(t, proxy.Always(proxy.Fate{Fault: proxy.Blackhole}))
	results := trial.Load(1, 1, 0, func(int) error {
		_, err := s.client.Charge(t.Context(), order(0))
		return err
	})
	assert.ErrorIs(t, results[0].Err, retry.ErrDeadline)
	assert.Less(t, results[0].Took, total+slack)
	assert.Empty(t, s.bank.payments())
}

// The bank's answer is final, and does no harm to the breaker, on a network that works.
func TestAnswersAreNotRetried(t *testing.T) {
	trial.LevelGoroutines(t)
	s := start(t, nil)
	results := trial.Load(workers, 100, 0, func(int) error {
		_, err := s.client.Charge(t.Context(), stolen)
		return err
	})
	for _, r := range results {
		assert.ErrorIs(t, r.Err, ErrDeclined)
	}
	assert.Zero(t, s.retries.Load())
	assert.Equal(t, breaker.Closed, s.group.Breaker().Snapshot().State)
}

// A setting is a bank, a proxy in front of it, and a wrapped client of that.
type setting struct {
	bank    *bank
	proxy   *proxy.Proxy
	group   retry.Group
	client  Client
	retries atomic.Int64
}

func start(t *testing.T, plan proxy.Plan) *setting {
	t.Helper()
	s := &setting{bank: newBank()}
	server := httptest.NewServer(s.bank)
	t.Cleanup(server.Close)
	var err error
	s.proxy, err = proxy.Listen(server.Listener.Addr().String(), plan)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.proxy.Close()) })
	s.client = NewResilientClient(newHTTPClient(s.proxy.Addr()), &retry.Options{
		Group: &s.group,
		Hooks: retry.Hooks{Retry: func(context.Context, retry.RetryEvent) { s.retries.Add(1) }},
	})
	t.Cleanup(func() { assert.NoError(t, s.client.Close()) })
	return s
}

// struck lists how often each fault struck.
func (s *setting) struck() string {
	text := "struck:"
	for f := proxy.Refuse; f <= proxy.Blackhole; f++ {
		text += fmt.Sprintf(" %v %d", f, s.proxy.Struck(f))
	}
	return text
}

func order(n int) string { return fmt.Sprintf("order-%d", n) }
