// Package connectclient wraps clients of connect.
package connectclient

import (
	"context"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

//go:generate go tool retrygen -type=Echo

// Echo has the shape of the clients that connect generates.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:allow blind-breaker the tests look at single errors, and end what hangs
type Echo interface {
	Say(ctx context.Context, in *connect.Request[wrapperspb.StringValue]) (*connect.Response[wrapperspb.StringValue], error)
}

// client is what connect generates.
type client struct {
	say *connect.Client[wrapperspb.StringValue, wrapperspb.StringValue]
}

func (c *client) Say(ctx context.Context, in *connect.Request[wrapperspb.StringValue]) (*connect.Response[wrapperspb.StringValue], error) {
	return c.say.CallUnary(ctx, in)
}
