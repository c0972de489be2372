package redisbus_test

import (
	"context"
	"crypto/tls"
	"log/slog"
	"os"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/fleet"
	"github.com/retrygen/retrygen/fleet/redisbus"
	retry "github.com/retrygen/retrygen/runtime"
)

// The code of docs/fleet.md, without a server.
func TestCodeOfFleetPage(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var opts retry.Options
	require.NoError(t, joinRedis(ctx, &opts))
	assert.NotNil(t, opts.Hooks.BreakerChange)
}

func joinRedis(ctx context.Context, opts *retry.Options) error {
	client := redis.NewClient(&redis.Options{
		Addr: "redis.internal:6379", Username: "payments", Password: os.Getenv("REDIS_PASSWORD"),
		TLSConfig: &tls.Config{}, ContextTimeoutEnabled: true,
	})
	bus, err := redisbus.New(client, nil)
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
