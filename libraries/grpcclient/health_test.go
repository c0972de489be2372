package grpcclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/retrygen/retrygen/libraries/internal/rows"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// The server returns each code.
func TestCodes(t *testing.T) {
	for _, test := range []struct {
		code codes.Code
		want rows.Want
	}{
		{codes.Canceled, rows.Answer},
		{codes.Unknown, rows.Fault},
		{codes.InvalidArgument, rows.Answer},
		{codes.DeadlineExceeded, rows.Deadline},
		{codes.NotFound, rows.Answer},
		{codes.AlreadyExists, rows.Answer},
		{codes.PermissionDenied, rows.Answer},
		{codes.ResourceExhausted, rows.Quota},
		{codes.FailedPrecondition, rows.Answer},
		{codes.Aborted, rows.Conflict},
		{codes.OutOfRange, rows.Answer},
		{codes.Unimplemented, rows.Answer},
		{codes.Internal, rows.Fault},
		{codes.Unavailable, rows.Transient},
		{codes.DataLoss, rows.Fault},
		{codes.Unauthenticated, rows.Answer},
	} {
		t.Run(test.code.String(), func(t *testing.T) {
			rows.Check(t, test.want, failing(status.New(test.code, "from the server")))
		})
	}
}

func TestNotFoundHundredTimes(t *testing.T) {
	rows.Hundred(t, failing(status.New(codes.NotFound, "no such service")))
}

func TestInternalOpensBreaker(t *testing.T) {
	rows.Opens(t, failing(status.New(codes.Internal, "a panic in the handler")))
}

// With a RetryInfo the server says when there is room again.
func TestRetryInfo(t *testing.T) {
	for _, code := range []codes.Code{codes.ResourceExhausted, codes.Unavailable} {
		t.Run(code.String(), func(t *testing.T) { rows.CheckDelay(t, 90*time.Second, failing(asking(t, code, 90*time.Second))) })
	}
	rows.Check(t, rows.Throttled, failing(asking(t, codes.ResourceExhausted, time.Millisecond)))
}

// With an attempt timeout in force the deadline that has passed may be that of the attempt.
func TestDeadlineUnderAttemptTimeout(t *testing.T) {
	over, err := policy.Parse("timeout attempt=1m")
	require.NoError(t, err)
	rows.Check(t, rows.Transient, func(t *testing.T, o *retry.Options) rows.Client {
		o.Override = func(_ policy.Method, p policy.Policy) (policy.Policy, error) { return p.Overlay(over), nil }
		return failing(status.New(codes.DeadlineExceeded, "in the server"))(t, o)
	})
}

// An interceptor may return any error. status.FromError says Unknown of one that is not a
// status, and looks into the branches of one that wraps several. Here the first says nothing,
// and of the others the worst branch decides.
func TestErrorsOfInterceptor(t *testing.T) {
	foreign, notFound, internal := errors.New("no token"), status.Error(codes.NotFound, "no"), status.Error(codes.Internal, "no")
	for _, test := range []struct {
		name string
		err  error
		want rows.Want
	}{
		{"foreign", foreign, rows.Unclassified},
		{"wrapped", fmt.Errorf("check: %w", notFound), rows.Answer},
		{"joined", errors.Join(notFound, internal), rows.Fault},
		{"joined with a foreign one", errors.Join(notFound, foreign), rows.Unclassified},
		{"several wrapped", fmt.Errorf("%w, %w", notFound, foreign), rows.Answer},
		{"not comparable", list{notFound}, rows.Unclassified},
		{"of no status", ok{}, rows.Unclassified},
		{"nil pointer", (*pointer)(nil), rows.Unclassified},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows.Check(t, test.want, func(t *testing.T, o *retry.Options) rows.Client {
				var attempts atomic.Int64
				fail := func(context.Context, string, any, any, *grpc.ClientConn, grpc.UnaryInvoker, ...grpc.CallOption) error {
					attempts.Add(1)
					return test.err
				}
				return wrap(connect(t, new(server), grpc.WithUnaryInterceptor(fail)), o, &attempts)
			})
		})
	}
}

// A list is an error that cannot be compared.
type list []error

func (list) Error() string { return "several" }

// An ok says that it has a status, and has none.
type ok struct{}

func (ok) Error() string              { return "ok" }
func (ok) GRPCStatus() *status.Status { return nil }

// A pointer has a status, but nothing behind it.
type pointer struct{ status *status.Status }

func (p *pointer) Error() string              { return p.status.Message() }
func (p *pointer) GRPCStatus() *status.Status { return p.status }

// A server that is gone is unavailable.
func TestNoServer(t *testing.T) {
	var attempts atomic.Int64
	count := func(ctx context.Context, method string, in, out any, c *grpc.ClientConn, next grpc.UnaryInvoker, o ...grpc.CallOption) error {
		attempts.Add(1)
		return next(ctx, method, in, out, c, o...)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithUnaryInterceptor(count))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, conn.Close()) })
	rows.Check(t, rows.Transient, func(_ *testing.T, o *retry.Options) rows.Client { return wrap(conn, o, &attempts) })
}

// asking returns a status that asks for a delay.
func asking(t *testing.T, code codes.Code, delay time.Duration) *status.Status {
	t.Helper()
	s, err := status.New(code, "too much").WithDetails(
		protoadapt.MessageV1Of(&errdetails.ErrorInfo{Reason: "QUOTA"}),
		protoadapt.MessageV1Of(&errdetails.RetryInfo{RetryDelay: durationpb.New(delay)}),
	)
	require.NoError(t, err)
	return s
}

// failing opens a wrapped client of a server that returns the status.
func failing(s *status.Status) rows.Open {
	return func(t *testing.T, o *retry.Options) rows.Client {
		failing := &server{status: s}
		return wrap(connect(t, failing), o, &failing.requests)
	}
}

func wrap(conn *grpc.ClientConn, o *retry.Options, requests *atomic.Int64) rows.Client {
	client := NewResilientHealth(healthpb.NewHealthClient(conn), o)
	return rows.Client{
		Group: client.Group(),
		Call: func(ctx context.Context) error {
			_, err := client.Check(ctx, new(healthpb.HealthCheckRequest))
			return err
		},
		Requests: func() int { return int(requests.Load()) },
	}
}

// A server fails each request.
type server struct {
	healthpb.UnimplementedHealthServer
	status   *status.Status
	requests atomic.Int64
}

func (s *server) Check(context.Context, *healthpb.HealthCheckRequest) (*healthpb.HealthCheckResponse, error) {
	s.requests.Add(1)
	return nil, s.status.Err()
}

// connect returns a connection in memory to a server.
func connect(t *testing.T, s *server, opts ...grpc.DialOption) *grpc.ClientConn {
	t.Helper()
	listener := bufconn.Listen(1 << 16)
	g := grpc.NewServer()
	healthpb.RegisterHealthServer(g, s)
	go func() { _ = g.Serve(listener) }() // the error says that the test has stopped it
	t.Cleanup(g.Stop)
	conn, err := grpc.NewClient("passthrough:///memory", append(opts,
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDisableRetry(),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }),
	)...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, conn.Close()) })
	return conn
}
