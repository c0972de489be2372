package retry_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// A download may take longer than the timeout of the call that began it. Its
// context ends when it is closed.
func ExampleKeepReadCloser() {
	w := retry.NewWrapper("Files", policy.Policy{}, nil)
	open := w.Method("Open", retry.MethodSpec{
		Policy: policy.Policy{Timeout: policy.Timeout{Attempt: 10 * time.Millisecond}},
		Lends:  true,
	})
	var attempt context.Context
	file, err := retry.Call(context.Background(), open, func(ctx context.Context) (io.ReadCloser, error) {
		attempt = ctx
		return retry.KeepReadCloser(ctx, io.NopCloser(strings.NewReader("a large file"))), nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	time.Sleep(20 * time.Millisecond)
	data, _ := io.ReadAll(file)
	fmt.Println(string(data), attempt.Err())
	fmt.Println(file.Close(), attempt.Err())
	// Output:
	// a large file <nil>
	// <nil> context canceled
}
