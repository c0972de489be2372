package policy_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/retrygen/retrygen/policy"
)

func ExampleParse() {
	p, err := policy.Parse("exponential attempts=5 base=200ms; timeout total=2s")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Retry.Attempts, "attempts")
	fmt.Println(p.Retry.Strategy.Delay(3, 0, 0), "before the third retry")
	fmt.Println(p.Timeout.Total, "at most")
	// Output:
	// 5 attempts
	// 800ms before the third retry
	// 2s at most
}

func ExampleParse_error() {
	text := "exponential atempts=5; timeout total=2"
	_, err := policy.Parse(text)
	fmt.Println(err)
	if first, ok := errors.AsType[*policy.Error](err); ok {
		fmt.Println("the first is at", text[first.Offset:first.Offset+first.Len])
	}
	// Output:
	// unknown key "atempts"; hint: did you mean "attempts"?
	// bad duration "2" for key "total"; hint: a duration needs a unit, as in 100ms or 2s
	// the first is at atempts=5
}

func ExamplePolicy_Overlay() {
	declared, _ := policy.Parse("linear attempts=3; timeout attempt=1s total=5s; breaker failures=5")
	override, _ := policy.Parse("timeout total=2s; breaker off")
	fmt.Println(declared.Overlay(override))
	// Output:
	// linear attempts=3 base=100ms max=10s; timeout total=2s; breaker off
}

func ExampleParseOverrides() {
	text := `# while the bank is slow
PaymentClient: attempts=2; timeout total=10s
PaymentClient.Balance: breaker of
`
	list, err := policy.ParseOverrides(text)
	for _, o := range list {
		fmt.Println(o.Name, "gets", o.Patch)
	}
	for _, e := range policy.Errors(err) {
		line, column := e.Position(text)
		fmt.Printf("%d:%d: %v\n", line, column, e)
	}
	// Output:
	// PaymentClient gets attempts=2; timeout total=10s
	// 3:32: unexpected word "of"; hint: did you mean "off"?
}

// A patch changes the keys that it names, and keeps the others.
func ExampleParsePatch() {
	declared, _ := policy.Parse("exponential-jitter attempts=4 base=1s max=20s; timeout attempt=1s total=5s")
	patch, err := policy.ParsePatch("attempts=6; timeout total=30s; breaker failures=10")
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := patch.Apply(declared)
	for _, part := range p.Concerns() {
		fmt.Println(part)
	}
	fmt.Println(err)

	patch, _ = policy.ParsePatch("base=1m")
	_, err = patch.Apply(declared)
	fmt.Println(err)
	// Output:
	// exponential-jitter attempts=6 base=1s factor=2 max=20s jitter=full min=0s
	// timeout attempt=1s total=30s
	// breaker failures=10 cooldown=30s probes=1 successes=1
	// <nil>
	// base=1m is longer than max=20s; hint: max is 20s in what this changes
}

func ExamplePolicy_Concerns() {
	p, _ := policy.Parse("linear attempts=2; breaker off")
	for name, only := range p.Concerns() {
		fmt.Println(name, "is", only)
	}
	// Output:
	// strategy is linear attempts=2 base=100ms max=10s
	// breaker is breaker off
}

func ExamplePolicy_CheckFor() {
	p, _ := policy.Parse("simple attempts=3; timeout total=5s")
	fmt.Println(p.CheckFor(policy.Method{Context: true}))
	fmt.Println(p.CheckFor(policy.Method{}))
	// Output:
	// <nil>
	// a timeout needs a context, and the method has none
}

func ExamplePolicy_String() {
	p := policy.Policy{
		Timeout: policy.Timeout{Total: 90 * time.Second},
		Budget:  policy.Budget{Ratio: 20 * policy.Percent, Burst: 50},
	}
	fmt.Println(p)
	// Output:
	// timeout total=1m30s; budget ratio=20% burst=50
}

func ExamplePolicy_Check() {
	p, _ := policy.Parse("exponential attempts=unlimited")
	fmt.Println(p.Check())
	p.Budget.Off = true
	fmt.Println(p.Check())
	// Output:
	// policy: attempts=unlimited needs "budget off"
	// <nil>
}

func ExampleRatio() {
	fmt.Println(12*policy.Percent + policy.Percent/2)
	// Output:
	// 12.5%
}
