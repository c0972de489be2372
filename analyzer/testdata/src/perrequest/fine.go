package perrequest

import (
	"client"
	"context"
	"net/http"
	"sync"

	retry "github.com/retrygen/retrygen/runtime"
)

// Built once, before the requests.
func (s *server) middleware(next http.Handler) http.Handler {
	c := client.NewResilientClient(s.next, nil)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.Get(r.Context(), "a")
	})
}

// With a Group.
func (s *server) grouped(w http.ResponseWriter, r *http.Request) {
	c := client.NewResilientClient(s.next, &retry.Options{Group: s.group})
	c.Get(r.Context(), "a")
	opts := &retry.Options{}
	opts.Group = s.group
	d := client.NewResilientClient(s.next, opts)
	d.Get(r.Context(), "a")
}

func (s *server) fill(o *retry.Options) { o.Group = s.group }

// With Options that another func fills.
func (s *server) filled(w http.ResponseWriter, r *http.Request, given *retry.Options) {
	opts := &retry.Options{}
	s.fill(opts)
	c := client.NewResilientClient(s.next, opts)
	c.Get(r.Context(), "a")
	d := client.NewResilientClient(s.next, given)
	d.Get(r.Context(), "a")
}

// Kept for the next request.
func (s *server) lazy(w http.ResponseWriter, r *http.Request) {
	if s.kept == nil {
		s.kept = client.NewResilientClient(s.next, nil)
	}
	s.kept.Get(r.Context(), "a")
}

var cache sync.Map

// Kept in a cache.
func (s *server) cached(w http.ResponseWriter, r *http.Request) {
	c := client.NewResilientClient(s.next, nil)
	cache.Store(r.URL.Host, c)
	c.Get(r.Context(), "a")
}

var once sync.Once

// Built once, by package sync.
func (s *server) onlyOnce(w http.ResponseWriter, r *http.Request) {
	once.Do(func() {
		c := client.NewResilientClient(s.next, nil)
		c.Get(context.Background(), "warm up")
		s.kept = c
	})
}

// One for each shard, kept.
func (s *server) shards(shards []client.Client) (list []client.Client) {
	for _, shard := range shards {
		list = append(list, client.NewResilientClient(shard, nil))
	}
	wrappers := make(map[int]client.Client)
	for i, shard := range shards {
		c := client.NewResilientClient(shard, nil)
		c.Get(context.Background(), "warm up")
		wrappers[i] = c
	}
	return list
}

// Built before the loop, and once in a loop that keeps it.
func (s *server) before(ctx context.Context, keys []string) {
	c := client.NewResilientClient(s.next, nil)
	var late *client.ResilientClient
	for _, key := range keys {
		if late == nil {
			late = client.NewResilientClient(s.next, nil)
		}
		c.Get(ctx, key)
		late.Get(ctx, key)
	}
}

// A literal in a loop that runs when somebody calls it.
func (s *server) literals(n int) (list []func(context.Context)) {
	for range n {
		list = append(list, func(ctx context.Context) {
			c := client.NewResilientClient(s.next, nil)
			c.Get(ctx, "a")
		})
	}
	return list
}

// A func that looks like a gRPC method, but its parameter is a configuration.
func (s *server) Start(ctx context.Context, config *retry.Options) (*server, error) {
	c := client.NewResilientClient(s.next, nil)
	_, err := c.Get(ctx, "a")
	return s, err
}

// Silenced, for a line.
func (s *server) silenced(w http.ResponseWriter, r *http.Request) {
	c := client.NewResilientClient(s.next, nil) //nolint:retrygen // each tenant has its own
	c.Get(r.Context(), "a")
	//nolint:errcheck,retrygen
	d := client.NewResilientClient(s.next, nil)
	d.Get(r.Context(), "a")
}

// Silenced, for a func.
//
//nolint:retrygen // a tool for one person
func (s *server) silencedFunc(w http.ResponseWriter, r *http.Request) {
	c := client.NewResilientClient(s.next, nil)
	c.Get(r.Context(), "a")
}

// Another linter is silenced, so this one reports.
func (s *server) otherLinter(w http.ResponseWriter, r *http.Request) {
	c := client.NewResilientClient(s.next, nil) /* want `for each HTTP request` */ //nolint:errcheck
	c.Get(r.Context(), "a")
}
