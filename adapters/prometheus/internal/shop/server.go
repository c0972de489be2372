package shop

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"time"
)

// A Server counts its requests. Without a plan it answers 200 at once.
type Server struct {
	mu       sync.Mutex
	plans    map[string][]Answer
	answered map[string]map[int]int
}

// An Answer is what the server does with one request.
type Answer struct {
	Status     int
	After      time.Duration // how long the request takes, or until the client hangs up
	Until      chan struct{} // the request takes until this is closed; nil for After alone
	RetryAfter time.Duration // which the answer asks for, in whole seconds; zero if it does not
}

// Plan sets the answers to the next requests for a path.
func (s *Server) Plan(path string, answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.plans == nil {
		s.plans = make(map[string][]Answer)
	}
	s.plans[path] = append(s.plans[path], answers...)
}

// Answered returns how many requests for a path have been answered with a status. The
// requests whose clients have hung up count under status 0.
func (s *Server) Answered(path string, status int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answered[path][status]
}

// Requests returns how many requests for a path have ended.
func (s *Server) Requests(path string) (all int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.answered[path] {
		all += n
	}
	return all
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := s.next(r.URL.Path)
	if answer.Until != nil {
		<-answer.Until
	}
	if answer.After > 0 {
		timer := time.NewTimer(answer.After)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
			answer.Status = 0
		}
	}
	s.count(r.URL.Path, answer.Status)
	if answer.Status == 0 {
		return
	}
	if answer.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(answer.RetryAfter/time.Second)))
	}
	w.WriteHeader(answer.Status)
	_, _ = w.Write([]byte(r.URL.Query().Get("of")))
}

func (s *Server) next(path string) Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	plan := s.plans[path]
	if len(plan) == 0 {
		return Answer{Status: http.StatusOK}
	}
	s.plans[path] = plan[1:]
	return plan[0]
}

func (s *Server) count(path string, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answered == nil {
		s.answered = make(map[string]map[int]int)
	}
	if s.answered[path] == nil {
		s.answered[path] = make(map[int]int)
	}
	s.answered[path][status]++
}

// RoundTrip answers a request without a network, in the time of a synctest bubble.
func (s *Server) RoundTrip(r *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	resp := recorder.Result()
	resp.Request = r
	return resp, nil
}
