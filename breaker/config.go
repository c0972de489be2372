package breaker

import (
	"cmp"
	"fmt"
	"math"
	"time"
)

// The values that the zero fields of a Config stand for.
const (
	DefaultFailures  = 5
	DefaultMin       = 20
	DefaultWindow    = 10 * time.Second
	DefaultCooldown  = 30 * time.Second
	DefaultProbes    = 1
	DefaultSuccesses = 1
)

// Percent is 1%, in the unit of Config.Rate and Config.SlowRate.
const Percent = 10_000

// all is 100%.
const all = 100 * Percent

// A Config says when a breaker opens and closes. The zero Config is valid: such a breaker
// opens at the fifth failure in a row, for 30 seconds.
//
// A breaker opens by consecutive failures or, with Rate, by the share of failures among
// the recent attempts. With SlowRate the share of slow attempts opens it too.
type Config struct {
	// Name appears in errors, changes and snapshots.
	Name string

	// Instance tells breakers of one Name apart, such as "eu-west" and "us-east". It appears
	// where Name does. Empty: the name is enough.
	Instance string

	// Failures is the number of consecutive failures that opens the breaker, 1 to
	// 2,147,483,647. Zero means DefaultFailures or, with Rate, that consecutive failures
	// do not open it.
	Failures int

	// Rate is the share of failures among the attempts in the window that opens the
	// breaker, in parts per million: 50 * Percent is one half. It is at most 100 * Percent.
	// Rate and Failures exclude each other. Zero means no rate.
	Rate int

	// Slow is the time from which on an attempt is slow. SlowRate is the share of slow
	// attempts in the window that opens the breaker, in parts per million and at most
	// 100 * Percent. A half-open breaker counts a slow success as a failure. Slow and
	// SlowRate need each other. Zero means that attempts are not timed.
	Slow     time.Duration
	SlowRate int

	// Min is the number of attempts that the window must hold before Rate or SlowRate
	// opens the breaker. It is at most WindowCalls. Zero means DefaultMin.
	Min int

	// Window is how far back Rate and SlowRate look, to within a tenth of it. WindowCalls
	// is a number of attempts instead of a time. They exclude each other. If both are
	// zero, Window is DefaultWindow.
	Window      time.Duration
	WindowCalls int

	// Cooldown is how long the breaker stays open. Zero means DefaultCooldown.
	Cooldown time.Duration

	// MaxCooldown lets the cooldown grow, and bounds it: the k-th opening since the
	// breaker was last closed lasts e = min(MaxCooldown, Cooldown·2^(k-1)), drawn from
	// [0.75e, e] so that many breakers do not probe in step. It is at least Cooldown.
	// Zero means that each opening lasts Cooldown.
	MaxCooldown time.Duration

	// Probes is the number of attempts that a half-open breaker admits at a time. Zero
	// means DefaultProbes.
	Probes int

	// Successes is the number of probes that must succeed in a row to close the breaker.
	// Zero means DefaultSuccesses.
	Successes int

	// OnChange is called with every change of state, in order, one at a time and outside
	// of locks, so it may call the breaker. It runs on the goroutine that made the change,
	// or on one that is still in OnChange with an earlier change. A panic passes through
	// to the caller of that goroutine and leaves the breaker intact. Nil means no calls.
	OnChange func(Change)
}

// windowed reports whether the breaker has a window.
func (c *Config) windowed() bool { return c.Rate > 0 || c.SlowRate > 0 }

// withDefaults returns the Config with its zero fields filled in.
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

// check panics on an invalid Config, which is a mistake in the program.
func (c Config) check() {
	if fault := c.fault(); fault != "" {
		panic(fmt.Sprintf("breaker %q: %s", c.Name, fault))
	}
}

// fault returns what is wrong with a Config that has its defaults, or "".
func (c Config) fault() string {
	return cmp.Or(
		outOfRange("Failures", c.Failures, maxFailures),
		outOfRange("Rate", c.Rate, all),
		outOfRange("Slow", c.Slow, math.MaxInt64),
		outOfRange("SlowRate", c.SlowRate, all),
		outOfRange("Min", c.Min, math.MaxInt),
		outOfRange("Window", c.Window, math.MaxInt64),
		outOfRange("WindowCalls", c.WindowCalls, math.MaxInt),
		outOfRange("Cooldown", c.Cooldown, math.MaxInt64),
		outOfRange("MaxCooldown", c.MaxCooldown, math.MaxInt64),
		outOfRange("Probes", c.Probes, math.MaxInt),
		outOfRange("Successes", c.Successes, math.MaxInt),
		c.clash(),
	)
}

func outOfRange[N int | time.Duration](field string, value, most N) string {
	if value < 0 || value > most {
		return fmt.Sprintf("%s %v is out of range", field, value)
	}
	return ""
}

// clash returns which fields do not go together, or "".
func (c Config) clash() string {
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
