package perrequest

import (
	"client"
	"context"
	"net/http"

	retry "github.com/retrygen/retrygen/runtime"
)

type server struct {
	next  client.Client
	kept  *client.ResilientClient
	group *retry.Group
}

// A handler of net/http.
func (s *server) get(w http.ResponseWriter, r *http.Request) {
	c := client.NewResilientClient(s.next, nil) // want `NewResilientClient builds a wrapper for each HTTP request, so its breaker and budget never see more than one: build it once, or set Options.Group`
	c.Get(r.Context(), "a")
}

// A handler that is a literal.
func (s *server) route(mux *http.ServeMux) {
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		client.NewResilientClient(s.next, nil).Get(r.Context(), "a") // want `for each HTTP request`
	})
}

// Options without a Group, and a literal inside of a handler.
func (s *server) options(w http.ResponseWriter, r *http.Request) {
	go func() {
		c := client.NewResilientClient(s.next, &retry.Options{Name: "eu"}) // want `for each HTTP request`
		c.Get(r.Context(), "a")
	}()
}

// Options in a variable, and the wrapper in one of the interface's type.
func (s *server) variable(w http.ResponseWriter, r *http.Request) {
	opts := retry.Options{}
	opts.Name = "eu"
	var c client.Client = client.NewResilientClient(s.next, &opts) // want `for each HTTP request`
	c.Put(r.Context(), "a", "b")
}

// Options in a variable that is a pointer.
func (s *server) pointer(w http.ResponseWriter, r *http.Request) {
	opts := &retry.Options{Name: "eu"}
	c := client.NewResilientClient(s.next, opts) // want `for each HTTP request`
	c.Put(r.Context(), "a", "b")
}

// A retry.Func.
func (s *server) function(w http.ResponseWriter, r *http.Request) {
	f, err := retry.NewFunc("Maps.Get", "exponential attempts=3", nil) // want `NewFunc builds a wrapper for each HTTP request`
	if err != nil {
		return
	}
	f.Do(r.Context(), func(ctx context.Context) error { return s.next.Put(ctx, "a", "b") })
	retry.DoValue(r.Context(), f, func(ctx context.Context) (string, error) { return s.next.Get(ctx, "a") })
}

// A loop over messages.
func (s *server) consume(ctx context.Context, keys <-chan string) {
	for key := range keys {
		c := client.NewResilientClient(s.next, nil) // want `in each round of a loop`
		c.Get(ctx, key)
	}
	for i := 0; i < 10; i++ {
		go func() {
			client.NewResilientClient(s.next, nil).Get(ctx, "a") // want `in each round of a loop`
		}()
	}
}

type message struct{}

func (*message) ProtoReflect() {}

// A method of a gRPC server.
func (s *server) Lookup(ctx context.Context, in *message) (*message, error) {
	c := client.NewResilientClient(s.next, nil) // want `for each gRPC request`
	_, err := c.Get(ctx, "a")
	return new(message), err
}

type stream interface {
	SetTrailer()
	RecvMsg(m any) error
}

// A streaming method of a gRPC server.
func (s *server) Watch(in stream) error {
	c := client.NewResilientClient(s.next, nil) // want `for each gRPC stream`
	return c.Put(context.Background(), "a", "b")
}
