package retry

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/policy"
)

// Goroutines that take turns at the same time do not take more than there are. It runs
// in real time, because they must be between the clock read and the turn.
func TestRateUnderLoad(t *testing.T) {
	const events = 1000
	l := newLimiter(label{name: "Client"}, policy.Limit{Rate: policy.Rate{Events: events, Per: time.Second}})
	var taken atomic.Int64
	began := time.Now()
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for time.Since(began) < 300*time.Millisecond {
				if l.enterNow() {
					taken.Add(1)
				}
			}
		})
	}
	wg.Wait()
	assert.LessOrEqual(t, taken.Load(), events+int64(time.Since(began)/(time.Second/events)))
}
