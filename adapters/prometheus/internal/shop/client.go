// Package shop is what the tests of promretry measure: a server that counts what it is
// asked and answers as it is told, and a client with a wrapper around it.
package shop

import (
	"context"
	"io"
	"net/http"
	"net/url"

	"github.com/retrygen/retrygen/httpretry"
)

//go:generate go tool retrygen -type=Client

// A Client asks the server.
//
//retry:schedule 20ms 40ms max=1s
//retry:timeout total=2s
//retry:breaker failures=6 cooldown=1s
//retry:budget ratio=10% burst=10
type Client interface {
	Pay(ctx context.Context, order string) (string, error)

	// Price asks again after a while without an answer.
	//
	//retry:hedge after=50ms
	Price(ctx context.Context, item string) (string, error)

	// Offers returns no offers while the server fails.
	//
	//retry:fallback noOffers
	Offers(ctx context.Context, language string) (string, error)

	// Stock has a breaker for each shelf.
	//
	//retry:breaker failures=1 cooldown=1s key=shelf
	Stock(ctx context.Context, shelf string) (string, error)

	// Print prints one label at a time.
	//
	//retry:limit concurrent=1
	Print(ctx context.Context, label string) (string, error)
}

func noOffers(context.Context, string, error) (string, error) { return "none", nil }

// HTTP is a Client that asks the server at a URL.
type HTTP struct {
	URL    string
	Client *http.Client
}

func (h *HTTP) Pay(ctx context.Context, order string) (string, error) {
	return h.get(ctx, "/pay", order)
}

func (h *HTTP) Price(ctx context.Context, item string) (string, error) {
	return h.get(ctx, "/price", item)
}

func (h *HTTP) Offers(ctx context.Context, language string) (string, error) {
	return h.get(ctx, "/offers", language)
}

func (h *HTTP) Stock(ctx context.Context, shelf string) (string, error) {
	return h.get(ctx, "/stock", shelf)
}

func (h *HTTP) Print(ctx context.Context, label string) (string, error) {
	return h.get(ctx, "/print", label)
}

func (h *HTTP) get(ctx context.Context, path, of string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.URL+path+"?of="+url.QueryEscape(of), nil)
	if err != nil {
		return "", err
	}
	resp, err := h.Client.Do(req)
	if err != nil {
		return "", err
	}
	if err := httpretry.Check(resp); err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return string(text), err
}
