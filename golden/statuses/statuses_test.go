package statuses

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/httpretry"
)

// client fails each call with err, and counts the calls.
type client struct {
	err   error
	calls int
}

func (c *client) Lock(context.Context) error                  { c.calls++; return c.err }
func (c *client) Put(context.Context, string) (string, error) { c.calls++; return "", c.err }

func status(code int) error { return fmt.Errorf("call: %w", &httpretry.StatusError{StatusCode: code}) }

func TestStatuses(t *testing.T) {
	for _, tt := range []struct {
		name      string
		err       error
		lock, put int // attempts
	}{
		{"a status of both", status(http.StatusConflict), 3, 3},
		{"a status of Put", status(http.StatusLocked), 1, 3},
		{"a status of neither, which is transient", status(http.StatusServiceUnavailable), 1, 1},
		{"a status of not", status(http.StatusBadGateway), 1, 1},
		{"one of several errors", errors.Join(errors.New("down"), status(http.StatusNotFound), status(http.StatusConflict)), 3, 3},
		{"not beside a status of on", errors.Join(status(http.StatusConflict), status(http.StatusBadGateway)), 3, 1},
		{"the text of a status", errors.New("409 Conflict"), 1, 1},
		{"a timeout", context.DeadlineExceeded, 1, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &client{err: tt.err}
				assert.ErrorIs(t, NewResilientClient(next, nil).Lock(t.Context()), tt.err)
				assert.Equal(t, tt.lock, next.calls)

				next = &client{err: tt.err}
				_, err := NewResilientClient(next, nil).Put(t.Context(), "key")
				assert.ErrorIs(t, err, tt.err)
				assert.Equal(t, tt.put, next.calls)
			})
		})
	}
}
