package ledger

import (
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/retrygen/retrygen/faults/postgres"
	"github.com/retrygen/retrygen/faults/proxy"
	"github.com/retrygen/retrygen/faults/trial"
)

// A trouble is something that happens to the database again and again.
type trouble struct {
	name   string
	every  time.Duration
	strike func(s *setting, seed uint64) error
}

var troubles = []trouble{
	{"the server is killed", 300 * time.Millisecond, func(s *setting, seed uint64) error {
		ends := []syscall.Signal{postgres.Kill, postgres.Immediate}
		return s.server.Restart(ends[seed%uint64(len(ends))])
	}},
	{"sessions are terminated", 50 * time.Millisecond, func(s *setting, _ uint64) error {
		return s.server.Terminate()
	}},
	// Some faults last longer than an attempt may take, but none lasts longer than its plan.
	// A new plan also ends the sessions that were cut off, and their locks.
	{"the network fails", 600 * time.Millisecond, func(s *setting, seed uint64) error {
		s.proxy.Set(mix.Plan(seed))
		return nil
	}},
}

// mix is the mix of faults of a network that fails. A new connection takes about 100 bytes
// to the server and 400 back, and a statement about 200 each way.
var mix = proxy.Mix{
	Weights: map[proxy.Fault]int{
		proxy.None: 2, proxy.Refuse: 2, proxy.Reset: 4, proxy.Truncate: 4, proxy.Stall: 1, proxy.Delay: 2, proxy.Blackhole: 1,
	},
	MaxAfter: 3000,
	MaxFor:   20 * time.Millisecond,
}

// begin makes trouble for the setting. The func that it returns ends the trouble and returns
// how often it happened.
func (s *setting) begin(t *testing.T, trouble trouble) (end func() int) {
	t.Helper()
	seed := trial.Seed(t)
	times, over := 0, make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		next := time.NewTicker(trouble.every)
		defer next.Stop()
		for {
			select {
			case <-over:
				return
			case <-next.C:
			}
			if err := trouble.strike(s, seed+uint64(times)); err != nil {
				t.Errorf("%s: %v", trouble.name, err)
			}
			times++
			next.Reset(trouble.every) // a pause after the end of the trouble
		}
	})
	return func() int {
		close(over)
		running.Wait()
		return times
	}
}
