package retry

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/internal/virtual"
)

// giveUpEvery is the shortest time between two log lines about the give-ups of a method, or
// about its chaos. In an outage every call gives up, and a line for each would flood the log.
const giveUpEvery = time.Second

// An observer reports what the calls of one method do, to the hooks and to the logger of
// the wrapper. It never logs the arguments or the results of a call.
type observer struct {
	method   string
	instance string
	hooks    Hooks
	logger   *slog.Logger
	storm    *storm

	timed    bool // a hook wants to know how long things took
	spans    bool // a hook wants to know of the fallback, or of a call that it is part of
	starts   bool // a hook may change a context
	attempts bool // a hook wants to know of attempts
}

func newObserver(method string, opts *Options, storm *storm) observer {
	h := &opts.Hooks
	return observer{
		method: method, instance: opts.instance(), hooks: *h, logger: opts.Logger, storm: storm,
		timed:    h.CallDone != nil || h.AttemptDone != nil,
		attempts: h.AttemptStart != nil || h.AttemptDone != nil,
		starts:   h.CallStart != nil || h.AttemptStart != nil,
		spans:    h.CallStart != nil || h.CallDone != nil || h.Fallback != nil,
	}
}

// A storm limits how often something about a method is logged.
type storm struct {
	last   atomic.Int64 // the time of the last line, since epoch, plus 1; 0 if there is none
	events atomic.Int64 // since that line
}

// due counts an event, and returns how many the next line is to stand for. It returns zero if
// the previous line is younger than giveUpEvery.
func (s *storm) due() int64 {
	s.events.Add(1)
	now := int64(clock()) + 1
	last := s.last.Load()
	if last != 0 && now-last < int64(giveUpEvery) || !s.last.CompareAndSwap(last, now) {
		return 0
	}
	return s.events.Swap(0)
}

// epoch is the time from which clock counts, so that a time is one number.
var epoch = time.Now()

// clock returns the time since epoch. It is monotonic, so a change of the system's time
// does not affect it.
func clock() time.Duration { return virtual.Since(epoch) }

func (o *observer) retry(ctx context.Context, e RetryEvent) {
	if o.logger != nil && o.logger.Enabled(ctx, slog.LevelDebug) {
		o.log(ctx, slog.LevelDebug, "retry",
			slog.Int("attempt", e.Attempt),
			slog.Duration("delay", e.Delay),
			slog.Any("cause", forLog(e.Err)))
	}
	if o.hooks.Retry != nil {
		o.hooks.Retry(ctx, e)
	}
}

// hearsRetries reports whether the logger or a hook may want retries.
func (o *observer) hearsRetries() bool { return o.logger != nil || o.hooks.Retry != nil }

func (o *observer) giveUp(ctx context.Context, e GiveUpEvent) {
	if o.logger != nil && o.logger.Enabled(ctx, slog.LevelWarn) {
		o.logGiveUp(ctx, e)
	}
	if o.hooks.GiveUp != nil {
		o.hooks.GiveUp(ctx, e)
	}
}

// hearsGiveUps reports whether the logger or a hook may want give-ups.
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

// logGiveUp writes one line that counts all give-ups since the previous line. It writes
// nothing if the previous line is younger than giveUpEvery.
func (o *observer) logGiveUp(ctx context.Context, e GiveUpEvent) {
	n := o.storm.due()
	if n == 0 {
		return
	}
	o.log(ctx, slog.LevelWarn, "gave up",
		slog.Int64("count", n),
		slog.String("outcome", string(e.Outcome)),
		slog.Int("attempts", e.Attempts),
		slog.Any("cause", forLog(e.Err)))
}

// log writes a line about the method, with the instance only if there is one.
func (o *observer) log(ctx context.Context, level slog.Level, message string, attrs ...slog.Attr) {
	of := []slog.Attr{slog.String("method", o.method)}
	if o.instance != "" {
		of = append(of, slog.String("instance", o.instance))
	}
	o.logger.LogAttrs(ctx, level, message, append(of, attrs...)...)
}

// tellChange returns the func to call when a breaker changes its state, or nil if there is
// neither a logger nor a hook.
func tellChange(opts *Options) func(breaker.Change) {
	logger, hook := opts.Logger, opts.Hooks.BreakerChange
	if logger == nil && hook == nil {
		return nil
	}
	return func(c breaker.Change) {
		if logger != nil {
			logChange(logger, c)
		}
		if hook != nil {
			hook(c)
		}
	}
}

// logChange writes the instance and the key only where there are any.
func logChange(logger *slog.Logger, c breaker.Change) {
	attrs := []slog.Attr{slog.String("breaker", c.Name)}
	if c.Instance != "" {
		attrs = append(attrs, slog.String("instance", c.Instance))
	}
	if c.Key != "" {
		attrs = append(attrs, slog.String("key", c.Key))
	}
	attrs = append(attrs,
		slog.String("from", c.From.String()),
		slog.Int("failures", c.Failures),
		slog.Duration("cooldown", c.Cooldown))
	logger.LogAttrs(context.Background(), slog.LevelWarn, "breaker "+c.To.String(), attrs...)
}
