package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/retrygen/retrygen/retrypage"
	retry "github.com/retrygen/retrygen/runtime"
)

// pagePath is where the page is.
const pagePath = "/debug/retry/"

// serve makes calls and serves the page about them until ctx ends.
func serve(ctx context.Context, n network, address string, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	schedule := newSchedule(seed)
	schedule.plan, schedule.round = slowPlan, time.Minute
	server, err := startServer(n, schedule)
	if err != nil {
		return err
	}
	client := NewResilientPaymentClient(newHTTPClient(n, server.address), nil)
	var followed, paged error
	var work sync.WaitGroup
	work.Go(func() { followed = server.follow(ctx) })
	work.Go(func() { callOnAndOn(ctx, client, server) })
	work.Go(func() {
		defer cancel() // without a page there is nothing to go on for
		paged = servePage(ctx, n, address, client.Group(), out)
	})
	work.Wait()
	return errors.Join(paged, followed, client.Close(), server.stop())
}

// callOnAndOn begins a call at each tick until ctx ends, and returns when all have ended.
func callOnAndOn(ctx context.Context, client PaymentClient, server *server) {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	perRound := int(server.schedule.round / pace)
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if n%perRound == 0 {
			server.forget() // or its memory would grow
		}
		wg.Go(func() { _, _ = ask(ctx, client, n%perRound) })
	}
}

// servePage serves the page about a group until ctx ends.
func servePage(ctx context.Context, n network, address string, group *retry.Group, out io.Writer) error {
	listener, err := n.listen(address)
	if err != nil {
		return err
	}
	page := retrypage.Handler(retrypage.Config{
		Title:      "payment",
		Groups:     retrypage.Groups(group),
		Counting:   true,
		History:    true,
		ShowErrors: true,
	})
	defer page.Close()
	mux := http.NewServeMux()
	mux.Handle(pagePath, page)
	mux.Handle("/{$}", http.RedirectHandler(pagePath, http.StatusFound))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	server.RegisterOnShutdown(page.Close)
	fmt.Fprintf(out, "http://%s%s\n", listener.Addr(), pagePath)

	shutDown := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		shutDown <- server.Shutdown(grace)
	})
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		stop()
		return err
	}
	return <-shutDown
}
