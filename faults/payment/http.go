package payment

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/retrygen/retrygen/httpretry"
	retry "github.com/retrygen/retrygen/runtime"
)

// An httpClient is a Client that makes one request for each call.
type httpClient struct {
	base      string
	client    *http.Client
	transport *http.Transport
}

// newHTTPClient returns a client of the server at an address. Its transport sends the
// idempotency key.
func newHTTPClient(address string) *httpClient {
	const idle = 16 // the number of workers; with fewer, connections would be dialled all the time
	transport := &http.Transport{MaxIdleConnsPerHost: idle}
	return &httpClient{
		base:      "http://" + address,
		client:    &http.Client{Transport: &httpretry.Transport{Base: transport}},
		transport: transport,
	}
}

func (c *httpClient) Charge(ctx context.Context, order string) (*Receipt, error) {
	return c.post(ctx, order)
}

func (c *httpClient) ChargeWithoutKey(ctx context.Context, order string) (*Receipt, error) {
	return c.post(ctx, order)
}

func (c *httpClient) Close() error {
	c.transport.CloseIdleConnections()
	return nil
}

func (c *httpClient) post(ctx context.Context, order string) (*Receipt, error) {
	form := strings.NewReader(url.Values{"order": {order}}.Encode())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/charges", form)
	if err != nil {
		return nil, retry.Permanent(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := c.client.Do(req)
	if err == nil {
		err = httpretry.Check(resp)
	}
	if status, ok := errors.AsType[*httpretry.StatusError](err); ok && status.StatusCode == http.StatusPaymentRequired {
		return nil, ErrDeclined
	}
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	receipt := new(Receipt)
	if err := json.NewDecoder(resp.Body).Decode(receipt); err != nil {
		return nil, err
	}
	return receipt, nil
}
