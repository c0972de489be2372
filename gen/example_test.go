package gen_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/retrygen/retrygen/gen"
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
