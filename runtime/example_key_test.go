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

// One tenant sends requests that hurt the others. An operator blocks it, and lets it in again.
func ExampleGroup_KeyBreaker() {
	group := new(retry.Group)
	w := retry.NewWrapper("Orders", policy.Policy{}, &retry.Options{Group: group})
	find := w.Method("Find", retry.MethodSpec{
		Policy: policy.Policy{Breaker: policy.Breaker{Failures: 3}},
		Keyed:  true,
	})
	ok := func(context.Context) error { return nil }

	acme := group.KeyBreaker("Orders.Find", "acme")
	if err := acme.ForceOpen(); err != nil {
		panic(err)
	}
	fmt.Println(find.For("acme").Do(context.Background(), ok))
	fmt.Println(find.For("other").Do(context.Background(), ok))
	for _, k := range group.Keys("Orders.Find") {
		fmt.Println(k.Key, k.Breaker.State, k.Breaker.Refused, "refused")
	}

	acme.Reset()
	fmt.Println(find.For("acme").Do(context.Background(), ok))
	// Output:
	// circuit breaker "Orders.Find" is forced open
	// <nil>
	// acme open 1 refused
	// <nil>
}
