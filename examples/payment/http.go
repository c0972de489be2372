package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	retry "github.com/retrygen/retrygen/runtime"
)

// A network connects client and server.
type network struct {
	listen func(address string) (net.Listener, error)
	dial   func(ctx context.Context, network, address string) (net.Conn, error)
}

var loopback = network{
	listen: func(address string) (net.Listener, error) { return net.Listen("tcp", address) },
	dial:   new(net.Dialer).DialContext,
}

// An httpClient is a PaymentClient as one writes it by hand. It makes one request for each
// call and returns what came back.
type httpClient struct {
	base string
	http *http.Client
}

func newHTTPClient(n network, address string) *httpClient {
	const idle = 64 // about as many calls as run at once when the server is slow
	transport := &http.Transport{DialContext: n.dial, MaxIdleConnsPerHost: idle}
	return &httpClient{base: "http://" + address, http: &http.Client{Transport: transport}}
}

// Charge sends the key of the call, so that the server can tell a repeated request from a
// second one.
func (c *httpClient) Charge(ctx context.Context, charge *ChargeRequest) (*Receipt, error) {
	body, err := json.Marshal(charge)
	if err != nil {
		return nil, retry.Permanent(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/charges", bytes.NewReader(body))
	if err != nil {
		return nil, retry.Permanent(err)
	}
	if key := retry.IdempotencyKey(ctx); key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	receipt := new(Receipt)
	if err := c.do(req, receipt); err != nil {
		return nil, err
	}
	return receipt, nil
}

func (c *httpClient) Balance(ctx context.Context, account string) (Money, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/balances/"+url.PathEscape(account), nil)
	if err != nil {
		return Money{}, retry.Permanent(err)
	}
	var money Money
	err = c.do(req, &money)
	return money, err
}

func (c *httpClient) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

func (c *httpClient) do(req *http.Request, into any) error {
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
		return json.NewDecoder(resp.Body).Decode(into)
	case http.StatusPaymentRequired:
		return ErrDeclined
	case http.StatusTooEarly:
		return ErrNotReady
	}
	ms, _ := strconv.Atoi(resp.Header.Get("Retry-After-Ms"))
	return &statusError{resp.StatusCode, time.Duration(ms) * time.Millisecond}
}

// A statusError is any other response. The wrapper asks it whether to retry and when.
type statusError struct {
	code int
	wait time.Duration
}

func (e *statusError) Error() string             { return fmt.Sprintf("server says %d", e.code) }
func (e *statusError) Retryable() bool           { return e.code == http.StatusServiceUnavailable }
func (e *statusError) RetryAfter() time.Duration { return e.wait }
