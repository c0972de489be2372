package breaker_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/retrygen/retrygen/breaker"
)

func ExampleConfig_rate() {
	b := breaker.New(breaker.Config{
		Rate: 50 * breaker.Percent, Min: 10, Window: time.Minute,
	})
	for n := range 12 {
		permit, err := b.Allow()
		if err != nil {
			fmt.Println("refused from attempt", n+1)
			break
		}
		if n%3 == 0 {
			permit.Done(breaker.Success)
		} else {
			permit.Done(breaker.Failure)
		}
	}
	// Output: refused from attempt 11
}

// A dependency that answers too late opens the breaker as well.
func ExampleConfig_slowRate() {
	b := breaker.New(breaker.Config{
		Slow: time.Millisecond, SlowRate: 50 * breaker.Percent, Min: 4,
	})
	for n := range 6 {
		permit, err := b.Allow()
		if err != nil {
			fmt.Println("refused from attempt", n+1)
			break
		}
		<-time.After(time.Millisecond) // the attempt
		permit.Done(breaker.Success)
	}
	// Output: refused from attempt 5
}

func ExampleKeyed() {
	shards := breaker.NewKeyed[string](breaker.Config{Name: "ledger", Failures: 1, Cooldown: time.Minute}, 0)
	fail := func() error { return errors.New("shard is down") }
	succeed := func() error { return nil }
	fmt.Println(shards.Do("eu-1", fail))
	fmt.Println(errors.Is(shards.Do("eu-1", succeed), breaker.ErrOpen))
	fmt.Println(shards.Do("eu-2", succeed))
	fmt.Println(shards.Snapshot().Keys, "key is remembered")
	// Output:
	// shard is down
	// true
	// <nil>
	// 1 key is remembered
}

// An operator blocks one tenant, and lets it in again.
func ExampleKeyed_Key() {
	tenants := breaker.NewKeyed[string](breaker.Config{Name: "ledger"}, 0)
	succeed := func() error { return nil }
	if err := tenants.Key("acme").ForceOpen(); err != nil {
		panic(err) // no room for another key
	}
	fmt.Println(tenants.Do("acme", succeed))
	for tenant, s := range tenants.Each() {
		fmt.Println(tenant, s.State, s.Refused, "refused")
	}
	tenants.Key("acme").Reset()
	fmt.Println(tenants.Do("acme", succeed))
	// Output:
	// circuit breaker "ledger" is forced open
	// acme open 1 refused
	// <nil>
}

// A new breaker can watch for a while before it refuses.
func ExampleBreaker_SetMode() {
	b := breaker.New(breaker.Config{Failures: 1, OnChange: func(c breaker.Change) {
		fmt.Println("would be", c.To)
	}})
	b.SetMode(breaker.WatchOnly)
	permit, _ := b.Allow()
	permit.Done(breaker.Failure)
	_, err := b.Allow()
	fmt.Println("refused:", err != nil)
	// Output:
	// would be open
	// refused: false
}
