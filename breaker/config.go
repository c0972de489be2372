package breaker

import (
	"fmt"
	"time"
)

// What the zero fields of a Config stand for.
const (
	DefaultFailures  = 5
	DefaultMin       = 20
	DefaultWindow    = 10 * time.Second
	DefaultCooldown  = 30 * time.Second
	DefaultProbes    = 1
	DefaultSuccesses = 1
)

// Percent is one in a hundred, as Config.Rate and Config.SlowRate have it.
const Percent = 10_000

// all is 100%.
const all = 100 * Percent

// A Config says when a breaker opens and closes.
//
// It opens by consecutive failures or, with Rate, by the share of failures among
// the recent calls; and with SlowRate, by that of slow calls too.
type Config struct {
	// Name is for errors, changes and snapshots.
	Name string

	// Failures is how many consecutive failures open it, 1 to 2,147,483,647. Zero:
	// DefaultFailures, or with Rate, no number of them.
	Failures int

	// Rate is the share of failures among the calls in the window that opens it, in
	// parts per million: 50 * Percent is a half. It excludes Failures. Zero: none.
	Rate int

	// Slow is how long a call takes that is a slow one, and SlowRate the share of
	// slow calls among those in the window that opens the breaker, in parts per
	// million. A slow success of a half-open breaker is a failure. Neither goes
	// without the other. Zero: calls are not timed.
	Slow     time.Duration
	SlowRate int

	// Min is how many calls the window holds at least when Rate or SlowRate opens the
	// breaker; WindowCalls at most. Zero: DefaultMin.
	Min int

	// Window is the time that Rate and SlowRate look back, to a tenth of it.
	// WindowCalls, which excludes it, is a number of calls instead. Both zero:
	// DefaultWindow.
	Window      time.Duration
	WindowCalls int

	// Cooldown is how long it stays open. Zero: DefaultCooldown.
	Cooldown time.Duration

	// MaxCooldown bounds a cooldown that grows: opening k since the breaker was last
	// closed takes e = min(MaxCooldown, Cooldown·2^(k-1)), drawn from [0.75e, e] so
	// that many breakers do not probe in step. Zero: each takes Cooldown.
	MaxCooldown time.Duration

	// Probes is how many calls a half-open breaker admits at once. Zero:
	// DefaultProbes.
	Probes int

	// Successes is how many probes in a row close it. Zero: DefaultSuccesses.
	Successes int

	// OnChange is told of every change of state, in order, one at a time, and outside
	// of locks: it may call the breaker. It runs on the goroutine whose call made the
	// change, or on one that is still telling of an earlier change and then tells of
	// this one too. A panic in it is that caller's and harms nothing else. Nil:
	// nobody is told.
	OnChange func(Change)
}

// windowed reports whether the breaker looks at more than consecutive failures.
func (c *Config) windowed() bool { return c.Rate > 0 || c.SlowRate > 0 }

// withDefaults fills the zero fields in.
func (c Config) withDefaults() Config {
	if c.Failures == 0 && c.Rate == 0 {
		c.Failures = DefaultFailures
	}
	if c.windowed() {
		if c.Min == 0 {
			c.Min = DefaultMin
		}
		if c.Window == 0 && c.WindowCalls == 0 {
			c.Window = DefaultWindow
		}
	}
	if c.Cooldown == 0 {
		c.Cooldown = DefaultCooldown
	}
	if c.Probes == 0 {
		c.Probes = DefaultProbes
	}
	if c.Successes == 0 {
		c.Successes = DefaultSuccesses
	}
	return c
}

// check panics on a Config that makes no sense, which is a mistake in the program.
func (c Config) check() {
	if fault := c.fault(); fault != "" {
		panic(fmt.Sprintf("breaker %q: %s", c.Name, fault))
	}
}

// fault returns what is wrong with a Config that has its defaults.
func (c Config) fault() string {
	for _, field := range []struct {
		name  string
		value any
		ok    bool
	}{
		{"Failures", c.Failures, 0 <= c.Failures && c.Failures <= maxFailures},
		{"Rate", c.Rate, 0 <= c.Rate && c.Rate <= all},
		{"Slow", c.Slow, c.Slow >= 0},
		{"SlowRate", c.SlowRate, 0 <= c.SlowRate && c.SlowRate <= all},
		{"Min", c.Min, c.Min >= 0},
		{"Window", c.Window, c.Window >= 0},
		{"WindowCalls", c.WindowCalls, c.WindowCalls >= 0},
		{"Cooldown", c.Cooldown, c.Cooldown >= 0},
		{"MaxCooldown", c.MaxCooldown, c.MaxCooldown >= 0},
		{"Probes", c.Probes, c.Probes >= 0},
		{"Successes", c.Successes, c.Successes >= 0},
	} {
		if !field.ok {
			return fmt.Sprintf("%s %v is out of range", field.name, field.value)
		}
	}
	switch {
	case c.Failures > 0 && c.Rate > 0:
		return "Failures and Rate are both set; a breaker opens by one of them"
	case (c.Slow > 0) != (c.SlowRate > 0):
		return "Slow and SlowRate need each other; only one is set"
	case !c.windowed() && (c.Min > 0 || c.Window > 0 || c.WindowCalls > 0):
		return "Min, Window and WindowCalls need Rate or SlowRate; neither is set"
	case c.Window > 0 && c.WindowCalls > 0:
		return "Window and WindowCalls are both set; a window has one length"
	case c.WindowCalls > 0 && c.Min > c.WindowCalls:
		return fmt.Sprintf("Min %d is more than WindowCalls %d; the window never holds that many", c.Min, c.WindowCalls)
	case c.MaxCooldown != 0 && c.MaxCooldown < c.Cooldown:
		return fmt.Sprintf("MaxCooldown %v is shorter than Cooldown %v", c.MaxCooldown, c.Cooldown)
	}
	return ""
}
