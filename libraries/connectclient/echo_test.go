package connectclient

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/retrygen/retrygen/libraries/internal/rows"
	"github.com/retrygen/retrygen/libraries/internal/web"
	retry "github.com/retrygen/retrygen/runtime"
)

const procedure = "/echo.Echo/Say"

// The server returns each code, in the protocol of connect and in that of gRPC.
func TestCodes(t *testing.T) {
	for _, test := range []struct {
		code connect.Code
		want rows.Want
	}{
		{connect.CodeCanceled, rows.Answer},
		{connect.CodeUnknown, rows.Fault},
		{connect.CodeInvalidArgument, rows.Answer},
		{connect.CodeDeadlineExceeded, rows.Deadline},
		{connect.CodeNotFound, rows.Answer},
		{connect.CodeAlreadyExists, rows.Answer},
		{connect.CodePermissionDenied, rows.Answer},
		{connect.CodeResourceExhausted, rows.Quota},
		{connect.CodeFailedPrecondition, rows.Answer},
		{connect.CodeAborted, rows.Conflict},
		{connect.CodeOutOfRange, rows.Answer},
		{connect.CodeUnimplemented, rows.Answer},
		{connect.CodeInternal, rows.Fault},
		{connect.CodeUnavailable, rows.Transient},
		{connect.CodeDataLoss, rows.Fault},
		{connect.CodeUnauthenticated, rows.Answer},
	} {
		t.Run(test.code.String(), func(t *testing.T) {
			err := connect.NewError(test.code, errors.New("from the server"))
			rows.Check(t, test.want, failing(err))
			rows.Check(t, test.want, failing(err, connect.WithGRPCWeb()))
		})
	}
}

func TestNotFoundHundredTimes(t *testing.T) {
	rows.Hundred(t, failing(connect.NewError(connect.CodeNotFound, errors.New("no"))))
}

func TestInternalOpensBreaker(t *testing.T) {
	rows.Opens(t, failing(connect.NewError(connect.CodeInternal, errors.New("a panic in the handler"))))
}

// The server says when there is room again, in a detail or in a header.
func TestDelays(t *testing.T) {
	inDetail := connect.NewError(connect.CodeResourceExhausted, errors.New("too much"))
	detail, err := connect.NewErrorDetail(&errdetails.RetryInfo{RetryDelay: durationpb.New(90 * time.Second)})
	require.NoError(t, err)
	inDetail.AddDetail(detail)
	rows.CheckDelay(t, 90*time.Second, failing(inDetail))

	inHeader := connect.NewError(connect.CodeUnavailable, errors.New("too much"))
	inHeader.Meta().Set("Retry-After", "120")
	rows.CheckDelay(t, 2*time.Minute, failing(inHeader))

	now := connect.NewError(connect.CodeResourceExhausted, errors.New("too much"))
	now.Meta().Set("Retry-After", "0")
	rows.Check(t, rows.Throttled, failing(now))
}

// With status 304 a server answers a conditional GET.
func TestNotModified(t *testing.T) {
	rows.Check(t, rows.Answer, failing(connect.NewNotModifiedError(nil), connect.WithHTTPGet(),
		connect.WithIdempotency(connect.IdempotencyNoSideEffects)))
}

// connect.CodeOf says Unknown of an error that is not one of connect. It says nothing here, and
// neither does a nil pointer.
func TestErrorsOfInterceptor(t *testing.T) {
	for name, err := range map[string]error{"foreign": errors.New("no token"), "nil pointer": (*connect.Error)(nil)} {
		t.Run(name, func(t *testing.T) {
			rows.Check(t, rows.Unclassified, func(_ *testing.T, o *retry.Options) rows.Client {
				var attempts atomic.Int64
				fail := connect.UnaryInterceptorFunc(func(connect.UnaryFunc) connect.UnaryFunc {
					return func(context.Context, connect.AnyRequest) (connect.AnyResponse, error) {
						attempts.Add(1)
						return nil, err
					}
				})
				return wrap("http://127.0.0.1:1", o, func() int { return int(attempts.Load()) }, connect.WithInterceptors(fail))
			})
		})
	}
}

// Of a connection that was cut the client says that it is unavailable, and of one that was
// reset that the call is canceled.
func TestBrokenConnection(t *testing.T) {
	for _, response := range []web.Response{{Cut: true}, {Reset: true}} {
		rows.Check(t, rows.Transient, func(t *testing.T, o *retry.Options) rows.Client {
			server := web.Start(t, response)
			return wrap(server.URL, o, server.Requests)
		})
	}
}

// failing opens a wrapped client of a server that returns the error.
func failing(err *connect.Error, opts ...connect.ClientOption) rows.Open {
	return func(t *testing.T, o *retry.Options) rows.Client {
		var requests atomic.Int64
		fail := func(context.Context, *connect.Request[wrapperspb.StringValue]) (*connect.Response[wrapperspb.StringValue], error) {
			requests.Add(1)
			return nil, err
		}
		mux := http.NewServeMux()
		mux.Handle(procedure, connect.NewUnaryHandler(procedure, fail, connect.WithIdempotency(connect.IdempotencyNoSideEffects)))
		server := httptest.NewServer(mux)
		t.Cleanup(server.Close)
		return wrap(server.URL, o, func() int { return int(requests.Load()) }, opts...)
	}
}

func wrap(url string, o *retry.Options, requests func() int, opts ...connect.ClientOption) rows.Client {
	say := connect.NewClient[wrapperspb.StringValue, wrapperspb.StringValue](http.DefaultClient, url+procedure, opts...)
	echo := NewResilientEcho(&client{say}, o)
	return rows.Client{
		Group: echo.Group(),
		Call: func(ctx context.Context) error {
			_, err := echo.Say(ctx, connect.NewRequest(wrapperspb.String("hello")))
			return err
		},
		Requests: requests,
	}
}
