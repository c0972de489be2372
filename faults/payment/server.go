package payment

import (
	"encoding/json"
	"maps"
	"net/http"
	"sync"

	"github.com/retrygen/retrygen/httpretry"
)

// stolen is an order that the bank declines.
const stolen = "stolen"

// A bank takes payments over HTTP and remembers each one.
type bank struct {
	mu      sync.Mutex
	taken   map[string]int      // payments by order
	keys    map[string]struct{} // of the payments with a key
	dropped int                 // repetitions of a known key
}

func newBank() *bank {
	return &bank{taken: make(map[string]int), keys: make(map[string]struct{})}
}

func (b *bank) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	order := r.PostFormValue("order")
	switch order {
	case "": // the request was cut off
		w.WriteHeader(http.StatusBadRequest)
		return
	case stolen:
		w.WriteHeader(http.StatusPaymentRequired)
		return
	}
	b.take(order, r.Header.Get(httpretry.IdempotencyKeyHeader))
	_ = json.NewEncoder(w).Encode(Receipt{order}) // a client that has gone away sends the request again
}

// take takes a payment, unless its key is known.
func (b *bank) take(order, key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, known := b.keys[key]; known {
		b.dropped++
		return
	}
	if key != "" {
		b.keys[key] = struct{}{}
	}
	b.taken[order]++
}

// payments returns how often each order was paid.
func (b *bank) payments() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.taken)
}

// repetitions returns how often a known key was repeated.
func (b *bank) repetitions() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.dropped
}
