package retrypage

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// An action changes a group as a form asks for, and returns what it has done.
type action func(g *retry.Group, o order) (string, error)

// An order is what the fields of a form say.
type order struct {
	method  string // whose breaker or policy is to change; empty: the shared breaker
	policy  string // its text
	key     string // of a breaker with keys
	numeric bool   // the key is a whole number
}

func orderOf(form url.Values) order {
	return order{form.Get("method"), form.Get("policy"), form.Get("key"), form.Get("kind") == "number"}
}

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
	return func(g *retry.Group, o order) (string, error) {
		b, done := g.Breaker(), what
		if o.method != "" {
			b, done = g.MethodBreaker(o.method), what+" of "+o.method
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
	return func(g *retry.Group, _ order) (string, error) {
		g.SetBreakerMode(m)
		return what, nil
	}
}

func onGroup(what string, on bool) action {
	return func(g *retry.Group, _ order) (string, error) {
		g.SetEnabled(on)
		return what, nil
	}
}

// setPolicy changes what a text names of a method's policy.
func setPolicy(g *retry.Group, o order) (string, error) {
	patch, err := policy.ParsePatch(o.policy)
	if err != nil {
		return "", err
	}
	if err := g.SetPolicy(o.method, patch); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s runs with %q", o.method, patch), nil
}

// undoPolicy puts into force what the source of a method says.
func undoPolicy(g *retry.Group, o order) (string, error) {
	if err := g.ResetToSource(o.method); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s runs as its source says again", o.method), nil
}

// resetPolicy undoes what was set while the program ran.
func resetPolicy(g *retry.Group, o order) (string, error) {
	if err := g.ResetPolicy(o.method); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s runs as the program has started", o.method), nil
}
