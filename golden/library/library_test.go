package library

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/breaker"
)

// store fails each call with err, and counts the calls.
type store struct {
	err   error
	calls int
}

func (s *store) Query(context.Context, string) (*sql.Rows, error) { s.calls++; return nil, s.err }
func (s *store) Count(context.Context) (int, error)               { s.calls++; return 0, s.err }
func (s *store) Raw(context.Context) error                        { s.calls++; return s.err }
func (s *store) Find(context.Context, string) (string, error)     { s.calls++; return "", s.err }
func (s *store) Close() error                                     { s.calls++; return s.err }

func TestErrorsOfTheLibrary(t *testing.T) {
	for _, tt := range []struct {
		name  string
		err   error
		calls int
		state breaker.State
	}{
		{"no rows", sql.ErrNoRows, 1, breaker.Closed},
		{"a transaction that has ended", fmt.Errorf("commit: %w", sql.ErrTxDone), 1, breaker.Closed},
		{"a bad connection", driver.ErrBadConn, 2, breaker.Open},
		{"two of them", errors.Join(sql.ErrTxDone, driver.ErrBadConn), 2, breaker.Open},
		{"an error of nobody", errors.New("down"), 2, breaker.Open},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &store{err: tt.err}
				client := NewResilientStore(next, nil)
				_, err := client.Count(t.Context()) // the signature does not show the library, but that of Query does
				assert.ErrorIs(t, err, tt.err)
				assert.Equal(t, tt.calls, next.calls)
				assert.Equal(t, tt.state, client.Group().Breaker().State())
			})
		})
	}
}

func TestOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &store{err: sql.ErrTxDone}
		client := NewResilientStore(next, nil)
		assert.ErrorIs(t, client.Raw(t.Context()), sql.ErrTxDone)
		assert.Equal(t, 2, next.calls, "nobody knows the error")
	})
}

func TestNamedLibrary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &store{err: sql.ErrTxDone}
		_, err := NewResilientRepository(next, nil).Find(t.Context(), "id")
		assert.ErrorIs(t, err, sql.ErrTxDone)
		assert.Equal(t, 1, next.calls)
	})
}
