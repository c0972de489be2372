// Package web is a server for the clients of HTTP APIs. It gives every request the same
// response.
package web

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// A Response is what the server answers.
type Response struct {
	Status int
	Header map[string]string
	Body   string // JSON, unless Header says otherwise
	Cut    bool   // closes the connection instead
	Reset  bool   // resets it instead
}

// A Server is a server on the loopback interface.
type Server struct {
	URL      string
	requests atomic.Int64
}

// Start starts a server, and stops it when the test ends.
func Start(t *testing.T, response Response) *Server {
	t.Helper()
	s := new(Server)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		if response.Cut {
			panic(http.ErrAbortHandler)
		}
		if response.Reset {
			reset(w)
			return
		}
		_, _ = io.Copy(io.Discard, r.Body) // fails if the client has gone
		w.Header().Set("Content-Type", "application/json")
		for name, value := range response.Header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(response.Status)
		_, _ = io.WriteString(w, response.Body)
	}))
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// reset takes the connection, and closes it so that the client gets a reset.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	_ = conn.(*net.TCPConn).SetLinger(0) // these fail if the client has gone
	_ = conn.Close()
}

// Requests returns how many requests the server has got.
func (s *Server) Requests() int { return int(s.requests.Load()) }
