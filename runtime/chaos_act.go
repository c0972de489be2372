package retry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// A ChaosEvent is an attempt that chaos disturbs.
type ChaosEvent struct {
	Method   string // "PaymentClient.Charge"
	Instance string // Options.Name, or Group.Name if that is empty
	Kind     ChaosKind
	Delay    time.Duration // of ChaosDelay
	Err      error         // of ChaosFailure and ChaosHalfDone, as the attempt returns it
}

// disturbed returns f under chaos. It is inlined, so that f does not escape.
func disturbed[T any](m *methodFacts, c *chaos, f func(context.Context) (T, error)) func(context.Context) (T, error) {
	return func(ctx context.Context) (T, error) { return disturb(ctx, m, c, f) }
}

// disturb makes an attempt, or what chaos puts in its place.
func disturb[T any](ctx context.Context, m *methodFacts, c *chaos, f func(context.Context) (T, error)) (none T, _ error) {
	act := c.act(ctx)
	if act.Kind == "" {
		return f(ctx)
	}
	if err := m.misfit(act); err != nil {
		return none, err
	}
	switch act.Kind {
	case ChaosDelay:
		m.tellDisturbed(ctx, c, act, nil)
		if ended := await(ctx, act.Delay); ended != nil {
			return none, &ChaosError{m.name, act.Kind, ended}
		}
		return f(ctx)
	case ChaosHang:
		m.tellDisturbed(ctx, c, act, nil)
		<-ctx.Done()
		return none, &ChaosError{m.name, act.Kind, ctx.Err()}
	case ChaosPanic:
		m.tellDisturbed(ctx, c, act, nil)
		panic(act.panics(m.name))
	case ChaosResult:
		result, ok := act.Value.(T)
		if _, empty := any(none).(struct{}); empty || !ok {
			return none, m.noResult(act.Value, none, empty)
		}
		m.tellDisturbed(ctx, c, act, nil)
		return result, nil
	case ChaosHalfDone:
		result, err := f(ctx)
		if _, notCalled := err.(*rewindError); notCalled || methodError(err) != nil {
			return result, err
		}
		err = act.fails(m.name)
		defer throwAnswerAway(ctx, result)
		m.tellDisturbed(ctx, c, act, err)
		return none, err
	}
	err := act.fails(m.name)
	m.tellDisturbed(ctx, c, act, err)
	return none, err
}

// act says what becomes of the next attempt.
func (c *chaos) act(ctx context.Context) ChaosAct {
	if c.choose != nil {
		return c.choose(ctx)
	}
	u := nthDraw(c.seed, c.draws.Add(1))
	for _, act := range c.acts {
		if u < act.Share {
			return act
		}
		u -= act.Share
	}
	return ChaosAct{}
}

// nthDraw returns the nth number of a seed, from 0 to 1 without 1. It is SplitMix64 (Steele, Lea
// and Flood, "Fast splittable pseudorandom number generators", 2014), whose nth number needs
// no state, and so no lock.
func nthDraw(seed, n uint64) float64 {
	z := seed + n*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return float64(z>>11) / (1 << 53)
}

// misfit returns an error for an act that the method cannot have. It is not retried.
func (m *methodFacts) misfit(act ChaosAct) error {
	err := act.check()
	if err == nil && act.Kind == ChaosHang && m.spec.NoContext {
		err = errNoHang
	}
	if err == nil {
		return nil
	}
	return Permanent(fmt.Errorf("retry: chaos of %s: %w", m.name, err))
}

// noResult says that a method cannot return a value. It is not retried.
func (m *methodFacts) noResult(value, none any, empty bool) error {
	switch {
	case empty:
		return Permanent(fmt.Errorf("retry: chaos of %s: Value is of type %T; the method does not have exactly one result", m.name, value))
	case none == nil:
		return Permanent(fmt.Errorf("retry: chaos of %s: Value is of type %T, which does not implement the method's result", m.name, value))
	}
	return Permanent(fmt.Errorf("retry: chaos of %s: Value is of type %T; the method's result is of type %T", m.name, value, none))
}

// await waits for d, or returns the error of the context that ends before.
func await(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err()
}

var (
	errChaos = errors.New("error")
	errLost  = errors.New("the answer was thrown away")
)

// fails returns the error of ChaosFailure and ChaosHalfDone.
func (a *ChaosAct) fails(method string) error {
	err := a.Err
	switch {
	case err != nil:
	case a.Kind == ChaosHalfDone:
		err = errLost
	default:
		err = errChaos
	}
	return &ChaosError{method, a.Kind, err}
}

// panics returns the value of ChaosPanic.
func (a *ChaosAct) panics(method string) any {
	if a.Value != nil {
		return a.Value
	}
	return "chaos: panic in " + method
}

// throwAnswerAway closes a result that the caller does not get. If the attempt has a lease,
// that knows what to close.
func throwAnswerAway[T any](ctx context.Context, result T) {
	if l, ok := ctx.(*lease); ok {
		defer func() { l.closes = nil }()
		l.discard()
		return
	}
	Discard(result)
}

// tellDisturbed logs a disturbance and calls the hook.
func (m *methodFacts) tellDisturbed(ctx context.Context, c *chaos, act ChaosAct, err error) {
	o := &m.observer
	if o.logger != nil && o.logger.Enabled(ctx, slog.LevelWarn) {
		if n := c.storm.due(); n > 0 {
			o.log(ctx, slog.LevelWarn, "chaos", slog.Int64("count", n), slog.String("kind", string(act.Kind)))
		}
	}
	if o.hooks.Disturbed != nil {
		o.hooks.Disturbed(ctx, ChaosEvent{Method: m.name, Instance: o.instance, Kind: act.Kind, Delay: act.Delay, Err: err})
	}
}

// chaosText says what disturbs the method, or "" if nothing does. The caller holds the group's
// lock.
func (s *methodState) chaosText() string {
	if s.chaos == nil {
		return ""
	}
	return s.chaos.text
}

// logChaos says in the log what SetChaos has set.
func (s *methodState) logChaos() {
	if s.opts.Logger == nil {
		return
	}
	s.group.mu.Lock()
	text := s.chaosText()
	s.group.mu.Unlock()
	if text == "" {
		text = "off"
	}
	o := observer{method: s.name, instance: s.instance(), logger: s.opts.Logger}
	o.log(context.Background(), slog.LevelWarn, "chaos set", slog.String("chaos", text))
}
