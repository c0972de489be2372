package httpretry_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/retrygen/retrygen/golden/request"
	"github.com/retrygen/retrygen/httpretry"
	retry "github.com/retrygen/retrygen/runtime"
)

// An http.Client whose transport is a generated wrapper: the interface is
//
//	//retry:simple attempts=3 delay=10ms
//	//retry:breaker failures=3 cooldown=1s
//	type Transport interface{ http.RoundTripper }
func ExampleTransport() {
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls++
		fmt.Printf("request %d, %s: %q\n", calls, httpretry.AttemptHeader, r.Header.Get(httpretry.AttemptHeader))
		if calls < 3 {
			http.Error(w, "busy", http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()

	client := &http.Client{Transport: request.NewResilientTransport(&httpretry.Transport{}, nil)}
	resp, err := client.Post(server.URL, "text/plain", strings.NewReader("hello"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	fmt.Println(resp.Status)
	// Output:
	// request 1, Retry-Attempt: ""
	// request 2, Retry-Attempt: "2"
	// request 3, Retry-Attempt: "3"
	// 200 OK
}

// The key of a call goes to the server with each of its requests, by which that knows
// that they are one. Here the caller sets it; with //retry:idempotency-key each call
// has one.
func ExampleTransport_idempotencyKey() {
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Printf("%s: %q\n", httpretry.IdempotencyKeyHeader, r.Header.Get(httpretry.IdempotencyKeyHeader))
		if calls++; calls == 1 {
			http.Error(w, "busy", http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()

	client := &http.Client{Transport: request.NewResilientTransport(&httpretry.Transport{}, nil)}
	ctx := retry.WithIdempotencyKey(context.Background(), "order-4711")
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL, strings.NewReader("hello"))
	if err != nil {
		panic(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	fmt.Println(resp.Status)
	// Output:
	// Idempotency-Key: "order-4711"
	// Idempotency-Key: "order-4711"
	// 200 OK
}

// Check makes an error of a status, which knows what the server asks for.
func ExampleCheck() {
	resp := &http.Response{
		StatusCode: http.StatusTooManyRequests,
		Status:     "429 Too Many Requests",
		Header:     http.Header{"Retry-After": {"30"}},
	}
	err := httpretry.Check(resp)
	fmt.Println(err, httpretry.Safe(err))
	// Output:
	// http: 429 Too Many Requests true
}
