package breaker_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/retrygen/retrygen/breaker"
)

func Example() {
	b := breaker.New(breaker.Config{Name: "payments", Failures: 2, Cooldown: time.Minute})
	charge := func() error { return errors.New("connection refused") }
	for range 3 {
		permit, err := b.Allow()
		if err != nil {
			fmt.Println("refused:", errors.Is(err, breaker.ErrOpen))
			continue
		}
		if err := charge(); err != nil {
			permit.Done(breaker.Failure)
			fmt.Println("failed:", err)
		} else {
			permit.Done(breaker.Success)
		}
	}
	// Output:
	// failed: connection refused
	// failed: connection refused
	// refused: true
}

func ExampleOpenError_Forced() {
	b := breaker.New(breaker.Config{Name: "payments"})
	b.ForceOpen()
	_, err := b.Allow()
	if refusal, ok := errors.AsType[*breaker.OpenError](err); ok && refusal.Forced() {
		fmt.Println(refusal.Name(), "is switched off")
	}
	// Output: payments is switched off
}

func ExampleOpenError_RetryAfter() {
	b := breaker.New(breaker.Config{Name: "payments", Failures: 1, Cooldown: time.Minute})
	permit, _ := b.Allow()
	permit.Done(breaker.Failure)

	_, err := b.Allow()
	if refusal, ok := errors.AsType[*breaker.OpenError](err); ok {
		fmt.Println(refusal.Name(), "is back in", refusal.RetryAfter().Round(time.Minute))
	}
	// Output: payments is back in 1m0s
}

func ExampleConfig_onChange() {
	b := breaker.New(breaker.Config{Failures: 1, OnChange: func(c breaker.Change) {
		fmt.Println(c.From, "to", c.To)
	}})
	permit, _ := b.Allow()
	permit.Done(breaker.Failure)
	b.Reset()
	// Output:
	// closed to open
	// open to closed
}

func ExampleBreaker_Refuses() {
	b := breaker.New(breaker.Config{Failures: 1, Cooldown: time.Minute})
	permit, _ := b.Allow()
	permit.Done(breaker.Failure)

	fmt.Println("in a second:", b.Refuses(time.Second) != nil)
	fmt.Println("in an hour:", b.Refuses(time.Hour) != nil)
	// Output:
	// in a second: true
	// in an hour: false
}

func ExampleBreaker_ForceOpen() {
	b := breaker.New(breaker.Config{Name: "payments"})
	b.ForceOpen()
	_, err := b.Allow()
	fmt.Println(err)
	b.Reset()
	fmt.Println(b.State())
	// Output:
	// circuit breaker "payments" is forced open
	// closed
}
