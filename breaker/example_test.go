package breaker_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/retrygen/retrygen/breaker"
)

// Two failures in a row open this breaker, so the third attempt does not run.
func Example() {
	b := breaker.New(breaker.Config{Name: "payments", Failures: 2, Cooldown: time.Minute})
	charge := func() error { return errors.New("connection refused") }
	for range 3 {
		err := b.Do(charge)
		if errors.Is(err, breaker.ErrOpen) { // its text says for how long
			fmt.Println("the breaker is open")
			return
		}
		fmt.Println(err)
	}
	// Output:
	// connection refused
	// connection refused
	// the breaker is open
}

// An attempt whose error is a healthy answer reports the outcome itself. If find can
// panic, report in a defer, as Do does.
func ExampleBreaker_Allow() {
	errNotFound := errors.New("order not found")
	find := func() error { return errNotFound }

	b := breaker.New(breaker.Config{Failures: 1})
	permit, err := b.Allow()
	if err != nil {
		fmt.Println(err)
		return
	}
	err = find()
	if err == nil || errors.Is(err, errNotFound) {
		permit.Done(breaker.Success)
	} else {
		permit.Done(breaker.Failure)
	}
	fmt.Println(err)
	fmt.Println(b.State())
	// Output:
	// order not found
	// closed
}

func ExampleBreaker_Do() {
	b := breaker.New(breaker.Config{Name: "payments", Failures: 1, Cooldown: time.Minute})
	fmt.Println(b.Do(func() error { return nil }))
	fmt.Println(b.Do(func() error { return errors.New("connection refused") }))

	err := b.Do(func() error { panic("never runs") })
	if refusal, ok := errors.AsType[*breaker.OpenError](err); ok {
		fmt.Println("come back in", refusal.RetryAfter().Round(time.Minute))
	}
	// Output:
	// <nil>
	// connection refused
	// come back in 1m0s
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

// What other processes learn about the dependency reaches this one by some message.
func ExampleBreaker_OpenFor() {
	b := breaker.New(breaker.Config{Name: "payments", Cooldown: time.Minute})

	// They found that it fails.
	b.OpenFor(time.Minute)
	s := b.Snapshot()
	fmt.Println(s.State, "remote:", s.Remote, "openings of its own:", s.Openings)

	// They found that it works again, and nobody has to wait for the end of the minute.
	b.CloseRemote()
	fmt.Println(b.State())
	// Output:
	// open remote: true openings of its own: 0
	// closed
}

func ExampleBreaker_ForceRemote() {
	b := breaker.New(breaker.Config{Name: "payments"})
	b.ForceClose()              // here
	b.ForceRemote(breaker.Open) // everywhere
	fmt.Println(b.State())
	b.Reset()
	fmt.Println(b.State())
	b.ResetRemote()
	fmt.Println(b.State())
	// Output:
	// closed
	// open
	// closed
}
