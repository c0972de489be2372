package backoff

import (
	"context"
	"iter"
	"math"
	"math/rand/v2"
	"time"
)

// Loop yields the numbers of the attempts, 1 first, and waits between them as the
// strategy says:
//
//	var err error
//	for range backoff.Loop(ctx, strategy, 4) {
//		if err = ping(ctx); err == nil {
//			break
//		}
//	}
//	return err
//
// Loop yields up to so many attempts; zero or negative is no limit. The first attempt
// comes at once, even if the context has ended, so the body always runs and can report
// an error. Before each further attempt Loop waits. It yields no more attempts once the
// context has ended, which also ends a wait, and it does not begin a wait that would
// last until the deadline of the context or longer. Afterwards, the error of the last
// attempt and ctx.Err() tell why the loop ended.
//
// Loop keeps the previous delay and draws the random numbers that the strategy needs.
// Each range over the result starts afresh, so one result may serve several goroutines.
func Loop(ctx context.Context, s Strategy, attempts int) iter.Seq[int] {
	return func(yield func(int) bool) {
		jittered := Jittered(s)
		var delay time.Duration
		for attempt := 1; yield(attempt) && attempt != attempts; attempt = min(attempt, math.MaxInt-1) + 1 {
			var u float64
			if jittered {
				u = rand.Float64()
			}
			delay = s.Delay(attempt, delay, u)
			if !wait(ctx, delay) {
				return
			}
		}
	}
}

// wait waits for d. It reports false when the context does not leave that much time.
func wait(ctx context.Context, d time.Duration) bool {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= d {
		return false
	}
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil // both may have happened
	case <-ctx.Done():
		return false
	}
}
