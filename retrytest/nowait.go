package retrytest

import (
	"math"
	"time"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// NoWait returns an Override, for Options.Override, under which retries follow at once. The
// Recorder records the delay that the strategy would have had. A random one is recorded by its
// longest, as in "wait up to 100ms", so the record is the same in every run. Put it last
// in retry.JoinOverrides.
//
// It is for tests that cannot run in a testing/synctest bubble, because they use sockets, say.
// In a bubble, leave it out: waits take no time there either, and everything that depends on
// them is exact. NoWait takes away the delays of the strategy and nothing else. Retry-After,
// the wait of a limit, a hedge and the cooldown of a breaker still take their time, and no time
// passes towards the total timeout: a call may make attempts for which it had no time.
func (r *Recorder) NoWait() retry.Override {
	return func(m policy.Method, p policy.Policy) (policy.Policy, error) {
		strategy := p.Retry.Strategy
		if strategy == nil {
			return p, nil
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.skipped == nil {
			r.skipped = make(map[string]backoff.Strategy)
		}
		r.skipped[m.Name] = strategy
		most := backoff.Cap(strategy) // a Retry-After that is longer still ends the call
		if most == math.MaxInt64 {
			most = 0
		}
		p.Retry.Strategy = backoff.Simple{Max: most}
		return p, nil
	}
}

// skippedWait returns the delay that NoWait has taken away before a retry, or "".
func (r *Recorder) skippedWait(method string, retry int) string {
	r.mu.Lock()
	strategy := r.skipped[method]
	r.mu.Unlock()
	if strategy == nil {
		return ""
	}
	var least, most time.Duration
	for n := range retry {
		most = strategy.Delay(n+1, most, math.Nextafter(1, 0))
		least = strategy.Delay(n+1, least, 0)
		if least < most {
			most++ // draws are rounded down
		}
	}
	switch {
	case most == 0:
		return ""
	case least < most:
		return "up to " + most.String()
	}
	return most.String()
}
