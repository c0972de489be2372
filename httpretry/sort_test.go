package httpretry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// bundled fills in a struct with its fields, as the copy of http2.StreamError in net/http
// does (net/http/h2_error.go). Its code has a type of its own there.
type bundled struct {
	StreamID uint32
	Code     code
	Cause    error
}

type code uint32

func (e bundled) Error() string { return "stream error" }

func (e bundled) As(target any) bool {
	to := reflect.ValueOf(target).Elem()
	if to.Kind() != reflect.Struct || to.NumField() != 3 {
		return false
	}
	for i := range 3 {
		to.Field(i).Set(reflect.ValueOf(e).Field(i).Convert(to.Field(i).Type()))
	}
	return true
}

func TestRefusedStream(t *testing.T) {
	refused, cancelled := bundled{Code: 0x7, Cause: io.EOF}, bundled{Code: 0x8, Cause: io.EOF}
	class, delay := Sort(refused)
	assert.Equal(t, retry.ClassUnsent, class)
	assert.Zero(t, delay)
	class, _ = Sort(cancelled)
	assert.Equal(t, retry.ClassUnclassified, class)
	for _, err := range []error{fmt.Errorf("get: %w", refused), io.EOF, &StatusError{StatusCode: 429}, errors.Join(refused)} {
		class, _ := Sort(err)
		assert.Equal(t, retry.ClassUnclassified, class, "%v: it looks at the error itself", err)
	}
	assert.True(t, Safe(fmt.Errorf("get: %w", refused)))
	assert.False(t, Safe(cancelled))
}

// StreamError has the name and the fields of the type in golang.org/x/net/http2, which this
// module does not import.
type StreamError struct {
	StreamID uint32
	Code     code
	Cause    error
}

func (StreamError) Error() string { return "stream error" }

func TestIsRefused(t *testing.T) {
	const here = "github.com/retrygen/retrygen/httpretry"
	assert.True(t, isRefused(StreamError{Code: 0x7}, here))
	assert.False(t, isRefused(StreamError{Code: 0x6}, here))
	assert.False(t, isRefused(StreamError{Code: 0x8}, here))
	assert.False(t, isRefused(StreamError{Code: 0x7}, "golang.org/x/net/http2"), "the type of another package")
	assert.False(t, isRefused(bundled{Code: 0x7}, here), "a type of another name")
	class, delay := Sort(StreamError{Code: 0x7})
	assert.Equal(t, retry.ClassUnclassified, class)
	assert.Zero(t, delay)
}

func TestSafe(t *testing.T) {
	assert.True(t, Safe(&net.OpError{Op: "dial", Err: io.EOF}), "there was no connection")
	assert.False(t, Safe(&net.OpError{Op: "read", Err: io.EOF}), "the server may have carried it out")
	assert.False(t, Safe(context.DeadlineExceeded))
	assert.False(t, Safe(errors.New("down")))
}

// On sees what Sort knows.
func TestSortInAMethod(t *testing.T) {
	attempts := 0
	m := retry.NewWrapper("Client", policy.Policy{}, nil).Method("Do", retry.MethodSpec{
		Policy: policy.Policy{Retry: policy.Retry{Attempts: 2}}, Sort: Sort, On: retry.Unsent,
	})
	_ = m.Do(t.Context(), func(context.Context) error {
		attempts++
		return fmt.Errorf("get: %w", bundled{Code: 0x7, Cause: io.EOF})
	})
	assert.Equal(t, 2, attempts)
}
