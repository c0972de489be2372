package windows_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/golden/windows"
	retry "github.com/retrygen/retrygen/runtime"
)

var errDown = errors.New("down")

// server is a Windows that answers as it is told to.
type server struct {
	err  error
	took time.Duration
}

func (s *server) answer() error {
	time.Sleep(s.took)
	return s.err
}

func (s *server) Shared() error  { return s.answer() }
func (s *server) Sharing() error { return s.answer() }
func (s *server) Calls() error   { return s.answer() }
func (s *server) Slow() error    { return s.answer() }
func (s *server) Both() error    { return s.answer() }
func (s *server) InARow() error  { return s.answer() }

func TestWindows(t *testing.T) {
	type calls struct {
		times int
		err   error
		took  time.Duration
	}
	tests := []struct {
		name   string
		method func(windows.Windows) error
		calls  []calls
		opens  bool // at the last call, and not before
	}{
		{"half of ten", windows.Windows.Shared, []calls{{5, nil, 0}, {5, errDown, 0}}, true},
		{"all of nine", windows.Windows.Shared, []calls{{9, errDown, 0}}, false},
		{"success evaluates too", windows.Windows.Shared, []calls{{9, errDown, 0}, {1, nil, 0}}, true},
		{"four of ten", windows.Windows.Shared, []calls{{6, nil, 0}, {4, errDown, 0}}, false},
		{"57 of 100 at 57%", windows.Windows.Calls, []calls{{43, nil, 0}, {57, errDown, 0}}, true},
		{"56 of 100 at 57%", windows.Windows.Calls, []calls{{44, nil, 0}, {56, errDown, 0}}, false},
		{"the 101st call drives the first out", windows.Windows.Calls, []calls{{44, nil, 0}, {56, errDown, 0}, {1, errDown, 0}}, true},
		{"slow", windows.Windows.Slow, []calls{{3, nil, 0}, {2, nil, 2 * time.Second}}, true},
		{"nearly slow", windows.Windows.Slow, []calls{{3, nil, 0}, {2, nil, 2*time.Second - 1}}, false},
		{"failures in a row beside slow-rate", windows.Windows.Slow, []calls{{5, errDown, 0}}, true},
		{"a share with a fraction", windows.Windows.Both, []calls{{3, nil, 0}, {1, errDown, 0}}, false},
		{"above the fraction", windows.Windows.Both, []calls{{2, nil, 0}, {1, errDown, 0}, {1, nil, 0}, {1, errDown, 0}}, true},
		{"all of them slow", windows.Windows.InARow, []calls{{20, nil, time.Second}}, true},
		{"but one", windows.Windows.InARow, []calls{{1, nil, 0}, {19, nil, time.Second}}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := new(server)
				client := windows.NewResilientWindows(next, nil)
				for _, c := range tt.calls {
					next.err, next.took = c.err, c.took
					for range c.times {
						require.Equal(t, c.err, tt.method(client), "opened too early")
					}
				}
				next.err, next.took = nil, 0
				err := tt.method(client)
				assert.Equal(t, tt.opens, errors.Is(err, breaker.ErrOpen), "%v", err)
			})
		})
	}
}

// Calls before the window do not count any more.
func TestWindowOfTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &server{err: errDown}
		client := windows.NewResilientWindows(next, nil)
		for range 9 {
			require.Equal(t, errDown, client.Shared())
		}
		time.Sleep(31 * time.Second)
		for range 9 {
			require.Equal(t, errDown, client.Sharing())
		}
		require.Equal(t, errDown, client.Shared(), "the tenth within 30s")
		require.ErrorIs(t, client.Sharing(), breaker.ErrOpen)
		time.Sleep(5 * time.Second)
		next.err = nil
		require.NoError(t, client.Shared(), "the probe")
		require.NoError(t, client.Sharing())
	})
}

func TestSharedBreakerOfTheGroup(t *testing.T) {
	group := new(retry.Group)
	client := windows.NewResilientWindows(new(server), &retry.Options{Group: group})
	require.NoError(t, client.Shared())
	require.NoError(t, client.Calls())
	assert.Equal(t, 1, group.Breaker().Snapshot().Calls)
	assert.Equal(t, 1, group.MethodBreaker("Windows.Calls").Snapshot().Calls)
	assert.Same(t, group.Breaker(), group.MethodBreaker("Windows.Sharing"))
}

func TestUnwrap(t *testing.T) {
	next := new(server)
	assert.Same(t, next, windows.NewResilientWindows(next, nil).Unwrap())
}
