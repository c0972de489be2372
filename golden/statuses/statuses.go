// Package statuses has constants of net/http in on and not, next to other names.
package statuses

import (
	"context"
	_ "net/http"
)

// Client is for a service whose refusals mean something of their own.
//
//retry:simple attempts=3 delay=1ms
type Client interface {
	//retry:on http.StatusConflict
	Lock(ctx context.Context) error

	//retry:on http.StatusConflict timeout http.StatusLocked
	//retry:not http.StatusBadGateway
	Put(ctx context.Context, key string) (string, error)
}
