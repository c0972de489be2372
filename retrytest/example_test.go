package retrytest_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/retrygen/retrygen/retrytest"
	retry "github.com/retrygen/retrygen/runtime"
)

// Wrappers that retrygen generates take the same Options.
func Example() {
	rec := new(retrytest.Recorder)
	client := newClient("simple attempts=3 delay=1ms", &retry.Options{
		Chaos: retrytest.Plan("2*error(busy)->off", retrytest.Errors{"busy": errors.New("busy")}),
		Hooks: rec.Hooks(),
	})
	_ = client.Do(context.Background(), work)
	for _, line := range rec.Calls() {
		fmt.Println(line)
	}
	// Output:
	// PaymentClient.Charge: retry, wait 1ms, retry, wait 1ms, success => success
}

// A test with sockets cannot run in a bubble. With NoWait it need not wait either.
func ExampleRecorder_NoWait() {
	rec := new(retrytest.Recorder)
	client := newClient("exponential-jitter attempts=3 base=5s", &retry.Options{
		Override: rec.NoWait(),
		Chaos:    retrytest.PlanOf(errors.New("busy"), errors.New("busy")),
		Hooks:    rec.Hooks(),
	})
	began := time.Now()
	_ = client.Do(context.Background(), work)
	fmt.Println(rec.Calls()[0])
	fmt.Println("within a second:", time.Since(began) < time.Second)
	// Output:
	// PaymentClient.Charge: retry, wait up to 5s, retry, wait up to 10s, success => success
	// within a second: true
}

func ExampleIdle() {
	var t printing // in a test, the *testing.T
	group := new(retry.Group)
	newClient("breaker failures=5", &retry.Options{Group: group})
	group.MethodBreaker("PaymentClient.Charge").ForceOpen()
	retrytest.Idle(t, group)
	// Output:
	// the calls have left something behind:
	//   the breaker of PaymentClient.Charge is still forced open
}

// Without a budget, an outage makes the load grow.
func ExampleStorm() {
	var t printing
	group := new(retry.Group)
	client := newClient("simple attempts=4; budget off", &retry.Options{Group: group})
	retrytest.Storm(t, group, "PaymentClient.Charge", 1000, 0.5, func() {
		_ = client.Do(context.Background(), work)
	})
	// Output:
	// PaymentClient.Charge has no budget: nothing limits its retries in an outage
}

// The file has the policies in force, an override included.
func ExampleGolden() {
	var t printing
	override, err := retry.ParseOverrides("PaymentClient.Charge: attempts=5")
	if err != nil {
		panic(err)
	}
	group := new(retry.Group)
	newClient("simple attempts=3 delay=1s", &retry.Options{Group: group, Override: override})
	retrytest.Golden(t, group, "testdata/example.golden")
	// Output:
	// the policies in force are not those of the file:
	// --- testdata/example.golden
	// +++ in force
	//   PaymentClient.Charge
	// -   simple attempts=3 delay=1s max=10s
	// +   simple attempts=5 delay=1s max=10s
	// +   override: simple attempts=5 delay=1s max=10s
	// +     instead of: simple attempts=3 delay=1s max=10s
	// if they are right, run
	//   RETRYTEST_UPDATE=1 go test -run '^TestPolicies$'
}

// newClient stands for the constructor of a wrapper.
func newClient(policy string, opts *retry.Options) *retry.Func {
	client, err := retry.NewFunc("PaymentClient.Charge", policy, opts)
	if err != nil {
		panic(err)
	}
	return client
}

func work(context.Context) error { return nil }

// A printing is a test that prints how it fails.
type printing struct{}

func (printing) Name() string                      { return "TestPolicies" }
func (printing) Helper()                           {}
func (printing) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }
