package budgets_test

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/golden/budgets"
	retry "github.com/retrygen/retrygen/runtime"
)

var errDown = errors.New("down")

// server is a Budgets that succeeds while it is up.
type server struct {
	up       bool
	attempts int
}

func (s *server) One() error {
	s.attempts++
	if s.up {
		return nil
	}
	return errDown
}

func (s *server) Two() error  { return s.One() }
func (s *server) Own() error  { return s.One() }
func (s *server) Off() error  { return s.One() }
func (s *server) None() error { return s.One() }

func TestBudgets(t *testing.T) {
	type call struct {
		name     string
		method   func(budgets.Budgets) error
		up       bool
		times    int // how often to call it
		attempts int // in all these calls
		want     error
	}
	tests := []struct {
		name   string
		calls  []call
		reason string
	}{
		{"shared", []call{
			{"One spends it", budgets.Budgets.One, false, 2, 6, retry.ErrExhausted},
			{"Two has none", budgets.Budgets.Two, false, 3, 3, retry.ErrBudget},
			{"One has none", budgets.Budgets.One, false, 3, 3, retry.ErrBudget},
		}, "burst=4"},
		{"cut short", []call{
			{"One takes two", budgets.Budgets.One, false, 1, 3, retry.ErrExhausted},
			{"Two takes two", budgets.Budgets.Two, false, 1, 3, retry.ErrExhausted},
			{"first attempts only", budgets.Budgets.Two, false, 1, 1, retry.ErrBudget},
			{"two successes", budgets.Budgets.Two, true, 2, 2, nil},
			{"pay for one retry", budgets.Budgets.One, false, 1, 2, retry.ErrBudget},
		}, "ratio=50%"},
		{"not above the burst", []call{
			{"successes", budgets.Budgets.One, true, 100, 100, nil},
			{"four retries", budgets.Budgets.One, false, 2, 6, retry.ErrExhausted},
			{"none", budgets.Budgets.One, false, 1, 1, retry.ErrBudget},
		}, "a bucket holds no more"},
		{"own", []call{
			{"Own spends its one", budgets.Budgets.Own, false, 1, 2, retry.ErrBudget},
			{"Own has none", budgets.Budgets.Own, false, 1, 1, retry.ErrBudget},
			{"One has its four", budgets.Budgets.One, false, 2, 6, retry.ErrExhausted},
			{"Two's successes", budgets.Budgets.Two, true, 20, 20, nil},
			{"are not Own's", budgets.Budgets.Own, false, 1, 1, retry.ErrBudget},
			{"its own are, nine", budgets.Budgets.Own, true, 9, 9, nil},
			{"not yet", budgets.Budgets.Own, false, 1, 1, retry.ErrBudget},
			{"and a tenth", budgets.Budgets.Own, true, 1, 1, nil},
			{"one retry", budgets.Budgets.Own, false, 1, 2, retry.ErrBudget},
		}, "burst=1, and the default ratio of 10%"},
		{"off", []call{
			{"Off", budgets.Budgets.Off, false, 100, 300, retry.ErrExhausted},
			{"One has its four", budgets.Budgets.One, false, 2, 6, retry.ErrExhausted},
			{"Off's successes", budgets.Budgets.Off, true, 20, 20, nil},
			{"are not One's", budgets.Budgets.One, false, 1, 1, retry.ErrBudget},
			{"nor are None's", budgets.Budgets.None, true, 20, 20, nil},
			{"nothing", budgets.Budgets.One, false, 1, 1, retry.ErrBudget},
			{"None", budgets.Budgets.None, false, 5, 5, errDown},
		}, "neither takes nor gives"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := new(server)
				client := budgets.NewResilientBudgets(next, nil)
				for _, c := range tt.calls {
					next.up, next.attempts = c.up, 0
					for range c.times {
						require.ErrorIs(t, c.method(client), c.want, "%s: %s", c.name, tt.reason)
					}
					assert.Equal(t, c.attempts, next.attempts, "%s: %s", c.name, tt.reason)
				}
			})
		})
	}
}

func TestUnwrap(t *testing.T) {
	next := new(server)
	assert.Same(t, next, budgets.NewResilientBudgets(next, nil).Unwrap())
}
