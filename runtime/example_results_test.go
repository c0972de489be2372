package retry_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// With //retry:result running generated code asks the func of each result, and
// calls again while it is not good yet. No budget is used up by that.
func ExampleNotYet() {
	running := func(state string, err error) bool { return err == nil && state == "running" }

	w := retry.NewWrapper("Jobs", policy.Policy{}, nil)
	status := w.Method("Status", retry.MethodSpec{
		Policy: policy.Policy{Retry: policy.Retry{Attempts: 10, Strategy: backoff.Simple{}}},
	})
	polls := 0
	state, err := retry.Call(context.Background(), status, func(context.Context) (string, error) {
		state := "running"
		if polls++; polls == 3 {
			state = "done"
		}
		return state, retry.NotYet(running(state, nil), nil)
	})
	fmt.Println(state, err, polls, "polls")
	// Output:
	// done <nil> 3 polls
}

// With //retry:fallback cached generated code calls the func when the call has
// failed for good. Where that fails too, the caller sees both errors.
func ExampleFallbackError() {
	cached := func(err error) (string, error) { return "", errors.New("cache is empty") }

	w := retry.NewWrapper("Rates", policy.Policy{}, nil)
	get := w.Method("Get", retry.MethodSpec{})
	ctx := context.Background()
	rate, err := retry.Call(ctx, get, func(context.Context) (string, error) {
		return "", errors.New("connection refused")
	})
	if get.FallsBack(ctx, nil, err) {
		var failure error
		rate, failure = cached(err)
		err = retry.FallbackError(failure, err)
	}
	fmt.Printf("%q\n%v\n", rate, err)
	// Output:
	// ""
	// cache is empty
	// connection refused
}

// With //retry:rewind body each retry reads the body from where it stood.
func ExampleNewRewind() {
	w := retry.NewWrapper("Files", policy.Policy{}, nil)
	put := w.Method("Put", retry.MethodSpec{
		Policy: policy.Policy{Retry: policy.Retry{Attempts: 2, Strategy: backoff.Simple{}}},
	})
	body := strings.NewReader("contents")
	rewind := retry.NewRewind("body", body)
	err := put.Do(context.Background(), func(ctx context.Context) error {
		if err := rewind.Begin(); err != nil {
			return err
		}
		data, _ := io.ReadAll(body)
		fmt.Println(retry.Attempt(ctx), string(data))
		if retry.Attempt(ctx) == 1 {
			return errors.New("connection reset")
		}
		return nil
	})
	fmt.Println(err)
	// Output:
	// 1 contents
	// 2 contents
	// <nil>
}

// Numbers from the environment replace those of the source, concern by concern.
func ExampleEnvOverrides() {
	os.Setenv("EXAMPLE_RETRY_RATES_GET", "simple attempts=5 delay=1s; timeout off")
	defer os.Unsetenv("EXAMPLE_RETRY_RATES_GET")
	over, err := retry.EnvOverrides("EXAMPLE_RETRY_")
	if err != nil {
		fmt.Println(err) // names the variable and what is wrong with it
		return
	}
	group := new(retry.Group)
	w := retry.NewWrapper("Rates", policy.Policy{}, &retry.Options{Group: group, Override: over})
	w.Method("Get", retry.MethodSpec{Policy: policy.Policy{Breaker: policy.Breaker{Failures: 3}}})
	fmt.Println(group.Snapshot().Methods[0].Policy)
	// Output:
	// simple attempts=5 delay=1s max=10s; timeout off; breaker failures=3 cooldown=30s probes=1 successes=1
}

// Switched off, wrappers hand every call straight to what they wrap.
func ExampleGroup_SetEnabled() {
	group := new(retry.Group)
	w := retry.NewWrapper("Rates", policy.Policy{}, &retry.Options{Group: group})
	get := w.Method("Get", retry.MethodSpec{
		Policy: policy.Policy{Retry: policy.Retry{Attempts: 3, Strategy: backoff.Simple{}}},
	})
	for _, enabled := range []bool{true, false} {
		group.SetEnabled(enabled)
		calls := 0
		_ = get.Do(context.Background(), func(context.Context) error {
			calls++
			return errors.New("down")
		})
		fmt.Println(calls, "calls")
	}
	// Output:
	// 3 calls
	// 1 calls
}
