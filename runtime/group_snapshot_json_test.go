package retry_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// The JSON of a group reads well, and says nothing that may be a secret.
func TestSnapshotAsJSON(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := &retry.Group{Name: "bank"}
		group.SetCounting(true)
		w := retry.NewWrapper("Client", parse(t, "breaker failures=1 cooldown=90s; budget ratio=10% burst=5; limit concurrent=3"),
			&retry.Options{Group: group, Name: "eu-west"})
		spec := retry.MethodSpec{Policy: parse(t, "simple attempts=2 delay=1s"), SharedBreaker: true, SharedBudget: true, SharedLimit: true}
		get := w.Method("Get", spec)
		spec.Keyed = true
		find := w.Method("Find", spec)
		secret := errors.New("dial https://user:password@example.com")
		begin := time.Now()
		require.Error(t, get.Do(t.Context(), fail(secret)))
		require.Error(t, find.For("s3cret").Do(t.Context(), fail(secret)))
		time.Sleep(30 * time.Second)
		text, err := json.MarshalIndent(group.Snapshot(), "", "  ")
		require.NoError(t, err)
		assert.Equal(t, snapshotJSON, strings.ReplaceAll(string(text), begin.Format(time.RFC3339), "BEGIN"))
		assert.NotContains(t, string(text), "s3cret")
	})
}

const snapshotJSON = `{
  "name": "bank",
  "enabled": true,
  "counting": true,
  "mode": "on",
  "breaker": {
    "name": "bank",
    "instance": "eu-west",
    "state": "open",
    "mode": "on",
    "openings": 1,
    "opened": 1,
    "changed": "BEGIN",
    "retryAfter": "1m0s"
  },
  "budget": {
    "name": "bank",
    "instance": "eu-west",
    "tokens": 5,
    "burst": 5
  },
  "limit": {
    "name": "bank",
    "instance": "eu-west",
    "active": 0,
    "waiting": 0,
    "capacity": 3
  },
  "keys": {
    "keys": 1,
    "open": 1,
    "rest": {
      "name": "bank",
      "instance": "eu-west",
      "state": "closed",
      "mode": "on"
    }
  },
  "methods": [
    {
      "method": "Client.Find",
      "instance": "eu-west",
      "keys": {
        "keys": 1,
        "open": 1,
        "rest": {
          "name": "bank",
          "instance": "eu-west",
          "state": "closed",
          "mode": "on"
        }
      },
      "budget": {
        "name": "bank",
        "instance": "eu-west",
        "tokens": 5,
        "burst": 5
      },
      "limit": {
        "name": "bank",
        "instance": "eu-west",
        "active": 0,
        "waiting": 0,
        "capacity": 3
      },
      "calls": 1,
      "attempts": 1,
      "outcomes": {
        "open": 1
      },
      "giveUps": [
        {
          "at": "BEGIN",
          "attempts": 1,
          "outcome": "open",
          "class": "unclassified"
        }
      ],
      "declared": "simple attempts=2 delay=1s max=10s; breaker failures=1 cooldown=1m30s probes=1 successes=1; budget ratio=10% burst=5; limit concurrent=3",
      "policy": "simple attempts=2 delay=1s max=10s; breaker failures=1 cooldown=1m30s probes=1 successes=1; budget ratio=10% burst=5; limit concurrent=3"
    },
    {
      "method": "Client.Get",
      "instance": "eu-west",
      "breaker": {
        "name": "bank",
        "instance": "eu-west",
        "state": "open",
        "mode": "on",
        "openings": 1,
        "opened": 1,
        "changed": "BEGIN",
        "retryAfter": "1m0s"
      },
      "budget": {
        "name": "bank",
        "instance": "eu-west",
        "tokens": 5,
        "burst": 5
      },
      "limit": {
        "name": "bank",
        "instance": "eu-west",
        "active": 0,
        "waiting": 0,
        "capacity": 3
      },
      "calls": 1,
      "attempts": 1,
      "outcomes": {
        "open": 1
      },
      "giveUps": [
        {
          "at": "BEGIN",
          "attempts": 1,
          "outcome": "open",
          "class": "unclassified"
        }
      ],
      "declared": "simple attempts=2 delay=1s max=10s; breaker failures=1 cooldown=1m30s probes=1 successes=1; budget ratio=10% burst=5; limit concurrent=3",
      "policy": "simple attempts=2 delay=1s max=10s; breaker failures=1 cooldown=1m30s probes=1 successes=1; budget ratio=10% burst=5; limit concurrent=3"
    }
  ]
}`

// A strategy that a program has made itself has no text that can be read back.
func TestSnapshotOfAnyPolicyAsJSON(t *testing.T) {
	m := setup{own: policy.Policy{Retry: policy.Retry{Attempts: 2, Strategy: shrinking{}}}}.method(succeed)
	text, err := json.Marshal(m.group.Snapshot())
	require.NoError(t, err)
	assert.Contains(t, string(text), "attempts=2")
}
