package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// With -serve, the page shows the calls until somebody interrupts it, also while a reader has
// it open. Nothing is left behind.
func TestServe(t *testing.T) {
	before := runtime.NumGoroutine()
	ctx, interrupt := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, loopback, "127.0.0.1:0", writer) }()
	line, err := bufio.NewReader(reader).ReadString('\n')
	require.NoError(t, err)
	address := strings.TrimSpace(line)

	client := &http.Client{Transport: new(http.Transport)}
	get := func(address string) string {
		response, err := client.Get(address)
		require.NoError(t, err)
		defer response.Body.Close()
		assert.Equal(t, http.StatusOK, response.StatusCode)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return string(body)
	}
	require.Eventually(t, func() bool {
		return strings.Contains(get(address), "PaymentClient.Charge") && !strings.Contains(get(address), "no call has ended yet")
	}, time.Minute, 100*time.Millisecond)
	assert.Contains(t, get(strings.TrimSuffix(address, pagePath)), "<title>", "the root leads to it")
	stream, err := client.Get(address + "events")
	require.NoError(t, err)

	interrupt()
	select {
	case err := <-ended:
		assert.NoError(t, err)
	case <-time.After(time.Minute):
		require.Fail(t, "it does not end")
	}
	assert.NoError(t, stream.Body.Close())
	client.CloseIdleConnections()
	const asking = 1 // this goroutine
	assert.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+asking }, time.Minute, 10*time.Millisecond)
}

// An address that is taken is an error, and ends the rest.
func TestServeOnATakenAddress(t *testing.T) {
	listener, err := loopback.listen("127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	assert.ErrorContains(t, serve(t.Context(), loopback, listener.Addr().String(), io.Discard), "address already in use")
}
