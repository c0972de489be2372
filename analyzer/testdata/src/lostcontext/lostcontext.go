package lostcontext

import (
	"client"
	"context"
	"net/http"
	"time"

	retry "github.com/retrygen/retrygen/runtime"
)

// With a context.
func get(ctx context.Context, c *client.ResilientClient) {
	c.Get(context.Background(), "a") // want `Get gets context.Background, so it does not end with ctx: make its context from ctx`
	c.Put(context.TODO(), "a", "b")  // want `Put gets context.TODO`
}

// With a request.
func handle(c *client.ResilientClient) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c.Get(context.Background(), "a") // want `does not end with r.Context\(\)`
	}
}

// By a variable and a timeout of its own.
func timeout(ctx context.Context, c *client.ResilientClient) {
	own, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	c.Get(own, "a") // want `Get gets context.Background, so it does not end with ctx`
}

// A retry.Func.
func function(ctx context.Context, f *retry.Func) {
	f.Do(context.Background(), func(ctx context.Context) error { return nil })                           // want `Do gets context.Background`
	retry.DoValue(context.Background(), f, func(ctx context.Context) (string, error) { return "", nil }) // want `DoValue gets context.Background`
}

// Near misses: the context of the func, or one made of it.
func fine(ctx context.Context, c *client.ResilientClient, next client.Client) {
	c.Get(ctx, "a")
	own, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	c.Get(own, "a")
	c.Get(context.WithoutCancel(ctx), "a")
	next.Get(context.Background(), "not a wrapper, as far as the type says")
	c.Close()
}

// A default for callers without a context.
func fallback(ctx context.Context, c *client.ResilientClient) {
	if ctx == nil {
		ctx = context.Background()
	}
	c.Get(ctx, "a")
}

// No context to pass on.
func start(c *client.ResilientClient) {
	c.Get(context.Background(), "a")
}

// A context that the func does not want.
func unwanted(_ context.Context, c *client.ResilientClient) {
	c.Get(context.Background(), "a")
}

// Work that outlives the request, and work that cleans up after it.
func outlives(ctx context.Context, c *client.ResilientClient) {
	go c.Put(context.Background(), "a", "b")
	go func() { c.Put(context.Background(), "a", "b") }()
	defer c.Put(context.Background(), "a", "b")
	time.AfterFunc(time.Second, func() { c.Put(context.Background(), "a", "b") })
}

// After the end of the context.
func after(ctx context.Context, c *client.ResilientClient) {
	<-ctx.Done()
	c.Put(context.Background(), "a", "stopped")
}
