package retry_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// Client is the interface of the examples:
//
//	//retry:simple attempts=3 delay=1ms
//	//retry:breaker failures=4
//	type Client interface {
//		//retry:idempotency-key
//		Get(ctx context.Context, key string) (string, error)
//	}
type Client interface {
	Get(ctx context.Context, key string) (string, error)
}

// ClientFunc is a Client for the examples to wrap.
type ClientFunc func(ctx context.Context, key string) (string, error)

func (f ClientFunc) Get(ctx context.Context, key string) (string, error) { return f(ctx, key) }

// ResilientClient is what retrygen writes for Client.
type ResilientClient struct {
	next Client
	get  *retry.Method
}

func NewResilientClient(next Client, opts *retry.Options) *ResilientClient {
	w := retry.NewWrapper("Client", policy.Policy{
		Breaker: policy.Breaker{Failures: 4, Cooldown: 30 * time.Second, Probes: 1, Successes: 1},
		Budget:  policy.Budget{Ratio: 10 * policy.Percent, Burst: 100},
	}, opts)
	return &ResilientClient{
		next: next,
		get: w.Method("Get", retry.MethodSpec{
			Policy: policy.Policy{
				Retry: policy.Retry{Attempts: 3, Strategy: backoff.Simple{Interval: time.Millisecond, Max: 10 * time.Second}},
			},
			SharedBreaker:  true,
			SharedBudget:   true,
			IdempotencyKey: true,
		}),
	}
}

func (c *ResilientClient) Get(ctx context.Context, key string) (string, error) {
	return retry.Call(ctx, c.get, func(ctx context.Context) (string, error) {
		return c.next.Get(ctx, key)
	})
}

var errUnavailable = errors.New("unavailable")

// Nothing changes for the caller of a wrapped client but that calls succeed which
// would have failed.
func Example() {
	calls := 0
	client := NewResilientClient(ClientFunc(func(context.Context, string) (string, error) {
		if calls++; calls < 3 {
			return "", errUnavailable
		}
		return "value", nil
	}), nil)

	value, err := client.Get(context.Background(), "key")
	fmt.Println(value, err, "after", calls, "calls")
	// Output: value <nil> after 3 calls
}

// An Error says why a call was given up and what the method returned last; errors.Is
// sees both.
func ExampleError() {
	client := NewResilientClient(ClientFunc(func(context.Context, string) (string, error) {
		return "", errUnavailable
	}), nil)

	_, err := client.Get(context.Background(), "key")
	if e, ok := errors.AsType[*retry.Error](err); ok {
		fmt.Println("method:  ", e.Method)
		fmt.Println("attempts:", e.Attempts)
		fmt.Println("cause:   ", e.Cause)
		fmt.Println("last:    ", e.Last)
	}
	fmt.Println(errors.Is(err, retry.ErrExhausted), errors.Is(err, errUnavailable))
	// Output:
	// method:   Client.Get
	// attempts: 3
	// cause:    attempts exhausted
	// last:     unavailable
	// true true
}

// A method that knows that no retry can help says so, and its error comes back
// as it is.
func ExamplePermanent() {
	errNoSuchKey := errors.New("no such key")
	calls := 0
	client := NewResilientClient(ClientFunc(func(context.Context, string) (string, error) {
		calls++
		return "", retry.Permanent(errNoSuchKey)
	}), nil)

	_, err := client.Get(context.Background(), "key")
	fmt.Println(err, "after", calls, "call:", errors.Is(err, errNoSuchKey))
	// Output: no such key after 1 call: true
}

// The method can tell a retry from a first attempt, to note it in a header, say.
func ExampleAttempt() {
	client := NewResilientClient(ClientFunc(func(ctx context.Context, _ string) (string, error) {
		fmt.Println("X-Attempt:", retry.Attempt(ctx))
		return "", errUnavailable
	}), nil)

	_, _ = client.Get(context.Background(), "key")
	// Output:
	// X-Attempt: 1
	// X-Attempt: 2
	// X-Attempt: 3
}

// The attempts of a call carry one key, by which the server knows that it has seen
// the request before.
func ExampleIdempotencyKey() {
	var keys []string
	client := NewResilientClient(ClientFunc(func(ctx context.Context, _ string) (string, error) {
		keys = append(keys, retry.IdempotencyKey(ctx)) // goes to the server in a header
		if len(keys) < 3 {
			return "", errUnavailable
		}
		return "value", nil
	}), nil)

	_, _ = client.Get(context.Background(), "key")
	fmt.Println(keys[0] != "", keys[0] == keys[1], keys[1] == keys[2])
	// Output: true true true
}

// A caller that keeps its own record of requests gives the key, so that a call
// which is repeated after a restart is still the same for the server.
func ExampleWithIdempotencyKey() {
	client := NewResilientClient(ClientFunc(func(ctx context.Context, _ string) (string, error) {
		return retry.IdempotencyKey(ctx), nil
	}), nil)

	ctx := retry.WithIdempotencyKey(context.Background(), "order-4711")
	fmt.Println(client.Get(ctx, "key"))
	// Output: order-4711 <nil>
}

// In a retry, wrapped clients further down make one attempt, so that layers do
// not multiply. Work that outlives the call is no part of it.
func ExampleDetach() {
	calls := 0
	inner := NewResilientClient(ClientFunc(func(context.Context, string) (string, error) {
		calls++
		return "", errUnavailable
	}), nil)
	outer := NewResilientClient(ClientFunc(func(ctx context.Context, key string) (string, error) {
		if retry.Attempt(ctx) == 1 {
			return "", errUnavailable
		}
		_, err := inner.Get(ctx, key)
		fmt.Println("in the retry:", calls, "call")
		calls = 0
		_, _ = inner.Get(retry.Detach(context.WithoutCancel(ctx)), key)
		fmt.Println("detached:", calls, "calls")
		return "", retry.Permanent(err)
	}), nil)

	_, _ = outer.Get(context.Background(), "key")
	// Output:
	// in the retry: 1 call
	// detached: 3 calls
}

// A health check wants to know how the dependency is now.
func ExampleWithoutRetry() {
	calls := 0
	client := NewResilientClient(ClientFunc(func(context.Context, string) (string, error) {
		calls++
		return "", errUnavailable
	}), nil)

	_, err := client.Get(retry.WithoutRetry(context.Background()), "key")
	fmt.Println(err, "after", calls, "call")
	// Output: unavailable after 1 call
}

// Hooks count for metrics. The outcome of a call is a fit label.
func ExampleHooks() {
	retries, ended := 0, make(map[retry.Outcome]int)
	hooks := retry.Hooks{
		Retry:    func(context.Context, retry.RetryEvent) { retries++ },
		CallDone: func(_ context.Context, e retry.CallEvent) { ended[e.Outcome]++ },
		BreakerChange: func(c breaker.Change) {
			fmt.Printf("breaker of %s: %v to %v\n", c.Name, c.From, c.To)
		},
	}
	client := NewResilientClient(ClientFunc(func(_ context.Context, key string) (string, error) {
		if key == "good" {
			return "value", nil
		}
		return "", errUnavailable
	}), &retry.Options{Hooks: hooks})

	for _, key := range []string{"good", "bad", "bad", "good"} {
		_, _ = client.Get(context.Background(), key)
	}
	fmt.Println("retries:", retries)
	fmt.Println("calls:", ended)
	// Output:
	// breaker of Client: closed to open
	// retries: 2
	// calls: map[exhausted:1 open:2 success:1]
}

// A Logger gets what somebody should look at: the breaker's changes, and the calls
// that were given up, one line a second for each method.
func ExampleOptions() {
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{} // for an output that is always the same
			}
			return a
		},
	}))
	client := NewResilientClient(ClientFunc(func(context.Context, string) (string, error) {
		return "", errUnavailable
	}), &retry.Options{Logger: logger})

	ctx := retry.WithoutRetry(context.Background())
	for range 10 {
		_, _ = client.Get(ctx, "key")
	}
	// Output:
	// level=WARN msg="gave up" method=Client.Get count=1 outcome=exhausted attempts=1 cause=unavailable
	// level=WARN msg="breaker open" breaker=Client from=closed failures=4 cooldown=30s
}

// Two wrappers of clients for one host share its breaker, so the second does not call a host
// that is down for the first. The breaker has the name of the group.
func ExampleGroup() {
	host := &retry.Group{Name: "api.example.com"}
	down := ClientFunc(func(context.Context, string) (string, error) { return "", errUnavailable })
	first := NewResilientClient(down, &retry.Options{Group: host})
	second := NewResilientClient(down, &retry.Options{Group: host})

	for range 2 {
		_, _ = first.Get(context.Background(), "key")
	}
	_, err := second.Get(context.Background(), "key")
	if refusal, ok := errors.AsType[*breaker.OpenError](err); ok {
		fmt.Println(refusal.Name(), "is guarded")
	}
	// Output: api.example.com is guarded
}

// An operator looks at the breaker, and closes it by hand.
func ExampleGroup_Breaker() {
	host := new(retry.Group)
	client := NewResilientClient(ClientFunc(func(context.Context, string) (string, error) {
		return "value", nil
	}), &retry.Options{Group: host})

	host.Breaker().ForceOpen()
	_, err := client.Get(context.Background(), "key")
	fmt.Println(err)
	host.Breaker().Reset()
	fmt.Println(host.Breaker().State())
	fmt.Println(client.Get(context.Background(), "key"))
	// Output:
	// circuit breaker "Client" is forced open
	// closed
	// value <nil>
}
