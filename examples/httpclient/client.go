package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"github.com/retrygen/retrygen/httpretry"
)

//go:generate go tool retrygen -type=Inventory

// Inventory is the service as the rest of the program sees it.
//
//retry:exponential-jitter attempts=4 base=20ms max=2s
//retry:timeout attempt=1s total=10s
type Inventory interface {
	// Stock only reads, so it is retried after any failure but an answer such as 404.
	Stock(ctx context.Context, item string) (int, error)

	// Reserve takes items from the stock. It is sent again only if the server says
	// that it has not processed the request, with 429 for example, or if the request
	// was never sent. After 503 it may have been processed.
	//
	//retry:on httpretry.Safe unsent
	Reserve(ctx context.Context, item string, count int) error
}

// An httpInventory calls the service. It makes one request for each call and knows
// nothing of retries.
type httpInventory struct {
	client *http.Client
	url    string
}

func (i *httpInventory) Stock(ctx context.Context, item string) (count int, err error) {
	resp, err := i.send(ctx, http.MethodGet, "/stock/"+url.PathEscape(item))
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	err = json.NewDecoder(resp.Body).Decode(&count)
	return count, err
}

func (i *httpInventory) Reserve(ctx context.Context, item string, count int) error {
	resp, err := i.send(ctx, http.MethodPost, "/reserve/"+url.PathEscape(item)+"/"+strconv.Itoa(count))
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// send makes a request. httpretry.Check turns a status of 400 or higher into an error
// that knows whether a retry makes sense and what Retry-After says.
func (i *httpInventory) send(ctx context.Context, method, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, i.url+path, nil)
	if err != nil {
		return nil, err
	}
	resp, err := i.client.Do(req)
	if err != nil {
		return nil, err
	}
	if err := httpretry.Check(resp); err != nil {
		return nil, err
	}
	return resp, nil
}
