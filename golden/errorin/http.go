// Package errorin has methods whose errors stand in their results: statuses of responses,
// batches of which a part fails, results with a method Err, and results without an error
// beside them.
package errorin

import (
	"context"
	"errors"
	"net/http"

	"github.com/retrygen/retrygen/httpretry"
)

// RequestEditor changes a request before it is sent, as in the clients of oapi-codegen.
type RequestEditor func(ctx context.Context, req *http.Request) error

// Client is a client as oapi-codegen writes it: it returns a status of 500 without an error.
//
//retry:simple attempts=3 delay=10ms
//retry:breaker failures=5 cooldown=1s
//retry:error-in httpretry.ResponseError
type Client interface {
	GetUser(ctx context.Context, id string, editors ...RequestEditor) (*http.Response, error)

	//retry:timeout attempt=1s
	GetAvatar(ctx context.Context, id string) (*http.Response, error)

	//retry:fallback noUsers
	ListUsers(ctx context.Context) (*http.Response, error)

	//retry:fallback noUsers
	//retry:result accepted
	Export(ctx context.Context) (*http.Response, error)

	//retry:hedge after=50ms
	Search(ctx context.Context, query string) (*http.Response, error)

	// Count has another result, so the func of the interface is skipped.
	Count(ctx context.Context) (int, error)

	//retry:error-in off
	Ping(ctx context.Context) (*http.Response, error)
}

// noUsers is the fallback for a list.
func noUsers(_ context.Context, err error) (*http.Response, error) {
	if httpretry.Safe(err) {
		return nil, err
	}
	return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody}, nil
}

func accepted(resp *http.Response, _ error) bool { return resp.StatusCode == http.StatusAccepted }

// ClientWithResponses is the other client of oapi-codegen, whose results are read already.
//
//retry:simple attempts=3 delay=10ms
//retry:error-in statusOf
type ClientWithResponses interface {
	GetUserWithResponse(ctx context.Context, id string) (*GetUserResponse, error)

	//retry:hedge after=50ms
	ListUsersWithResponse(ctx context.Context) (*ListUsersResponse, error)
}

// statusOf fits the results of all methods.
func statusOf(result interface{ StatusCode() int }, err error) error {
	if err != nil {
		return err
	}
	if status := result.StatusCode(); status >= 400 {
		return &httpretry.StatusError{StatusCode: status}
	}
	return nil
}

// GetUserResponse is a response that is read.
type GetUserResponse struct {
	Body         []byte
	HTTPResponse *http.Response
}

func (r *GetUserResponse) StatusCode() int { return r.HTTPResponse.StatusCode }

// ListUsersResponse is a response that is read.
type ListUsersResponse struct {
	Body   []byte
	Status int
}

func (r *ListUsersResponse) StatusCode() int { return r.Status }

// Transport is a RoundTripper that returns the last response, whatever its status.
//
//retry:simple attempts=3 delay=10ms
//retry:timeout attempt=1s
//retry:error-in httpretry.ResponseError
type Transport interface{ http.RoundTripper }

// ErrThrottled is the error of an entry that may be sent again.
var ErrThrottled = errors.New("throttled")

// BatchOutput is what a queue returns: a part of a batch may have failed.
type BatchOutput struct {
	Successful []string
	Failed     map[string]error
}

// Queue sends batches as SQS does.
//
//retry:simple attempts=3 delay=10ms
//retry:on ErrThrottled
type Queue interface {
	//retry:error-in partial
	SendBatch(ctx context.Context, entries []string) (out *BatchOutput, err error)

	//retry:error-in partialOf
	SendAll(ctx context.Context, entries []string) (sent int, failed map[string]error, err error)

	//retry:error-in ignoreClosed
	Drain(ctx context.Context) error
}

func partial(out *BatchOutput, err error) error {
	if err != nil {
		return err
	}
	for _, failed := range out.Failed {
		return failed
	}
	return nil
}

func partialOf(_ int, failed map[string]error, err error) error {
	return partial(&BatchOutput{Failed: failed}, err)
}

// ErrClosed says that the client is closed already.
var ErrClosed = errors.New("closed")

// ignoreClosed sees no failure where the method does.
func ignoreClosed(err error) error {
	if err == ErrClosed {
		return nil
	}
	return err
}
