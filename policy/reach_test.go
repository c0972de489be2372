package policy

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/backoff"
)

func TestNeverStarts(t *testing.T) {
	for _, test := range []struct {
		name    string
		policy  Policy
		attempt int
		waited  time.Duration
	}{
		{"nothing said", Policy{}, 0, 0},
		{"no total", mustParse(t, "simple attempts=9 delay=1s; timeout attempt=1s"), 0, 0},
		{"the shortest total", mustParse(t, "simple delay=1ns; timeout total=1ns"), 2, 1},
		{"no strategy", mustParse(t, "timeout total=1s"), 0, 0},
		{"just in time", mustParse(t, "simple attempts=3 delay=1s; timeout total=2001ms"), 0, 0},
		{"at the end", mustParse(t, "simple attempts=3 delay=1s; timeout total=2s"), 3, 2 * time.Second},
		{"the first of several", mustParse(t, "linear attempts=9 base=1s; timeout total=2s"), 3, 3 * time.Second},
		{"drawn at best", mustParse(t, "linear-jitter attempts=3 base=1s spread=50%; timeout total=1s"), 3, 1500 * time.Millisecond},
		{"drawn from nothing", mustParse(t, "exponential-jitter attempts=9 base=1s; timeout total=1ms"), 0, 0},
		{"a delay after a delay", mustParse(t, "exponential-jitter attempts=4 base=1s jitter=decorrelated; timeout total=3s"), 4, 3 * time.Second},
		{"without a number", mustParse(t, "simple attempts=unlimited; timeout total=1s; budget off"), 0, 0},
		{"a total that is off", Policy{Retry: mustParse(t, "simple").Retry, Timeout: Timeout{Total: 1, Off: true}}, 0, 0},
		{"no delay", Policy{Retry: Retry{Attempts: 3}, Timeout: Timeout{Total: 1}}, 0, 0},
		{
			"what would overflow is the largest duration",
			Policy{Retry: Retry{3, backoff.Simple{Interval: math.MaxInt64 - 1}}, Timeout: Timeout{Total: math.MaxInt64}}, 3, math.MaxInt64,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			attempt, waited := test.policy.NeverStarts()
			assert.Equal(t, test.attempt, attempt)
			assert.Equal(t, test.waited, waited)
		})
	}
}
