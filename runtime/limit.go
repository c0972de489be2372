package retry

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"github.com/retrygen/retrygen/internal/striped"
	"github.com/retrygen/retrygen/policy"
)

// ErrLimited is the error that every LimitError matches with errors.Is.
var ErrLimited = errors.New("limit reached")

// A LimitError refuses an attempt, because too many are under way or have begun. There is
// one for each limit, so refusing does not allocate. It says nothing about the health of
// the dependency. The call does not retry it, because what a limit holds back must not come
// again at once.
type LimitError struct {
	Name     string // of the group, the interface or the method that has the limit
	Instance string // tells limits of one Name apart; see Options.Name
	Limit    policy.Limit
	rate     bool
}

// Error returns the name of the limit, its instance if that is another word, and what it
// allows.
func (e *LimitError) Error() string {
	who := e.Name
	if e.Instance != "" && e.Instance != e.Name {
		who += fmt.Sprintf(" of instance %q", e.Instance)
	}
	if e.rate {
		return fmt.Sprintf("%s: limit reached: rate=%v", who, e.Limit.Rate)
	}
	return fmt.Sprintf("%s: limit reached: concurrent=%d", who, e.Limit.Concurrent)
}

// Is reports whether target is ErrLimited.
func (e *LimitError) Is(target error) bool { return target == ErrLimited }

// A limiter enforces a limit. A nil limiter lets everything through.
//
// For the rate it keeps the moment at which the next attempt would be due if all came
// evenly, as in the generic cell rate algorithm (ITU-T I.371). An attempt may begin up to
// burst-1 intervals before it is due. This is one number, so it needs no lock.
// (golang.org/x/time/rate would do, with a lock, one token more or less for the same rate,
// and a dependency in every user's program.)
type limiter struct {
	slots     chan struct{} // as many as may be under way; nil: any number
	interval  time.Duration // between attempts that come evenly; zero: there is no rate
	tolerance time.Duration // how long before it is due an attempt may begin
	wait      time.Duration
	busy      *LimitError // too many are under way
	fast      *LimitError // too many have begun

	due     atomic.Int64    // when the next attempt is due, since epoch
	waiting atomic.Int64    // attempts that wait
	refused striped.Counter // attempts and copies that got no place

	queue queue // of simulated calls that wait for a slot; empty in programs
}

// newLimiter returns nil for a limit that is off or zero.
func newLimiter(of label, p policy.Limit) *limiter {
	if p.Off || p == (policy.Limit{}) {
		return nil
	}
	l := &limiter{
		interval: p.Rate.Interval(), wait: p.Wait,
		busy: &LimitError{Name: of.name, Instance: of.instance, Limit: p},
		fast: &LimitError{Name: of.name, Instance: of.instance, Limit: p, rate: true},
	}
	if l.interval > 0 {
		early := time.Duration(max(cmp.Or(p.Burst, p.Rate.Events)-1, 0))
		l.tolerance = min(early, math.MaxInt64/l.interval) * l.interval
	}
	l.due.Store(math.MinInt64) // long ago, by any clock
	if p.Concurrent > 0 {
		l.slots = make(chan struct{}, p.Concurrent)
	}
	return l
}

// refuse counts an attempt that the limit refused. It does not count one whose context has
// ended.
func (l *limiter) refuse(err error) error {
	if err == error(l.busy) || err == error(l.fast) {
		l.refused.Add()
	}
	return err
}

// enterNow takes a place if there is one, and does not wait.
func (l *limiter) enterNow() bool {
	entered := l.tryEnter()
	if !entered {
		l.refused.Add()
	}
	return entered
}

func (l *limiter) tryEnter() bool {
	if l.slots != nil {
		select {
		case l.slots <- struct{}{}:
		default:
			return false
		}
	}
	if l.interval > 0 {
		if _, _, ok := l.reserve(0); !ok {
			l.leave()
			return false
		}
	}
	return true
}

// leave gives the place back. In a simulation the first call of the queue gets it at once.
func (l *limiter) leave() {
	switch {
	case l.slots == nil:
	case l.queue.first != nil:
		l.queue.first.handed()
	default:
		<-l.slots
	}
}

// reserve takes the next turn. It returns how long it is until then, and when the turn
// after it is due. It takes no turn that is further away than patience.
func (l *limiter) reserve(patience time.Duration) (wait, next time.Duration, ok bool) {
	for {
		due := l.due.Load()
		now := clock() // after due, so that a turn taken meanwhile is not one of the far future
		from := time.Duration(due)
		if from > plus(plus(now, l.tolerance), plus(l.interval, l.wait)) {
			from = now // it is of another clock, such as that of a test's bubble
		}
		wait = plus(plus(from, -now), -l.tolerance)
		if wait > max(patience, 0) {
			return 0, 0, false
		}
		next = plus(max(from, now), l.interval)
		if l.due.CompareAndSwap(due, int64(next)) {
			return wait, next, true
		}
	}
}

// plus adds durations, and saturates.
func plus(a, b time.Duration) time.Duration {
	return max(min(a, math.MaxInt64-max(b, 0)), math.MinInt64-min(b, 0)) + b
}
