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
