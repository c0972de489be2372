package redisclient

import (
	"context"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/libraries/internal/rows"
	retry "github.com/retrygen/retrygen/runtime"
)

// Commands whose errors are in their results go by them.
func TestErrorsInResults(t *testing.T) {
	for text, want := range map[string]rows.Want{
		"LOADING Redis is loading the dataset in memory":              rows.Unsent,
		"OOM command not allowed when used memory > 'maxmemory'.":     rows.Fault,
		"WRONGTYPE Operation against a key holding the wrong kind...": rows.Answer,
	} {
		t.Run(text, func(t *testing.T) {
			rows.Check(t, want, func(t *testing.T, o *retry.Options) rows.Client {
				client, requests := refusing(t, text)
				return getting(client, o, requests)
			})
		})
	}
}

// A key that does not exist is an answer, however often.
func TestMissingKeyHundredTimes(t *testing.T) {
	client := connect(t, miniredis.RunT(t))
	next := &countingCommands{Commands: client}
	rows.Hundred(t, func(_ *testing.T, o *retry.Options) rows.Client {
		return getting(next, o, func() int { return next.gets })
	})
}

// While the breaker is open the result has its error.
func TestResultOfRefusedCall(t *testing.T) {
	client, requests := refusing(t, "OOM command not allowed when used memory > 'maxmemory'.")
	commands := NewResilientCommands(client, nil)
	commands.Group().Breaker().ForceOpen()
	got := commands.Get(t.Context(), "key")
	require.NotNil(t, got)
	assert.ErrorIs(t, got.Err(), breaker.ErrOpen)
	assert.Zero(t, requests())
}

// getting returns a wrapper whose calls get a key.
func getting(next Commands, o *retry.Options, requests func() int) rows.Client {
	commands := NewResilientCommands(next, o)
	return rows.Client{
		Group:    commands.Group(),
		Call:     func(ctx context.Context) error { return commands.Get(ctx, "key").Err() },
		Requests: requests,
	}
}

type countingCommands struct {
	Commands
	gets int
}

func (c *countingCommands) Get(ctx context.Context, key string) *redis.StringCmd {
	c.gets++
	return c.Commands.Get(ctx, key)
}
