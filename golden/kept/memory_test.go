package kept_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/golden/kept"
)

// repository is a Repository.
type repository struct{}

func (repository) Find(context.Context, string) (any, error) { return 1, nil }
func (repository) All(context.Context) ([]any, error)        { return nil, nil }

// Calls under one context, which can be cancelled and goes on, keep nothing in it: not
// those that return data, nor those whose stream has ended.
func TestNothingIsKept(t *testing.T) {
	const calls, most = 100_000, 1 // byte a call
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	next := new(store)
	client := kept.NewResilientStore(next, nil)
	generic := kept.NewResilientRepository[any](repository{}, nil)
	tests := []struct {
		name string
		call func() error
	}{
		{"int", func() error { _, err := client.Number(ctx); return err }},
		{"map[string]any", func() error { _, err := client.Attributes(ctx); return err }},
		{"sql.Result", func() error { _, err := client.Insert(ctx); return err }},
		{"struct with an interface", func() error { _, err := client.Find(ctx); return err }},
		{"any", func() error { _, err := client.Anything(ctx); return err }},
		{"T", func() error { _, err := generic.Find(ctx, ""); return err }},
		{"[]T", func() error { _, err := generic.All(ctx); return err }},
		{"committed transaction", func() error {
			tx, err := client.Begin(ctx)
			if err != nil {
				return err
			}
			return tx.Commit(ctx)
		}},
		{"closed rows", func() error {
			rows, err := client.Query(ctx, nil, "")
			if err != nil {
				return err
			}
			rows.Close()
			return nil
		}},
		{"closed body", func() error {
			object, err := client.Get(ctx, "")
			if err != nil {
				return err
			}
			return object.Body.Close()
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.NoError(t, tt.call())
			before := heap()
			for range calls {
				if err := tt.call(); err != nil {
					t.Fatal(err)
				}
			}
			grown := func() float64 { return float64(heap()-before) / calls }
			// The goroutines that run cleanups may be late.
			for deadline := time.Now().Add(20 * time.Second); grown() >= most && time.Now().Before(deadline); {
			}
			t.Logf("%.2f bytes kept per call", grown())
			assert.Less(t, grown(), float64(most))
		})
	}
}

// heap returns how many bytes are in use.
func heap() int64 {
	var stats runtime.MemStats
	for range 3 { // cleanups run after a collection
		runtime.GC()
		runtime.Gosched()
	}
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
