package retry

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/retrygen/retrygen/breaker"
)

// giveUpEvery is how often at most a method's give-ups are logged: in an outage
// every call gives up, and a line for each would be a second outage.
const giveUpEvery = time.Second

// An observer tells a wrapper's hooks and its logger of what the calls of one
// method do. Nothing of a call's arguments or results goes to the log.
type observer struct {
	method string
	hooks  Hooks
	logger *slog.Logger
	storm  *storm
}

// A storm keeps the log of give-ups thin.
type storm struct {
	lastGiveUp atomic.Int64 // when the last line was written, as time since epoch, plus 1
	giveUps    atomic.Int64 // give-ups since
}

// epoch makes a reading of the clock one number.
var epoch = time.Now()

// clock returns the time since epoch. It is monotonic, so a change of the system's time
// does not affect it.
func clock() time.Duration { return time.Since(epoch) }

// times reports whether a hook wants to know how long things took.
func (o *observer) times() bool { return o.hooks.CallDone != nil || o.hooks.AttemptDone != nil }

func (o *observer) retry(ctx context.Context, e RetryEvent) {
	if o.logger != nil && o.logger.Enabled(ctx, slog.LevelDebug) {
		o.logger.LogAttrs(ctx, slog.LevelDebug, "retry",
			slog.String("method", o.method),
			slog.Int("attempt", e.Attempt),
			slog.Duration("delay", e.Delay),
			slog.Any("cause", forLog(e.Err)))
	}
	if o.hooks.Retry != nil {
		o.hooks.Retry(ctx, e)
	}
}

// hearsRetries reports whether retry may tell anybody.
func (o *observer) hearsRetries() bool { return o.logger != nil || o.hooks.Retry != nil }

func (o *observer) giveUp(ctx context.Context, e GiveUpEvent) {
	if o.logger != nil && o.logger.Enabled(ctx, slog.LevelWarn) {
		o.logGiveUp(ctx, e)
	}
	if o.hooks.GiveUp != nil {
		o.hooks.GiveUp(ctx, e)
	}
}

// hearsGiveUps reports whether giveUp would tell anybody.
func (o *observer) hearsGiveUps() bool { return o.logger != nil || o.hooks.GiveUp != nil }

func (o *observer) limited(ctx context.Context, e LimitEvent) {
	if o.hooks.LimitRefused != nil {
		o.hooks.LimitRefused(ctx, e)
	}
}

func (o *observer) hedge(ctx context.Context, e HedgeEvent) {
	if o.hooks.HedgeStarted != nil {
		o.hooks.HedgeStarted(ctx, e)
	}
}

// logGiveUp writes one line for all the give-ups since the last one, if that is
// long enough ago.
func (o *observer) logGiveUp(ctx context.Context, e GiveUpEvent) {
	o.storm.giveUps.Add(1)
	now := int64(clock()) + 1
	last := o.storm.lastGiveUp.Load()
	if last != 0 && now-last < int64(giveUpEvery) || !o.storm.lastGiveUp.CompareAndSwap(last, now) {
		return
	}
	o.logger.LogAttrs(ctx, slog.LevelWarn, "gave up",
		slog.String("method", o.method),
		slog.Int64("count", o.storm.giveUps.Swap(0)),
		slog.String("outcome", string(e.Outcome)),
		slog.Int("attempts", e.Attempts),
		slog.Any("cause", forLog(e.Err)))
}

// tellChange returns the listener of a breaker: nil when nobody wants to know.
func tellChange(opts *Options) func(breaker.Change) {
	logger, hook := opts.Logger, opts.Hooks.BreakerChange
	if logger == nil && hook == nil {
		return nil
	}
	return func(c breaker.Change) {
		if logger != nil {
			logger.LogAttrs(context.Background(), slog.LevelWarn, "breaker "+c.To.String(),
				slog.String("breaker", c.Name),
				slog.String("from", c.From.String()),
				slog.Int("failures", c.Failures),
				slog.Duration("cooldown", c.Cooldown))
		}
		if hook != nil {
			hook(c)
		}
	}
}
