package concerns_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/golden/concerns"
	retry "github.com/retrygen/retrygen/runtime"
)

// worker is an Off whose methods all do the same.
type worker struct {
	percent int
	err     error
	takes   time.Duration
	mu      sync.Mutex
	began   int
}

func (w *worker) All(ctx context.Context) (int, error) {
	w.mu.Lock()
	w.began++
	w.mu.Unlock()
	select {
	case <-time.After(w.takes):
		return w.percent, w.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func (w *worker) NoOn(ctx context.Context) (int, error)     { return w.All(ctx) }
func (w *worker) NoResult(ctx context.Context) (int, error) { return w.All(ctx) }
func (w *worker) NoHedge(ctx context.Context) (int, error)  { return w.All(ctx) }
func (w *worker) NoLimit(ctx context.Context) (int, error)  { return w.All(ctx) }

// Each method has all concerns of the interface except the one that it switches off.
func TestOff(t *testing.T) {
	tests := []struct {
		name    string
		call    func(concerns.Off, context.Context) (int, error)
		plain   int  // attempts after an error that on does not list
		polls   int  // attempts while the result is not good
		late    int  // attempts and copies in a call that takes 30ms
		limited bool // a third concurrent call is refused
	}{
		{"All", concerns.Off.All, 1, 3, 2, true},
		{"NoOn", concerns.Off.NoOn, 3, 3, 2, true},
		{"NoResult", concerns.Off.NoResult, 1, 1, 2, true},
		{"NoHedge", concerns.Off.NoHedge, 1, 3, 1, true},
		{"NoLimit", concerns.Off.NoLimit, 1, 3, 2, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := func(next *worker) int {
					_, _ = tt.call(concerns.NewResilientOff(next, nil), t.Context())
					next.mu.Lock()
					defer next.mu.Unlock()
					return next.began
				}
				assert.Equal(t, 3, begun(&worker{err: concerns.ErrBusy}), "what on lists")
				assert.Equal(t, tt.plain, begun(&worker{err: errDown}))
				assert.Equal(t, tt.polls, begun(&worker{percent: 99}))
				assert.Equal(t, tt.late, begun(&worker{percent: 100, takes: 30 * ms}))

				client := concerns.NewResilientOff(&worker{percent: 100, takes: 15 * ms}, nil)
				for range 2 {
					go func() { _, _ = client.All(t.Context()) }()
				}
				synctest.Wait()
				_, err := tt.call(client, t.Context())
				assert.Equal(t, tt.limited, errors.Is(err, retry.ErrLimited))
			})
		})
	}
}
