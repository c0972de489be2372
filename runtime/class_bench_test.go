package retry

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/retrygen/retrygen/policy"
)

// custom is an error of a program that says nothing.
type custom struct{ code int }

func (e *custom) Error() string { return "custom" }

// What an error costs that says nothing, in a call that ends with it, and in one that
// tries again. Success is here to compare.
func BenchmarkErrorThatSaysNothing(b *testing.B) {
	plain := errors.New("down")
	errs := []struct {
		name string
		err  error
	}{
		{"Success", nil},
		{"New", plain},
		{"Wrapped", fmt.Errorf("charge: %w", plain)},
		{"WrappedTwice", fmt.Errorf("pay: %w", fmt.Errorf("charge: %w", plain))},
		{"Custom", &custom{1}},
		{"CustomWrapped", fmt.Errorf("charge: %w", &custom{1})},
		{"Joined", errors.Join(plain, &custom{2})},
	}
	method := func(text string) *Method {
		p, err := policy.Parse(text)
		if err != nil {
			b.Fatal(err)
		}
		return NewWrapper("Client", policy.Policy{}, nil).Method("Get", MethodSpec{Policy: p})
	}
	one, two := method("simple attempts=1"), method("simple attempts=2 delay=0s")
	for _, e := range errs {
		b.Run(e.name+"/Final", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = one.Do(b.Context(), func(context.Context) error { return e.err })
			}
		})
	}
	for _, e := range errs {
		b.Run(e.name+"/Retried", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				_ = two.Do(b.Context(), func(context.Context) error {
					if n++; n == 1 {
						return e.err
					}
					return nil
				})
			}
		})
	}
}
