package retry_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// A payment that is carried out, but whose answer is lost, is sent again. The server must not
// charge twice for that.
func ExampleGroup_SetChaos() {
	w := retry.NewWrapper("PaymentClient", policy.Policy{}, nil)
	charge := w.Method("Charge", retry.MethodSpec{
		Policy: policy.Policy{Retry: policy.Retry{Attempts: 2, Strategy: backoff.Simple{}}},
	})
	err := w.Group().SetChaos("PaymentClient.Charge", &retry.Chaos{
		Acts: []retry.ChaosAct{{Kind: retry.ChaosHalfDone, Share: 1, Err: errors.New("connection reset")}},
	})
	fmt.Println(err)

	charged := 0
	err = charge.Do(context.Background(), func(context.Context) error { charged++; return nil })
	fmt.Println("charged:", charged)
	fmt.Println(errors.AsType[*retry.ChaosError](err))
	// Output:
	// <nil>
	// charged: 2
	// chaos: half-done: connection reset true
}
