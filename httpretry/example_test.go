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

// An http.Client whose transport is a generated wrapper of this interface:
//
//	//retry:simple attempts=3 delay=10ms
//	//retry:breaker failures=3 cooldown=1s
//	//retry:error-in httpretry.ResponseError
//	type Transport interface{ http.RoundTripper }
//
// It sends a GET up to three times. A POST it would send again only if the server had not
// processed it.
func ExampleTransport() {
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		fmt.Printf("request %d, %s: %q\n", requests, httpretry.AttemptHeader, r.Header.Get(httpretry.AttemptHeader))
		if requests < 3 {
			http.Error(w, "busy", http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()

	client := &http.Client{Transport: request.NewResilientTransport(&httpretry.Transport{}, nil)}
	resp, err := client.Get(server.URL)
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

// A POST that is sent twice needs a key by which the server recognizes it. The Transport
// sends the key of the call with each request. Here the caller sets it; a method with
// //retry:idempotency-key makes a key for each call.
func ExampleTransport_idempotencyKey() {
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Printf("%s: %q\n", httpretry.IdempotencyKeyHeader, r.Header.Get(httpretry.IdempotencyKeyHeader))
		if requests++; requests == 1 {
			http.Error(w, "busy", http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()

	client := &http.Client{Transport: request.NewResilientTransport(&httpretry.Transport{}, nil)}
	ctx := retry.WithIdempotencyKey(context.Background(), "order-4711")
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL, strings.NewReader("hello"))
	if err != nil {
		fmt.Println(err)
		return
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

// Check turns a status into an error that knows what the server asks for.
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
