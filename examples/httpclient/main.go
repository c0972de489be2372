// Httpclient shows a client of an HTTP service. A status becomes an error that tells
// the wrapper what to do, and a request that must not be processed twice is sent again
// only if the server has not processed it.
//
//	go run ./examples/httpclient
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
)

func main() {
	service := &server{stock: map[string]int{"tea": 12}, log: os.Stdout}
	listening := httptest.NewServer(service)
	defer listening.Close()
	demo(os.Stdout, service, listening.Client(), listening.URL)
}

// demo makes four calls. The server prints a line for each request, and demo one for
// each call.
func demo(w io.Writer, service *server, client *http.Client, url string) {
	ctx := context.Background()
	inventory := NewResilientInventory(&httpInventory{client: client, url: url}, nil)

	service.failNext(500, 503)
	count, err := inventory.Stock(ctx, "tea")
	fmt.Fprintf(w, "Stock(tea): %d, %v\n\n", count, err)

	count, err = inventory.Stock(ctx, "coffee")
	fmt.Fprintf(w, "Stock(coffee): %d, %v\n\n", count, err)

	service.failNext(429)
	err = inventory.Reserve(ctx, "tea", 2)
	fmt.Fprintf(w, "Reserve(tea, 2): %v\n\n", err)

	service.failNext(503)
	err = inventory.Reserve(ctx, "tea", 3)
	fmt.Fprintf(w, "Reserve(tea, 3): %v\n", err)
}
