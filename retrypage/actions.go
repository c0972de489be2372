package retrypage

import (
	"errors"
	"fmt"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// An action changes a group, and returns what it has done. The method is empty, or one
// whose breaker or policy it changes.
type action func(g *retry.Group, method, text string) (string, error)

// actions are what the forms can ask for, by the value of their buttons.
var actions = map[string]action{
	"force-open":   onBreaker("forced the breaker open", (*breaker.Breaker).ForceOpen),
	"force-close":  onBreaker("forced the breaker closed", (*breaker.Breaker).ForceClose),
	"reset":        onBreaker("reset the breaker", (*breaker.Breaker).Reset),
	"mode-on":      onBreaker("switched the breaker on", setMode(breaker.On)),
	"mode-watch":   onBreaker("let the breaker watch only", setMode(breaker.WatchOnly)),
	"mode-off":     onBreaker("switched the breaker off", setMode(breaker.Off)),
	"enable":       onGroup("switched the wrappers on", true),
	"disable":      onGroup("switched the wrappers off", false),
	"all-on":       onBreakers("switched all breakers on", breaker.On),
	"all-watch":    onBreakers("let all breakers watch only", breaker.WatchOnly),
	"set-policy":   setPolicy,
	"undo-policy":  undoPolicy,
	"reset-policy": resetPolicy,
}

var errNoBreaker = errors.New("there is no such breaker any more")

func onBreaker(what string, do func(*breaker.Breaker)) action {
	return func(g *retry.Group, method, _ string) (string, error) {
		b, done := g.Breaker(), what
		if method != "" {
			b, done = g.MethodBreaker(method), what+" of "+method
		}
		if b == nil {
			return "", errNoBreaker
		}
		do(b)
		return done, nil
	}
}

func setMode(m breaker.Mode) func(*breaker.Breaker) {
	return func(b *breaker.Breaker) { b.SetMode(m) }
}

func onBreakers(what string, m breaker.Mode) action {
	return func(g *retry.Group, _, _ string) (string, error) {
		g.SetBreakerMode(m)
		return what, nil
	}
}

func onGroup(what string, on bool) action {
	return func(g *retry.Group, _, _ string) (string, error) {
		g.SetEnabled(on)
		return what, nil
	}
}

// setPolicy changes what a text names of a method's policy.
func setPolicy(g *retry.Group, method, text string) (string, error) {
	patch, err := policy.ParsePatch(text)
	if err != nil {
		return "", err
	}
	if err := g.SetPolicy(method, patch); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s runs with %q", method, patch), nil
}

// undoPolicy puts into force what the source of a method says.
func undoPolicy(g *retry.Group, method, _ string) (string, error) {
	if err := g.ResetToSource(method); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s runs as its source says again", method), nil
}

// resetPolicy undoes what was set while the program ran.
func resetPolicy(g *retry.Group, method, _ string) (string, error) {
	if err := g.ResetPolicy(method); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s runs as the program has started", method), nil
}
