package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// A server is the inventory service. It fails when told to, and prints a line for each
// request.
type server struct {
	log io.Writer

	mu    sync.Mutex
	stock map[string]int
	fail  []int // the statuses of the next requests
}

// failNext lets the next requests fail with these statuses.
func (s *server) failNext(statuses ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = statuses
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status, count := s.answer(r)
	fmt.Fprintf(s.log, "  %s %s: %d %s\n", r.Method, r.URL.Path, status, http.StatusText(status))
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "1") // in seconds; the wrapper waits as long
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(count)
}

func (s *server) answer(r *http.Request) (status, count int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.fail) > 0 {
		status, s.fail = s.fail[0], s.fail[1:]
		return status, 0
	}
	path := strings.Split(r.URL.Path, "/")[1:]
	have, known := s.stock[path[1]]
	if !known {
		return http.StatusNotFound, 0
	}
	if r.Method == http.MethodPost {
		wanted, err := strconv.Atoi(path[2])
		if err != nil || wanted > have {
			return http.StatusConflict, have
		}
		s.stock[path[1]] = have - wanted
	}
	return http.StatusOK, have
}
