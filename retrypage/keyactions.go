package retrypage

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/retrygen/retrygen/breaker"
	retry "github.com/retrygen/retrygen/runtime"
)

// keyActions are the actions on the breaker of one key. They need Config.ShowKeys, because
// their forms, the list of changes and the log show keys.
var keyActions = map[string]action{
	"key-force-open":  onKey("forced %s of %s open", breaker.KeyBreaker.ForceOpen),
	"key-force-close": onKey("forced %s of %s closed", breaker.KeyBreaker.ForceClose),
	"key-reset": onKey("reset %s of %s", func(b breaker.KeyBreaker) error {
		b.Reset()
		return nil
	}),
}

// action returns the action of that name, or nil.
func (p *Page) action(name string) action {
	if p.config.ShowKeys && keyActions[name] != nil {
		return keyActions[name]
	}
	return actions[name]
}

func onKey(what string, do func(breaker.KeyBreaker) error) action {
	return func(g *retry.Group, o order) (string, error) {
		key, text, err := o.keyValue()
		if err != nil {
			return "", err
		}
		b := g.KeyBreaker(o.method, key)
		if b == (breaker.KeyBreaker{}) {
			return "", errNoBreaker
		}
		if err := do(b); err != nil {
			return "", err
		}
		return fmt.Sprintf(what, text, o.method), nil
	}
}

// keyValue returns the key that a form names, as Group.KeyBreaker takes it, and in words.
func (o order) keyValue() (key any, words string, err error) {
	switch {
	case o.key == "":
		return nil, "", errors.New("say which key")
	case !o.numeric:
		return o.key, fmt.Sprintf("the key %q", o.key), nil
	}
	words = "the key " + o.key
	if n, err := strconv.ParseInt(o.key, 10, 64); err == nil {
		return n, words, nil
	}
	n, err := strconv.ParseUint(o.key, 10, 64)
	if err != nil {
		return nil, "", fmt.Errorf("the key %q is not a whole number", o.key)
	}
	return n, words, nil
}
