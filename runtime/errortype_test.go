package retry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/breaker"
)

// A Code is a number like codes.Code of gRPC and connect.Code.
type Code uint32

// A grpcStatus is like *status.Status, and a grpcError like the error of one.
type grpcStatus struct{ code Code }

func (s *grpcStatus) Code() Code { return s.code }

type grpcError struct{ status *grpcStatus }

func (grpcError) Error() string             { return "rpc error" }
func (e grpcError) GRPCStatus() *grpcStatus { return e.status }

// A connectError is like *connect.Error.
type connectError struct{ code Code }

func (connectError) Error() string { return "connect" }
func (e connectError) Code() Code  { return e.code }

// A textCode is an error whose method Code means something else.
type textCode struct{}

func (textCode) Error() string { return "text" }
func (textCode) Code() string  { return "not a code of gRPC" }

// A pickyCode is an error whose method Code needs an argument, and whose GRPCStatus does.
type pickyCode struct{}

func (pickyCode) Error() string      { return "picky" }
func (pickyCode) Code(int) Code      { return 3 }
func (pickyCode) GRPCStatus(int) int { return 3 }

type sqlError string

func (e sqlError) Error() string    { return "sql" }
func (e sqlError) SQLState() string { return string(e) }

// A genericError is an error of a type with arguments.
type genericError[T any] struct{}

func (genericError[T]) Error() string { return "generic" }

func TestErrorType(t *testing.T) {
	refused := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"no error", nil, ""},

		{"a code of gRPC", grpcError{&grpcStatus{14}}, "UNAVAILABLE"},
		{"the first", grpcError{&grpcStatus{1}}, "CANCELLED"},
		{"the last", grpcError{&grpcStatus{16}}, "UNAUTHENTICATED"},
		{"OK is not an error's code", grpcError{&grpcStatus{0}}, "retry.grpcError"},
		{"an unknown code of gRPC", grpcError{&grpcStatus{17}}, "retry.grpcError"},
		{"no status", grpcError{}, "retry.grpcError"},
		{"a code of Connect", connectError{8}, "RESOURCE_EXHAUSTED"},
		{"another kind of code", textCode{}, "retry.textCode"},
		{"methods with arguments", pickyCode{}, "retry.pickyCode"},

		{"a status of HTTP", statusError(503), "503"},
		{"too small a status", statusError(99), "retry.statusError"},
		{"too large a status", statusError(600), "retry.statusError"},

		{"an SQLSTATE", sqlError("40P01"), "40P01"},
		{"too short an SQLSTATE", sqlError("4000"), "retry.sqlError"},
		{"a text in place of an SQLSTATE", sqlError("a\xff\nb "), "retry.sqlError"},

		{"a type", io.ErrNoProgress, "*errors.errorString"},
		{"a pointer", refused, "*net.OpError"},
		{"a value", syscall.ECONNREFUSED, "syscall.Errno"},
		{"a type with arguments", genericError[int]{}, "retry.genericError[int]"},
		{"a nil pointer", (*pathless)(nil), "*retry.pathless"},

		{"wrapped", fmt.Errorf("charge: %w", statusError(503)), "503"},
		{"below another type", &url.Error{Op: "Get", Err: refused}, "*net.OpError"},
		{"below a type with a name", &outside{0, statusError(503)}, "503"},
		{"a type among several errors", errors.Join(io.EOF, refused), "*net.OpError"},
		{"a code among several errors", errors.Join(refused, statusError(503)), "503"},
		{"nothing but texts", fmt.Errorf("%w: %w", io.EOF, io.ErrNoProgress), "*errors.errorString"},
		{"nothing but a text", fmt.Errorf("no %s", "wrapper"), "*errors.errorString"},
		{"beside a method that panics", errors.Join(panicking{}, statusError(409)), "409"},

		{"permanent", Permanent(refused), "*net.OpError"},
		{"the last error of a call", &Error{Cause: ErrExhausted, Last: statusError(503)}, "503"},
		{"the last error, not the breaker", &Error{Cause: &breaker.OpenError{}, Last: refused}, "*net.OpError"},
		{"refused by the breaker", &Error{Cause: &breaker.OpenError{}}, "*breaker.OpenError"},
		{"refused by the limit", &Error{Cause: &LimitError{}}, "*retry.LimitError"},
		{"no time left", &Error{Cause: ErrDeadline, ended: context.DeadlineExceeded}, "context.deadlineExceededError"},
		{"no time left, by our own reckoning", &Error{Cause: ErrDeadline}, "*retry.Error"},
		{"a fallback that failed", FallbackError(refused, statusError(503)), "503"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, ErrorType(tt.err))
		})
	}
}

func BenchmarkErrorType(b *testing.B) {
	for _, tt := range []struct {
		name string
		err  error
	}{
		{"type", &Error{Cause: ErrExhausted, Last: &url.Error{Op: "Get", Err: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}}}},
		{"status", fmt.Errorf("charge: %w", statusError(503))},
		{"grpc", grpcError{&grpcStatus{14}}},
	} {
		b.Run(tt.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ErrorType(tt.err)
			}
		})
	}
}
