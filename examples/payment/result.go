package main

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/retrygen/retrygen/breaker"
	retry "github.com/retrygen/retrygen/runtime"
)

// A result collects what happens in a run: what the callers see, and what the hooks of the
// wrapper report.
type result struct {
	server *server
	start  time.Time

	mu      sync.Mutex
	methods map[string]*methodResult
	failed  []string // orders whose charge failed for the caller
	changes []change
}

// A methodResult counts the calls of one method.
type methodResult struct {
	outcomes  map[string]int // by kind of error
	latencies []time.Duration
	attempts  int
	retries   map[string]int // by kind of error
}

// A change is a change of the breaker's state.
type change struct {
	at time.Duration
	breaker.Change
}

func newResult(s *server) *result {
	return &result{server: s, start: s.schedule.start, methods: make(map[string]*methodResult)}
}

// method returns the result of one method. The caller holds the lock.
func (r *result) method(name string) *methodResult {
	m := r.methods[name]
	if m == nil {
		m = &methodResult{outcomes: make(map[string]int), retries: make(map[string]int)}
		r.methods[name] = m
	}
	return m
}

// hooks count what only the wrapper knows.
func (r *result) hooks() retry.Hooks {
	name := func(method string) string { return strings.TrimPrefix(method, "PaymentClient.") }
	return retry.Hooks{
		AttemptDone: func(_ context.Context, e retry.AttemptEvent) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.method(name(e.Method)).attempts++
		},
		Retry: func(_ context.Context, e retry.RetryEvent) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.method(name(e.Method)).retries[kind(e.Err)]++
		},
		BreakerChange: func(c breaker.Change) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.changes = append(r.changes, change{time.Since(r.start), c})
		},
	}
}

// called notes how a call ended.
func (r *result) called(name string, took time.Duration, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.method(name)
	m.outcomes[kind(err)]++
	m.latencies = append(m.latencies, took)
}

// charged notes whether the caller knows that a charge succeeded.
func (r *result) charged(order string, err error) {
	if err == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = append(r.failed, order)
}

// unheard counts the charges that succeeded although the caller got an error. Call it
// after the run, because a slow server may charge after its caller has given up.
func (r *result) unheard() int {
	unheard := 0
	for _, order := range r.failed {
		if r.server.wasTaken(order) {
			unheard++
		}
	}
	return unheard
}

func (m *methodResult) calls() int { return len(m.latencies) }

// percentile returns the latency that this share of the calls does not exceed.
func (m *methodResult) percentile(share float64) time.Duration {
	if len(m.latencies) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(m.latencies))
	return sorted[int(share*float64(len(sorted)-1))]
}
