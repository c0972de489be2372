package backoff_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/retrygen/retrygen/backoff"
)

// A caller that waits without Loop keeps the previous delay and draws the random
// number. Here it always is the middle of the range; a program takes it from
// math/rand/v2.
func Example() {
	var strategy backoff.Strategy = backoff.ExponentialJitter{Base: 100 * time.Millisecond, Max: 2 * time.Second}

	var delay time.Duration
	for retry := range 6 {
		delay = strategy.Delay(retry+1, delay, 0.5)
		fmt.Println("retry", retry+1, "after", delay)
	}
	// Output:
	// retry 1 after 50ms
	// retry 2 after 100ms
	// retry 3 after 200ms
	// retry 4 after 400ms
	// retry 5 after 800ms
	// retry 6 after 1s
}

// The third attempt succeeds, after waits of 1ms and 2ms.
func ExampleLoop() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	failures := 2
	ping := func(context.Context) error {
		if failures--; failures >= 0 {
			return errors.New("connection refused")
		}
		return nil
	}

	var err error
	for attempt := range backoff.Loop(ctx, backoff.Exponential{Base: time.Millisecond, Max: time.Second}, 5) {
		err = ping(ctx)
		fmt.Println("attempt", attempt, err)
		if err == nil {
			break
		}
	}
	// Output:
	// attempt 1 connection refused
	// attempt 2 connection refused
	// attempt 3 <nil>
}

func ExampleSimple() {
	picture(backoff.Simple{Interval: 500 * time.Millisecond})
	// Output:
	// #####                500ms
	// #####                500ms
	// #####                500ms
	// #####                500ms
	// #####                500ms
	// #####                500ms
}

func ExampleSchedule() {
	picture(backoff.Schedule{Delays: []time.Duration{100 * time.Millisecond, 500 * time.Millisecond, 2 * time.Second}})
	// Output:
	// #                    100ms
	// #####                500ms
	// #################### 2s
	// #################### 2s
	// #################### 2s
	// #################### 2s
}

func ExampleLinear() {
	picture(backoff.Linear{Base: 300 * time.Millisecond, Max: 1500 * time.Millisecond})
	// Output:
	// ###                  300ms
	// ######               600ms
	// #########            900ms
	// ############         1.2s
	// ###############      1.5s
	// ###############      1.5s
}

func ExampleIncremental() {
	picture(backoff.Incremental{Base: 500 * time.Millisecond, Step: 200 * time.Millisecond})
	// Output:
	// #####                500ms
	// #######              700ms
	// #########            900ms
	// ###########          1.1s
	// #############        1.3s
	// ###############      1.5s
}

func ExampleExponential() {
	picture(backoff.Exponential{Base: 100 * time.Millisecond, Max: 2 * time.Second})
	// Output:
	// #                    100ms
	// ##                   200ms
	// ####                 400ms
	// ########             800ms
	// ################     1.6s
	// #################### 2s
}

func ExampleFibonacci() {
	picture(backoff.Fibonacci{Base: 200 * time.Millisecond})
	// Output:
	// ##                   200ms
	// ##                   200ms
	// ####                 400ms
	// ######               600ms
	// ##########           1s
	// ################     1.6s
}

func ExampleRandomizedExponential() {
	picture(backoff.RandomizedExponential{Base: 200 * time.Millisecond, Max: 1800 * time.Millisecond, Spread: 0.5})
	// Output:
	// #..                  100ms to 300ms
	// ##....               200ms to 600ms
	// ####........         400ms to 1.2s
	// ######............   600ms to 1.8s
	// ######............   600ms to 1.8s
	// ######............   600ms to 1.8s
}

func ExampleLinearJitter() {
	picture(backoff.LinearJitter{Base: 400 * time.Millisecond, Max: 2 * time.Second, Spread: 0.25})
	// Output:
	// ###..                300ms to 500ms
	// ######....           600ms to 1s
	// #########......      900ms to 1.5s
	// ############........ 1.2s to 2s
	// ############........ 1.2s to 2s
	// ############........ 1.2s to 2s
}

func ExampleExponentialJitter() {
	picture(backoff.ExponentialJitter{Base: 100 * time.Millisecond, Max: 2 * time.Second})
	// Output:
	// .                    0s to 100ms
	// ..                   0s to 200ms
	// ....                 0s to 400ms
	// ........             0s to 800ms
	// ................     0s to 1.6s
	// .................... 0s to 2s
}

func ExampleExponentialJitter_equal() {
	picture(backoff.ExponentialJitter{Base: 200 * time.Millisecond, Max: 2 * time.Second, Jitter: backoff.EqualJitter})
	// Output:
	// #.                   100ms to 200ms
	// ##..                 200ms to 400ms
	// ####....             400ms to 800ms
	// ########........     800ms to 1.6s
	// ##########.......... 1s to 2s
	// ##########.......... 1s to 2s
}

func ExampleExponentialJitter_decorrelated() {
	picture(backoff.ExponentialJitter{Base: 100 * time.Millisecond, Max: 2 * time.Second, Jitter: backoff.DecorrelatedJitter})
	// Output:
	// #..                  100ms to 300ms
	// #........            100ms to 900ms
	// #................... 100ms to 2s
	// #................... 100ms to 2s
	// #................... 100ms to 2s
	// #................... 100ms to 2s
}

// A caller that takes any strategy draws a random number only if the strategy uses it. It
// waits as long as a server asks only if that is within the bound.
func ExampleJittered() {
	const retryAfter = time.Minute
	for _, s := range []backoff.Strategy{
		backoff.Exponential{Base: time.Second, Max: 10 * time.Second},
		backoff.ExponentialJitter{Base: time.Second, Max: 2 * time.Minute},
	} {
		fmt.Printf("%T: draw %t, wait a minute %t\n", s, backoff.Jittered(s), retryAfter <= backoff.Cap(s))
	}
	// Output:
	// backoff.Exponential: draw false, wait a minute false
	// backoff.ExponentialJitter: draw true, wait a minute true
}

// picture draws the delays before six retries, one character for each tenth of a second: #
// up to the shortest delay, and . from there to the longest.
func picture(s backoff.Strategy) {
	const tenth = 100 * time.Millisecond
	var shortest, longest time.Duration
	for retry := range 6 {
		shortest = s.Delay(retry+1, shortest, 0)
		longest = s.Delay(retry+1, longest, math.Nextafter(1, 0))
		from, to := shortest.Round(time.Millisecond), longest.Round(time.Millisecond)
		bar := strings.Repeat("#", int(from/tenth)) + strings.Repeat(".", int((to-from)/tenth))
		if from == to {
			fmt.Printf("%-20s %v\n", bar, to)
			continue
		}
		fmt.Printf("%-20s %v to %v\n", bar, from, to)
	}
}
