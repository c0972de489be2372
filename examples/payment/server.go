package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A server takes payments, and fails by its schedule.
type server struct {
	network  network
	address  string
	schedule *schedule
	http     *http.Server
	done     sync.WaitGroup
	failed   error // why the server stopped, unless stop was called

	mu       sync.Mutex
	receipts map[string]Receipt // by idempotency key
	taken    map[string]int     // payments by order
	asked    map[string]int     // requests for the balance of an account
	requests int
	repeated int // charges ignored because their key was known
}

// startServer listens on a free port.
func startServer(n network, schedule *schedule) (*server, error) {
	s := &server{network: n, schedule: schedule}
	s.forget()
	if err := s.listen("127.0.0.1:0"); err != nil {
		return nil, err
	}
	return s, nil
}

// forget drops what the server knows of earlier requests.
func (s *server) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.receipts, s.taken, s.asked = make(map[string]Receipt), make(map[string]int), make(map[string]int)
}

func (s *server) listen(address string) error {
	listener, err := s.network.listen(address)
	if err != nil {
		return err
	}
	s.address = listener.Addr().String()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /charges", s.failing(s.charge))
	mux.HandleFunc("GET /balances/{account}", s.failing(s.balance))
	s.http = &http.Server{Handler: mux}
	s.done.Go(func() {
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.failed = err
		}
	})
	return nil
}

// follow stops and restarts the server by the plan, until ctx ends. If another process has
// taken the port, it tries again at the next tick. If the run ends without a server, it
// returns what was in the way.
func (s *server) follow(ctx context.Context) error {
	isDown := false
	var inTheWay error
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return inTheWay
		case <-tick.C:
		}
		switch wanted := s.schedule.phase().fault == down; {
		case wanted && !isDown:
			if err := s.stop(); err != nil {
				return err
			}
			isDown = true
		case !wanted && isDown:
			inTheWay = s.listen(s.address)
			isDown = inTheWay != nil
		}
	}
}

// stop ends the server as a crash does: running requests get no answer.
func (s *server) stop() error {
	err := s.http.Close()
	s.done.Wait()
	return errors.Join(err, s.failed)
}

// failing adds the faults before or after what a handler does.
func (s *server) failing(answer func(*http.Request) (int, any)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests++
		s.mu.Unlock()
		switch s.schedule.next() {
		case busy:
			w.Header().Set("Retry-After-Ms", "30")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		case slow:
			select {
			case <-time.After(400 * time.Millisecond):
			case <-r.Context().Done():
				return
			}
		case reset:
			answer(r) // the worst case: it is done, and the caller does not know
			abort(w)
			return
		}
		status, body := answer(r)
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body) // the caller may be gone
	}
}

// abort resets the connection in the middle of an answer.
func abort(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	_, _ = conn.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":"))
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

func (s *server) charge(r *http.Request) (int, any) {
	var req ChargeRequest
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
		return http.StatusBadRequest, err.Error()
	}
	if strings.HasPrefix(req.Card, "stolen") {
		return http.StatusPaymentRequired, "declined"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := r.Header.Get("Idempotency-Key")
	if receipt, ok := s.receipts[key]; ok && key != "" {
		s.repeated++
		return http.StatusOK, receipt
	}
	s.taken[req.Order]++
	receipt := Receipt{ID: fmt.Sprintf("%s/%d", req.Order, s.taken[req.Order])}
	s.receipts[key] = receipt
	return http.StatusOK, receipt
}

// balance knows an account that ends in zero only from the second request on.
func (s *server) balance(r *http.Request) (int, any) {
	account := r.PathValue("account")
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asked[account]++; strings.HasSuffix(account, "0") && s.asked[account] == 1 {
		return http.StatusTooEarly, "not ready"
	}
	return http.StatusOK, Money{Cents: 100}
}

// takenTwice counts the orders that were paid more than once.
func (s *server) takenTwice() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	twice := 0
	for _, n := range s.taken {
		if n > 1 {
			twice++
		}
	}
	return twice
}

// droppedRepeats counts the charges that were ignored because their key was known.
func (s *server) droppedRepeats() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.repeated
}

func (s *server) requestCount() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// wasTaken reports whether an order was paid.
func (s *server) wasTaken(order string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken[order] > 0
}
