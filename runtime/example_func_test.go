package retry_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	retry "github.com/retrygen/retrygen/runtime"
)

// A single call needs neither an interface nor a generator.
func ExampleNewFunc() {
	notify, err := retry.NewFunc("Mail.Notify", "exponential attempts=3 base=1ms; timeout attempt=1s; breaker failures=5", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	err = notify.Do(context.Background(), func(ctx context.Context) error {
		if n := retry.Attempt(ctx); n < 3 {
			fmt.Println("attempt", n, "fails")
			return errors.New("greylisted")
		}
		return nil
	})
	fmt.Println(err)

	_, err = retry.NewFunc("Mail.Notify", "exponential atempts=3", nil)
	fmt.Println(err)
	// Output:
	// attempt 1 fails
	// attempt 2 fails
	// <nil>
	// retry: Mail.Notify: column 13: unknown key "atempts"; hint: did you mean "attempts"?
}

// A copy starts when the first attempt is slow, and the first success wins.
func ExampleDoValue() {
	geocode, err := retry.NewFunc("Maps.Geocode", "hedge after=1ms; timeout total=1m", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	servers := make(chan string, 2)
	servers <- "slow"
	servers <- "quick"
	place, err := retry.DoValue(context.Background(), geocode, func(ctx context.Context) (string, error) {
		server := <-servers
		if server == "slow" {
			select {
			case <-time.After(time.Minute):
			case <-ctx.Done():
				return "", ctx.Err()
			}
		}
		return "found by the " + server + " server", nil
	})
	fmt.Println(place, err)
	// Output: found by the quick server <nil>
}

// The copies of a hedge go to other servers than the attempt.
func ExampleCopy() {
	read, err := retry.NewFunc("Store.Read", "hedge after=1ms max=2; timeout total=1m", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	replicas := []string{"a hanging replica", "a quick replica", "another that hangs"}
	value, err := retry.DoValue(context.Background(), read, func(ctx context.Context) (string, error) {
		n := retry.Copy(ctx)
		if n != 1 {
			<-ctx.Done()
			return "", ctx.Err()
		}
		return fmt.Sprintf("copy %d asked %s", n, replicas[n]), nil
	})
	fmt.Println(value, err)
	// Output: copy 1 asked a quick replica <nil>
}
