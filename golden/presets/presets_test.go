package presets

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/retrytest"
	retry "github.com/retrygen/retrygen/runtime"
)

// failing is a Store that always returns the same error.
type failing struct{ answer error }

func (f failing) Put(context.Context, string) error            { return f.answer }
func (f failing) Get(context.Context, string) (string, error)  { return "", f.answer }
func (f failing) Find(context.Context, string) (string, error) { return "", f.answer }
func (f failing) Ping() error                                  { return f.answer }
func (f failing) Close() error                                 { return f.answer }

func TestPresets(t *testing.T) {
	broken := errors.New("broken")
	for _, test := range []struct {
		name   string
		answer error
		call   func(context.Context, Store) error
		want   []string // the calls
	}{
		{"from the interface", broken, func(ctx context.Context, s Store) error { return s.Put(ctx, "") }, []string{"Store.Put: retry, wait 50ms, retry => exhausted"}},
		{"the breaker of the interface's preset opens under the method's", broken, func(ctx context.Context, s Store) error {
			_, err := s.Get(ctx, "")
			assert.ErrorIs(t, err, breaker.ErrOpen)
			return err
		}, []string{"Store.Get: retry, wait 10ms, retry, wait 20ms, retry => open"}},
		{"a name of the preset's file", fs.ErrClosed, func(ctx context.Context, s Store) error { _, err := s.Get(ctx, ""); return err }, []string{"Store.Get: answer => answer"}},
		{"an exception beside the preset", fs.ErrClosed, func(ctx context.Context, s Store) error { _, err := s.Find(ctx, ""); return err }, []string{"Store.Find: retry, wait 10ms, retry, wait 20ms, retry => open"}},
		{"without a context", broken, func(_ context.Context, s Store) error { return s.Ping() }, []string{"Store.Ping: retry, wait 50ms, retry => exhausted"}},
		{"none", broken, func(_ context.Context, s Store) error { return s.Close() }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rec := new(retrytest.Recorder)
				store := NewResilientStore(failing{test.answer}, &retry.Options{Hooks: rec.Hooks()})
				assert.ErrorIs(t, test.call(t.Context(), store), test.answer)
				rec.Expect(t, test.want...)
			})
		})
	}
}
