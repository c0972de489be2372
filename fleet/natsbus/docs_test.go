package natsbus_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/fleet"
	"github.com/retrygen/retrygen/fleet/natsbus"
	retry "github.com/retrygen/retrygen/runtime"
)

// The code of docs/fleet.md, which ends at the file that is not here.
func TestCodeOfFleetPage(t *testing.T) {
	assert.ErrorContains(t, joinNATS(t.Context(), new(retry.Options)), "nats.creds")
}

func joinNATS(ctx context.Context, opts *retry.Options) error {
	conn, err := nats.Connect("tls://nats.internal:4222", nats.UserCredentials("/etc/payments/nats.creds"),
		nats.MaxReconnects(-1), nats.RetryOnFailedConnect(true), nats.PingInterval(5*time.Second))
	if err != nil {
		return err
	}
	bus, err := natsbus.New(conn, nil)
	if err != nil {
		return err
	}
	f, err := fleet.New(fleet.Config{Store: bus, Bus: bus, Logger: slog.Default()})
	if err != nil {
		return err
	}
	f.Instrument(opts) // before the wrappers are made with them
	go func() { _ = f.Run(ctx) }()
	return nil
}
