package fleet_test

import (
	"context"
	"fmt"
	"time"

	"github.com/retrygen/retrygen/fleet"
	"github.com/retrygen/retrygen/fleet/fleettest"
	retry "github.com/retrygen/retrygen/runtime"
)

// One document changes the policies of all processes of a fleet. In a program, the Store and
// the Bus are those of fleet/redisbus or fleet/natsbus.
func Example() {
	engine := new(fleettest.Engine)
	applied := make(chan fleet.Event, 1)
	f, err := fleet.New(fleet.Config{
		Store: engine.Connect(), Bus: engine.Connect(),
		OnEvent: func(e fleet.Event) {
			if e.Kind == fleet.EventApplied {
				applied <- e
			}
		},
	})
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- f.Run(ctx) }()

	opts := retry.Options{Group: new(retry.Group)}
	f.Instrument(&opts)
	if _, err := retry.NewFunc("PaymentClient.Charge", "simple attempts=4 delay=1s", &opts); err != nil {
		panic(err)
	}

	_, err = engine.Connect().Put(ctx, "for 30m by anna: the bank is slow\nPaymentClient: attempts=2\n", 0)
	if err != nil {
		panic(err)
	}
	e := <-applied
	fmt.Printf("revision %d by %s: %s\n", e.Revision, e.Sections[0].Author, e.Sections[0].Reason)
	fmt.Println(opts.Group.Snapshot().Methods[0].Policy.Retry.Attempts, "attempts")

	cancel()
	fmt.Println(<-ended)
	// Output:
	// revision 1 by anna: the bank is slow
	// 2 attempts
	// <nil>
}

func ExampleParseDocument() {
	_, err := fleet.ParseDocument("for 30 by anna: the bank is slow\nPaymentClient: force close\n")
	fmt.Println(err)
	// Output:
	// bad duration "30"; hint: a duration is a number and a unit, as in 90s, 30m or 2h
	// unknown state "close"; hint: did you mean "closed"?
}

// To add to a document, keep what is left of the others.
func ExampleSections_With() {
	present, err := fleet.ParseDocument("for 30m by anna: the bank is slow\nPaymentClient: attempts=2\n")
	if err != nil {
		panic(err)
	}
	more, err := fleet.ParseDocument("for 5m by ben: refunds fail\nPaymentClient.Refund: force open\n")
	if err != nil {
		panic(err)
	}
	age := 10 * time.Minute // of the present document
	fmt.Print(present.After(age).With(more[0]))
	// Output:
	// for 5m by ben: refunds fail
	// PaymentClient.Refund: force open
	// for 20m by anna: the bank is slow
	// PaymentClient: attempts=2
}
