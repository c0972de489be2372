// Package fleet tests what processes tell each other about a dependency: real processes, a
// real redis-server and a real nats-server, which are killed, stopped and slowed down.
package fleet

import (
	"context"
	"fmt"
	"net/http"
)

//go:generate go tool retrygen -type=Stock

// Stock says what is in store. A call is one attempt, so that the dependency sees as many
// attempts as calls are let through.
//
//retry:breaker failures=5 cooldown=500ms max-cooldown=2s
//retry:timeout attempt=5s
type Stock interface {
	Look(ctx context.Context) error
}

// An httpStock asks a server over HTTP.
type httpStock struct {
	client *http.Client
	url    string
	sick   func() bool // the process cannot reach the server
}

// errSick is the error of a process that cannot reach the server.
var errSick = fmt.Errorf("no route to host")

func (s *httpStock) Look(ctx context.Context) error {
	if s.sick() {
		return errSick
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url, nil)
	if err != nil {
		return err
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return err
	}
	if err := resp.Body.Close(); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return nil
}
