package retry_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// With //retry:breaker key=tenant generated code calls For: a tenant whose shard is
// down does not shut the others out.
func ExampleMethod_For() {
	w := retry.NewWrapper("Orders", policy.Policy{}, nil)
	find := w.Method("Find", retry.MethodSpec{
		Policy: policy.Policy{Breaker: policy.Breaker{Failures: 1}},
		Keyed:  true,
	})
	call := func(tenant string) error {
		return find.For(tenant).Do(context.Background(), func(context.Context) error {
			if tenant == "acme" {
				return errors.New("shard 7 is down")
			}
			return nil
		})
	}
	fmt.Println(call("acme"))
	fmt.Println(errors.Is(call("acme"), breaker.ErrOpen))
	fmt.Println(call("other"))
	// Output:
	// shard 7 is down
	// true
	// <nil>
}

// Keys that an attacker may choose are not to take memory without end. Those beyond
// the number share one breaker.
func ExampleOptions_breakerKeys() {
	group := new(retry.Group)
	w := retry.NewWrapper("Orders", policy.Policy{}, &retry.Options{Group: group, BreakerKeys: 2})
	find := w.Method("Find", retry.MethodSpec{
		Policy: policy.Policy{Breaker: policy.Breaker{Failures: 3}},
		Keyed:  true,
	})
	for _, tenant := range []string{"acme", "initech", "hooli", "umbrella"} {
		_ = find.For(tenant).Do(context.Background(), func(context.Context) error {
			return errors.New("shard 7 is down")
		})
	}
	keys := group.Snapshot().Methods[0].Keys
	fmt.Println(keys.Keys, "keys; of the rest,", keys.Rest.Failures, "failures")
	// Output:
	// 2 keys; of the rest, 2 failures
}
