package fleet

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// A dependency is the server that all processes call. It counts what reaches it.
type dependency struct {
	url     string
	dead    atomic.Bool
	reached atomic.Int64 // requests that came while it was dead
	served  atomic.Int64
}

func startDependency(t *testing.T) *dependency {
	d := new(dependency)
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	d.url = server.URL
	return d
}

func (d *dependency) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	if d.dead.Load() {
		d.reached.Add(1)
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	d.served.Add(1)
}
