package retry_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// newCharge stands for a generated constructor: it makes the method Charge of a
// wrapper of PaymentClient, with three attempts.
func newCharge(opts *retry.Options) *retry.Method {
	w := retry.NewWrapper("PaymentClient", policy.Policy{Budget: policy.DefaultBudget()}, opts)
	return w.Method("Charge", retry.MethodSpec{
		Policy:       policy.Policy{Retry: policy.Retry{Attempts: 3, Strategy: backoff.Simple{Interval: time.Millisecond}}},
		SharedBudget: true,
	})
}

func down(context.Context) error { return errors.New("down") }

// An operator's file changes the numbers of the generated wrappers when the program
// starts. What is wrong in it is named by line and column.
func ExampleParseOverrides() {
	_, err := retry.ParseOverrides("PaymentClient.Charge: simple atempts=2")
	fmt.Println(err)

	override, err := retry.ParseOverrides("PaymentClient.Charge: simple attempts=2 delay=1ms")
	if err != nil {
		panic(err)
	}
	charge := newCharge(&retry.Options{Override: override})
	gaveUp, _ := errors.AsType[*retry.Error](charge.Do(context.Background(), down))
	fmt.Println(gaveUp.Attempts, "attempts")
	// Output:
	// retry: overrides: line 1, column 30: unknown key "atempts"; hint: did you mean "attempts"?
	// 2 attempts
}

// A Group reaches the methods of its wrappers while calls run.
func ExampleGroup_SetPolicy() {
	group := new(retry.Group)
	charge := newCharge(&retry.Options{Group: group})

	calmer, err := policy.ParsePatch("attempts=1; timeout total=2s")
	if err != nil {
		panic(err)
	}
	if err := group.SetPolicy("PaymentClient.Charge", calmer); err != nil {
		panic(err)
	}
	fmt.Println(charge.Do(context.Background(), down))

	_ = group.ResetPolicy("PaymentClient.Charge") // as before
	_, isError := errors.AsType[*retry.Error](charge.Do(context.Background(), down))
	fmt.Println("gave up:", isError)
	// Output:
	// down
	// gave up: true
}

// Nothing is counted before somebody asks for it.
func ExampleGroup_Snapshot() {
	group := new(retry.Group)
	charge := newCharge(&retry.Options{Group: group})
	group.SetCounting(true)
	_ = charge.Do(context.Background(), down)
	_ = charge.Do(context.Background(), func(context.Context) error { return nil })

	for _, m := range group.Snapshot().Methods {
		fmt.Println(m.Method, m.Calls, "calls", m.Attempts, "attempts", m.Outcomes)
	}
	// Output:
	// PaymentClient.Charge 2 calls 4 attempts map[exhausted:1 success:1]
}

// An operator stops one method by hand, and the others go on.
func ExampleGroup_MethodBreaker() {
	group := new(retry.Group)
	w := retry.NewWrapper("PaymentClient", policy.Policy{}, &retry.Options{Group: group})
	guarded := retry.MethodSpec{Policy: policy.Policy{Breaker: policy.Breaker{Failures: 5}}}
	charge, refund := w.Method("Charge", guarded), w.Method("Refund", guarded)

	group.MethodBreaker("PaymentClient.Charge").ForceOpen()
	succeed := func(context.Context) error { return nil }
	fmt.Println(charge.Do(context.Background(), succeed))
	fmt.Println(refund.Do(context.Background(), succeed))
	// Output:
	// circuit breaker "PaymentClient.Charge" is forced open
	// <nil>
}

// A limit refuses what is one too many, and says so with an error of its own.
func ExampleLimitError() {
	w := retry.NewWrapper("PaymentClient", policy.Policy{}, nil)
	charge := w.Method("Charge", retry.MethodSpec{
		Policy: policy.Policy{Limit: policy.Limit{Rate: policy.Rate{Events: 1, Per: time.Minute}}},
	})
	succeed := func(context.Context) error { return nil }
	fmt.Println(charge.Do(context.Background(), succeed))
	err := charge.Do(context.Background(), succeed)
	fmt.Println(err, errors.Is(err, retry.ErrLimited))
	// Output:
	// <nil>
	// PaymentClient.Charge: limit reached: rate=1/m true
}

// A hedged method that is late is called a second time, and the first success wins.
func ExampleHedge() {
	w := retry.NewWrapper("PaymentClient", policy.Policy{}, nil)
	balance := w.Method("Balance", retry.MethodSpec{
		Policy: policy.Policy{Hedge: policy.Hedge{After: 5 * time.Millisecond, Max: 1}},
	})
	calls := make(chan int, 2)
	got, err := retry.Hedge(context.Background(), balance, func(ctx context.Context) (string, error) {
		calls <- 1
		if len(calls) == 1 {
			<-ctx.Done() // the first one hangs
			return "", ctx.Err()
		}
		return "12.50", nil
	})
	fmt.Println(got, err, len(calls), "calls")
	// Output:
	// 12.50 <nil> 2 calls
}

// A file changes what the source declares, and the environment has the last word.
func ExampleJoinOverrides() {
	os.Setenv("RETRYEXAMPLE_CLIENT_GET", "timeout total=5s")
	defer os.Unsetenv("RETRYEXAMPLE_CLIENT_GET")
	file, err := retry.ParseOverrides("Client.Get: linear attempts=2; timeout total=1s")
	if err != nil {
		fmt.Println(err)
		return
	}
	env, err := retry.EnvOverrides("RETRYEXAMPLE_")
	if err != nil {
		fmt.Println(err)
		return
	}
	group := new(retry.Group)
	NewResilientClient(nil, &retry.Options{Group: group, Override: retry.JoinOverrides(file, env)})
	p := group.Snapshot().Methods[0].Policy
	fmt.Println(policy.Policy{Retry: p.Retry, Timeout: p.Timeout})
	// Output: linear attempts=2 base=100ms max=10s; timeout total=5s
}

// In an incident, the breakers of a group stop refusing calls. They go on counting, so the
// snapshot says when they would admit calls anyway.
func ExampleGroup_SetBreakerMode() {
	group := new(retry.Group)
	w := retry.NewWrapper("PaymentClient", policy.Policy{Breaker: policy.Breaker{Failures: 1, Cooldown: time.Millisecond}},
		&retry.Options{Group: group})
	charge := w.Method("Charge", retry.MethodSpec{SharedBreaker: true})
	up := func(context.Context) error { return nil }

	group.SetBreakerMode(breaker.WatchOnly)
	fmt.Println(charge.Do(context.Background(), down))
	fmt.Println(group.Snapshot().Breaker.State)

	<-time.After(2 * time.Millisecond) // the cooldown
	fmt.Println(charge.Do(context.Background(), up))
	fmt.Println(group.Snapshot().Breaker.State)
	group.SetBreakerMode(breaker.On)
	// Output:
	// down
	// open
	// <nil>
	// closed
}
