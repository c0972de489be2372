package retry_test

import (
	"context"
	"fmt"
	"time"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// How many calls are copied tells whether the time after which they are is well chosen.
func ExampleHooks_hedgeStarted() {
	w := retry.NewWrapper("PaymentClient", policy.Policy{}, &retry.Options{Hooks: retry.Hooks{
		HedgeStarted: func(_ context.Context, e retry.HedgeEvent) {
			fmt.Printf("%s: copy %d of attempt %d\n", e.Method, e.Copy, e.Attempt)
		},
	}})
	balance := w.Method("Balance", retry.MethodSpec{
		Policy: policy.Policy{Hedge: policy.Hedge{After: time.Millisecond, Max: 1}},
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
	fmt.Println(got, err)
	// Output:
	// PaymentClient.Balance: copy 1 of attempt 1
	// 12.50 <nil>
}

// What a limit refuses may be a caller that has gone wild.
func ExampleHooks_limitRefused() {
	w := retry.NewWrapper("PaymentClient", policy.Policy{}, &retry.Options{Hooks: retry.Hooks{
		LimitRefused: func(_ context.Context, e retry.LimitEvent) {
			fmt.Printf("%s: attempt %d refused\n", e.Method, e.Attempt)
		},
	}})
	charge := w.Method("Charge", retry.MethodSpec{
		Policy: policy.Policy{Limit: policy.Limit{Rate: policy.Rate{Events: 2, Per: time.Hour}}},
	})
	for range 3 {
		fmt.Println(charge.Do(context.Background(), func(context.Context) error { return nil }))
	}
	// Output:
	// <nil>
	// <nil>
	// PaymentClient.Charge: attempt 1 refused
	// PaymentClient.Charge: limit reached: rate=2/h
}

// The hooks of a library of metrics and those of a program go together.
func ExampleJoinHooks() {
	attempts := 0
	metrics := retry.Hooks{
		AttemptDone: func(context.Context, retry.AttemptEvent) { attempts++ },
	}
	program := retry.Hooks{
		AttemptDone: func(_ context.Context, e retry.AttemptEvent) { fmt.Println(e.Method, e.Attempt, e.Err) },
	}
	client := NewResilientClient(ClientFunc(func(context.Context, string) (string, error) { return "value", nil }),
		&retry.Options{Hooks: retry.JoinHooks(metrics, program)})
	_, err := client.Get(context.Background(), "key")
	fmt.Println(attempts, err)
	// Output:
	// Client.Get 1 <nil>
	// 1 <nil>
}
