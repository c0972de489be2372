package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/retrygen/retrygen/breaker"
	retry "github.com/retrygen/retrygen/runtime"
)

// Calls begin at fixed times, whether or not those before have ended. So both runs make
// the same calls at the same times, and a run that fails sooner does not make more.
const (
	pace  = 10 * time.Millisecond
	calls = int(runs / pace)
)

// run makes the calls of one run, through the wrapper or without it.
func run(ctx context.Context, n network, wrapped bool, seed uint64) (*result, error) {
	server, err := startServer(n, newSchedule(seed))
	if err != nil {
		return nil, err
	}
	r := newResult(server)
	var client PaymentClient = newHTTPClient(n, server.address)
	if wrapped {
		client = NewResilientPaymentClient(client, &retry.Options{Hooks: r.hooks()})
	}
	following, stopFollowing := context.WithCancel(ctx)
	var followed error
	var follower sync.WaitGroup
	follower.Go(func() { followed = server.follow(following) })
	callAll(ctx, client, r)
	stopFollowing()
	follower.Wait()
	closed := client.Close()
	return r, errors.Join(ctx.Err(), followed, closed, server.stop())
}

// callAll begins each call at its time, and returns when all have ended.
func callAll(ctx context.Context, client PaymentClient, r *result) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for n := range calls {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Until(r.start.Add(time.Duration(n) * pace))):
		}
		wg.Go(func() { call(ctx, client, n, r) })
	}
}

// call makes the n-th call and notes how it ended.
func call(ctx context.Context, client PaymentClient, n int, r *result) {
	begin := time.Now()
	order, err := ask(ctx, client, n)
	if order == "" {
		r.called("Balance", time.Since(begin), err)
		return
	}
	r.charged(order, err)
	r.called("Charge", time.Since(begin), err)
}

// ask makes the n-th call: two charges to one balance, and sometimes a stolen card. It returns
// the order that was charged for.
func ask(ctx context.Context, client PaymentClient, n int) (order string, err error) {
	if n%3 == 0 {
		_, err = client.Balance(ctx, fmt.Sprintf("account-%d", n/3))
		return "", err
	}
	req := &ChargeRequest{Order: fmt.Sprintf("order-%d", n), Card: "good", Cents: 100 * n}
	if n%17 == 0 {
		req.Card = "stolen"
	}
	_, err = client.Charge(ctx, req)
	return req.Order, err
}

// kind names an error for the report.
func kind(err error) string {
	status, isStatus := errors.AsType[*statusError](err)
	network, isNetwork := errors.AsType[net.Error](err)
	dial, isDial := errors.AsType[*net.OpError](err)
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, breaker.ErrOpen):
		return "breaker open"
	case errors.Is(err, ErrDeclined):
		return "declined"
	case errors.Is(err, ErrNotReady):
		return "not ready"
	case isStatus && status.Retryable():
		return "server busy"
	case isNetwork && network.Timeout():
		return "timeout"
	case isDial && dial.Op == "dial":
		return "refused"
	}
	return "connection lost"
}
