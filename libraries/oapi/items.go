// Package oapi wraps a client that oapi-codegen v2.8.2 has generated from items.yaml, with
//
//	oapi-codegen -generate types,client -package oapi items.yaml
package oapi

import (
	"context"
	"net/http"

	"github.com/retrygen/retrygen/httpretry"
)

//go:generate go tool retrygen

// Items is a part of ClientInterface. It returns responses, whatever their status.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:error-in httpretry.ResponseError
//retry:allow blind-breaker the tests look at single errors, and end what hangs
type Items interface {
	GetItem(ctx context.Context, id string, edit ...RequestEditorFn) (*http.Response, error)
}

// ParsedItems is a part of ClientWithResponsesInterface. It has read the responses.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:allow blind-breaker the tests look at single errors, and end what hangs
type ParsedItems interface {
	//retry:error-in statusOf
	GetItemWithResponse(ctx context.Context, id string, edit ...RequestEditorFn) (*GetItemResponse, error)
}

var (
	_ Items       = (ClientInterface)(nil)
	_ ParsedItems = (ClientWithResponsesInterface)(nil)
)

// statusOf returns the error that the status of a response means.
func statusOf(r *GetItemResponse, err error) error {
	if err != nil {
		return err
	}
	return httpretry.Check(r.HTTPResponse)
}
