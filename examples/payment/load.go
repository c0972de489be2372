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

const (
	callers = 4                     // that call at the same time
	pace    = 25 * time.Millisecond // between the beginnings of two calls of a caller
)

// run makes the calls of one run, through the wrapper or without it.
func run(ctx context.Context, wrapped bool, seed uint64) (*result, error) {
	server, err := startServer(seed)
	if err != nil {
		return nil, err
	}
	r := newResult(server)
	var client PaymentClient = newHTTPClient(server.address)
	if wrapped {
		client = NewResilientPaymentClient(client, &retry.Options{Hooks: r.hooks()})
	}
	ctx, cancel := context.WithTimeout(ctx, runs)
	defer cancel()
	var following error
	var wg sync.WaitGroup
	wg.Go(func() { following = server.follow(ctx) })
	for caller := range callers {
		wg.Go(func() { call(ctx, client, caller, r) })
	}
	wg.Wait()
	closing := client.Close()
	return r, errors.Join(following, closing, server.stop())
}

// call makes one caller's calls until the run ends, two charges to a balance. A
// call that has begun is let finish.
func call(ctx context.Context, client PaymentClient, caller int, r *result) {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if ctx.Err() != nil {
			return
		}
		name, begin, work := "Charge", time.Now(), context.WithoutCancel(ctx)
		var err error
		if n%3 == 0 {
			name = "Balance"
			_, err = client.Balance(work, fmt.Sprintf("account-%d-%d", caller, n/3))
		} else {
			req := &ChargeRequest{Order: fmt.Sprintf("order-%d-%d", caller, n), Card: "good", Cents: 100 * n}
			if n%17 == 0 {
				req.Card = "stolen"
			}
			_, err = client.Charge(work, req)
			r.charged(req.Order, err)
		}
		r.called(name, time.Since(begin), err)
	}
}

// kind names an error as the report does.
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
