package httpclient

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/retrygen/retrygen/libraries/internal/rows"
	"github.com/retrygen/retrygen/libraries/internal/web"
	retry "github.com/retrygen/retrygen/runtime"
)

// statusOf opens a wrapped Doer of a server that answers a method with a status.
func statusOf(method string, status int, header map[string]string) rows.Open {
	response := web.Response{Status: status, Header: header}
	return doing(response, func(ctx context.Context, url string) *http.Request { return request(ctx, method, url) })
}

// doing opens a wrapped Doer.
func doing(response web.Response, make func(ctx context.Context, url string) *http.Request) rows.Open {
	return func(t *testing.T, o *retry.Options) rows.Client {
		server := web.Start(t, response)
		wrapped := NewResilientDoer(checked{&http.Client{Transport: fresh(t)}}, o)
		return rows.Client{
			Group: wrapped.Group(),
			Call: func(ctx context.Context) error {
				return finish(wrapped.Do(make(ctx, server.URL)))
			},
			Requests: server.Requests,
		}
	}
}

// sending opens a wrapped Transport.
func sending(method string, response web.Response) rows.Open {
	return func(t *testing.T, o *retry.Options) rows.Client {
		server := web.Start(t, response)
		wrapped := NewResilientTransport(fresh(t), o)
		return rows.Client{
			Group: wrapped.Group(),
			Call: func(ctx context.Context) error {
				return finish(wrapped.RoundTrip(request(ctx, method, server.URL)))
			},
			Requests: server.Requests,
		}
	}
}

// fresh returns a transport that does not repeat a request on a connection that was open
// before, as net/http does.
func fresh(t *testing.T) *http.Transport {
	transport := &http.Transport{DisableKeepAlives: true}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// call returns a client whose requests no server counts.
func call(group *retry.Group, do func(*http.Request) (*http.Response, error), method, url string, attempts *atomic.Int64) rows.Client {
	return rows.Client{
		Group:    group,
		Call:     func(ctx context.Context) error { return finish(do(request(ctx, method, url))) },
		Requests: func() int { return int(attempts.Load()) },
	}
}

func request(ctx context.Context, method, url string) *http.Request {
	r, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		panic(err)
	}
	return r
}

func finish(response *http.Response, err error) error {
	if err == nil {
		err = response.Body.Close()
	}
	return err
}

// A counter is a Transport and a Doer that counts attempts.
type counter struct {
	do       func(*http.Request) (*http.Response, error)
	attempts *atomic.Int64
}

func (c counter) RoundTrip(r *http.Request) (*http.Response, error) { return c.Do(r) }

func (c counter) Do(r *http.Request) (*http.Response, error) {
	c.attempts.Add(1)
	return c.do(r)
}

var errBody = errors.New("the file is gone")

// broken is a body that fails.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errBody }
