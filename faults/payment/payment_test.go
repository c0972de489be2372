package payment

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	promretry "github.com/retrygen/retrygen/adapters/prometheus"
	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/faults/proxy"
	"github.com/retrygen/retrygen/faults/trial"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

const (
	workers = 16
	calls   = 1000
	phase   = 25 // calls until the next plan

	// total is the total timeout in the directives of Client.
	total = time.Second

	// failures is the number of failures in a row that opens the breaker.
	failures = 50

	// slack is the time that a busy machine may take to run a goroutine. Without a timeout
	// a call would last as long as the fault, for ever.
	slack = 20 * time.Second
)

// rest is the time between two calls of a worker. Without it all calls of a test would end
// while the breaker is open for the first time.
const rest = 5 * time.Millisecond

// mix is the mix of faults. A request and its answer have about 300 bytes each. So the
// faults hit new connections and kept ones, requests and answers, headers and bodies. Each
// phase draws a new plan, because a pool keeps the connections that work.
var mix = proxy.Mix{
	Weights: map[proxy.Fault]int{
		proxy.None: 1, proxy.Refuse: 2, proxy.Reset: 4, proxy.Truncate: 4, proxy.Stall: 2, proxy.Delay: 2, proxy.Blackhole: 1,
	},
	MaxAfter: 800,
	MaxFor:   20 * time.Millisecond,
}

// A charge is a method that takes a payment.
type charge func(c Client, ctx context.Context, order string) (*Receipt, error)

// Whatever fails, an acknowledged payment is taken once, and any other at most once.
func TestEveryAcknowledgedChargeIsTakenOnce(t *testing.T) {
	for _, test := range []struct {
		name   string
		charge charge
		repeat bool // the server sees repetitions
	}{
		{"with a key any request may be sent again", Client.Charge, true},
		{"without a key only a request that was not sent", Client.ChargeWithoutKey, false},
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
			assert.Equal(t, calls, s.metrics.count(t, "retrygen_call_duration_seconds"))
			assert.Equal(t, acknowledged, s.metrics.count(t, "retrygen_call_duration_seconds", "outcome", "success"))
			attempts := s.metrics.count(t, "retrygen_attempt_duration_seconds")
			assert.GreaterOrEqual(t, attempts, len(paid), "each payment was an attempt")
			assert.Equal(t, attempts, calls-s.refusedAtOnce(results)+s.retries(t))
			t.Logf("%d of %d acknowledged, %d retries, %d repetitions dropped, longest call %v, %s",
				acknowledged, calls, s.retries(t), s.bank.repetitions(), trial.Longest(results), s.struck())
			assert.Greater(t, acknowledged, calls/4, "too few to prove anything")
			assert.Positive(t, s.retries(t), "no call was retried")
			assert.Equal(t, test.repeat, s.bank.repetitions() > 0)
			assert.Less(t, trial.Longest(results), total+slack)
			for f, weight := range mix.Weights {
				assert.Equal(t, weight > 0 && f != proxy.None, s.proxy.Struck(f) > 0, "%v", f)
			}
		})
	}
}

var errWrongReceipt = errors.New("the receipt is for another order")

// A dependency that swallows everything gets as many attempts as it takes to open the
// breaker. From then on it gets only probes, and all other attempts are refused at once.
// When it is back, the next probe closes the breaker.
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
	refused := s.refusedAtOnce(results)
	opened := s.metrics.sum(t, "retrygen_breaker_transitions_total", "to", "open")
	assert.Equal(t, float64(s.group.Breaker().Snapshot().Opened), opened)
	assert.Equal(t, 1.0, s.metrics.sum(t, "retrygen_breaker_state"), "one breaker, in one state")
	assert.Zero(t, s.metrics.sum(t, "retrygen_breaker_state", "state", "closed"))
	assert.GreaterOrEqual(t, int(s.metrics.sum(t, "retrygen_rejections_total", "reason", "breaker_open")), refused)
	assert.Positive(t, refused, "no call was refused before its first attempt")
	assert.NotEqual(t, breaker.Closed, s.group.Breaker().Snapshot().State)
	swallowed := s.proxy.Struck(proxy.Blackhole)
	assert.LessOrEqual(t, swallowed, failures+2*workers, "the failures, the attempts beside the last one, and probes")
	t.Logf("%d of %d refused at once, %d connections swallowed", refused, len(results), swallowed)

	s.proxy.Set(nil)
	back := func() bool {
		_, err := s.client.Charge(t.Context(), order(0))
		return err == nil
	}
	require.Eventually(t, back, 30*time.Second, 10*time.Millisecond)
	assert.Equal(t, breaker.Closed, s.group.Breaker().Snapshot().State)
	s.lengthenTimeouts(t)
	results = trial.Load(workers, calls, 0, func(n int) error {
		_, err := s.client.Charge(t.Context(), order(1000+n))
		return err
	})
	assert.Equal(t, calls, trial.Acknowledged(results), "after the return no call fails")
}

// One caller alone does not open the breaker. The total timeout ends its call, although
// attempts are left.
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

// The answer of the bank is final, and the breaker does not count it as a failure.
func TestAnswersAreNotRetried(t *testing.T) {
	trial.LevelGoroutines(t)
	s := start(t, nil)
	s.lengthenTimeouts(t)
	results := trial.Load(workers, 100, 0, func(int) error {
		_, err := s.client.Charge(t.Context(), stolen)
		return err
	})
	for _, r := range results {
		assert.ErrorIs(t, r.Err, ErrDeclined)
	}
	assert.Zero(t, s.retries(t))
	assert.Equal(t, 100, s.metrics.count(t, "retrygen_call_duration_seconds", "outcome", "answer"))
	assert.Equal(t, breaker.Closed, s.group.Breaker().Snapshot().State)
}

// A setting is a bank, a proxy in front of it, and a wrapped client that uses the proxy.
type setting struct {
	bank    *bank
	proxy   *proxy.Proxy
	group   retry.Group
	client  Client
	metrics metrics
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
	s.metrics.Registry = prometheus.NewRegistry()
	opts := &retry.Options{Group: &s.group}
	promretry.New(s.metrics).Instrument(opts)
	s.client = NewResilientClient(newHTTPClient(s.proxy.Addr()), opts)
	t.Cleanup(func() { assert.NoError(t, s.client.Close()) })
	return s
}

// lengthenTimeouts is for calls that meet no fault: a busy machine may take longer than the
// timeouts of Client.
func (s *setting) lengthenTimeouts(t *testing.T) {
	t.Helper()
	long, err := policy.ParsePatch("timeout attempt=30s total=1m")
	require.NoError(t, err)
	require.NoError(t, s.group.SetPolicy("Client", long))
}

// retries returns how many attempts were not the first of their call.
func (s *setting) retries(t *testing.T) int {
	return int(s.metrics.sum(t, "retrygen_call_retries"))
}

// refusedAtOnce returns how many calls the breaker has refused before their first attempt.
func (s *setting) refusedAtOnce(results []trial.Result) (refused int) {
	for _, r := range results {
		if open, ok := errors.AsType[*breaker.OpenError](r.Err); ok && open == r.Err {
			refused++
		}
	}
	return refused
}

// struck returns a text that says how often each fault struck.
func (s *setting) struck() string {
	text := "struck:"
	for f := proxy.Refuse; f <= proxy.Blackhole; f++ {
		text += fmt.Sprintf(" %v %d", f, s.proxy.Struck(f))
	}
	return text
}

func order(n int) string { return fmt.Sprintf("order-%d", n) }
