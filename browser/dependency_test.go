package browser

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
	"github.com/retrygen/retrygen/retrypage"
	retry "github.com/retrygen/retrygen/runtime"
)

var errDown = errors.New("connection refused")

// A dependency is called through a wrapper, and fails when it is told to.
type dependency struct {
	t     *testing.T
	group *retry.Group
	get   *retry.Method
	down  atomic.Bool
}

// newDependency returns a dependency. Instrument, if there is one, gets its options.
func newDependency(t *testing.T, name, shared, own string, instrument ...func(*retry.Options)) *dependency {
	t.Helper()
	d := &dependency{t: t, group: new(retry.Group)}
	opts := &retry.Options{Group: d.group}
	for _, f := range instrument {
		f(opts)
	}
	p := parse(t, shared)
	w := retry.NewWrapper(name, p, opts)
	defer w.Made()
	d.get = w.Method("Get", retry.MethodSpec{
		Policy: parse(t, own), SharedBreaker: p.Breaker != policy.Breaker{}, SharedBudget: p.Budget != policy.Budget{},
	})
	return d
}

// newKeyedDependency returns a dependency whose calls have a key.
func newKeyedDependency(t *testing.T, name, shared string) *dependency {
	t.Helper()
	d := &dependency{t: t, group: new(retry.Group)}
	w := retry.NewWrapper(name, parse(t, shared), &retry.Options{Group: d.group})
	d.get = w.Method("Get", retry.MethodSpec{SharedBreaker: true, Keyed: true})
	return d
}

// callFor makes a call with a key.
func (d *dependency) callFor(key string) {
	_ = d.get.For(key).Do(d.t.Context(), d.answer)
}

func (d *dependency) answer(context.Context) error {
	if d.down.Load() {
		return errDown
	}
	return nil
}

func parse(t *testing.T, text string) policy.Policy {
	t.Helper()
	p, err := policy.Parse(text)
	require.NoError(t, err)
	return p
}

// call makes n calls.
func (d *dependency) call(n int) {
	for range n {
		_ = d.get.Do(d.t.Context(), d.answer)
	}
}

// load makes calls, of which a share fails, until end is closed.
func (d *dependency) load(failing float64, end chan struct{}) {
	for range 4 {
		go func() {
			for {
				_ = d.get.Do(d.t.Context(), func(context.Context) error {
					if d.down.Load() || rand.Float64() < failing {
						return errDown
					}
					return nil
				})
				select {
				case <-end:
					return
				case <-time.After(rand.N(120 * time.Millisecond)):
				}
			}
		}()
	}
}

// probe makes a call that is under way from when it closes probing until end is closed.
func (d *dependency) probe(probing, end chan struct{}) {
	_ = d.get.Do(d.t.Context(), func(context.Context) error {
		close(probing)
		<-end
		return nil
	})
}

// serve serves a page below a prefix, and returns its origin and its address.
func serve(t *testing.T, config retrypage.Config, dependencies ...*dependency) (origin, address string) {
	t.Helper()
	origin, stop := serveUntil(t, config, dependencies...)
	t.Cleanup(stop)
	return origin, origin + prefix
}

const prefix = "/debug/retry/"

// serveUntil is serve with a func that ends the server.
func serveUntil(t *testing.T, config retrypage.Config, dependencies ...*dependency) (origin string, stop func()) {
	t.Helper()
	var groups []*retry.Group
	for _, d := range dependencies {
		groups = append(groups, d.group)
	}
	config.Groups, config.Counting = retrypage.Groups(groups...), true
	config.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	page := retrypage.Handler(config)
	mux := http.NewServeMux()
	mux.Handle(prefix, page)
	server := httptest.NewServer(mux)
	return server.URL, func() {
		page.Close()
		server.CloseClientConnections()
		server.Close()
	}
}

func allow(*http.Request) error { return nil }
