package retrytest_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/retrygen/retrygen/retrytest"
	retry "github.com/retrygen/retrygen/runtime"
)

// Wrappers that retrygen generates take the same Options.
func Example() {
	rec := new(retrytest.Recorder)
	client, err := retry.NewFunc("PaymentClient.Charge", "simple attempts=3 delay=1ms", &retry.Options{
		Chaos: retrytest.Plan("2*error(busy)->off", retrytest.Errors{"busy": errors.New("busy")}),
		Hooks: rec.Hooks(),
	})
	if err != nil {
		panic(err)
	}
	_ = client.Do(context.Background(), func(context.Context) error { return nil })
	for _, line := range rec.Calls() {
		fmt.Println(line)
	}
	// Output:
	// PaymentClient.Charge: retry, wait 1ms, retry, wait 1ms, success => success
}
