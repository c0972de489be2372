package gen_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/retrygen/retrygen/gen"
	"github.com/retrygen/retrygen/internal/grammar"
)

func ExampleGenerate() {
	result, err := gen.Generate(context.Background(), gen.Config{
		Dir:   "../golden/payment",
		Types: []string{"PaymentClient"},
	})
	if list, ok := errors.AsType[gen.Errors](err); ok {
		for _, e := range list {
			fmt.Println(e.Pos, e.Msg)
		}
		return
	}
	for _, file := range result.Files {
		fmt.Println(filepath.Base(file.Path))
	}
	// Output: paymentclient_retry.go
}

func ExampleExplain() {
	explanation, err := gen.Explain(context.Background(), gen.Config{
		Dir:   "../golden/payment",
		Types: []string{"PaymentClient"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range explanation.Interfaces[0].Methods {
		fmt.Printf("%s: attempts %d, longest call %s\n", m.Name, m.Attempts, m.Call.Longest)
		for _, p := range m.Parts {
			if p.Concern == grammar.ConcernStrategy {
				fmt.Printf("  by the %s: %s\n", p.Origin.Place, p.Text)
			}
		}
	}
	// Output:
	// Charge: attempts 4, longest call 4.7s
	//   by the interface: exponential-jitter attempts=4 base=100ms factor=2 max=2s jitter=full min=0s
	// Balance: attempts 3, longest call 3.15s
	//   by the method: linear attempts=3 base=50ms max=10s
	// Close: attempts 1, longest call 0s
}
